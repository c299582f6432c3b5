import type { Random } from './random.ts';

/** What was seen in one stratum: the values of each group, in the order of the groups. */
export type Stratum = readonly (readonly number[])[];

/** A difference smaller than this is one of binary fractions. */
const hair = 1e-9;

/**
 * Tests whether it matters to which group a value belongs: the values of a stratum are dealt out to its groups anew, so many times, and p is the share of
 * deals whose largest distance of a group's mean from the mean of all, over all strata together, is at least the one that was seen:
 * p = (1 + how many) / (1 + deals), so that it holds exactly however few the deals are.
 * Assumption: without an effect the values of one stratum could stand in any order. Strata need not be alike, nor as large.
 * Source: Fisher, The Design of Experiments 1935, chapter 3; Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 2010 (the 1 in numerator and denominator).
 * @param groups how many there are
 */
export function exchangeTest(strata: readonly Stratum[], groups: number, deals: number, random: Random): number {
  const seen = spread(strata, groups);
  if (seen <= hair) return 1;
  let atLeast = 0;
  for (let deal = 0; deal < deals; deal += 1)
    if (
      spread(
        strata.map((stratum) => dealt(stratum, random)),
        groups,
      ) >=
      seen - hair
    )
      atLeast += 1;
  return (1 + atLeast) / (1 + deals);
}

/** The largest distance of a group's mean from the mean of all; each stratum's values are taken by their distance from its own mean. */
function spread(strata: readonly Stratum[], groups: number): number {
  const sums = new Array<number>(groups).fill(0);
  const counts = new Array<number>(groups).fill(0);
  for (const stratum of strata) {
    const all = stratum.flat();
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    for (const [group, values] of stratum.entries()) {
      for (const value of values) sums[group] = (sums[group] ?? 0) + value - mean;
      counts[group] = (counts[group] ?? 0) + values.length;
    }
  }
  return Math.max(0, ...sums.map((sum, group) => (counts[group] ? Math.abs(sum / counts[group]) : 0)));
}

function dealt(stratum: Stratum, random: Random): number[][] {
  const values = stratum.flat();
  for (let index = values.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [values[index], values[other]] = [values[other] as number, values[index] as number];
  }
  let start = 0;
  return stratum.map(({ length }) => {
    start += length;
    return values.slice(start - length, start);
  });
}
