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
  const counts = Array.from({ length: groups }, (_, group) => strata.reduce((sum, stratum) => sum + (stratum[group]?.length ?? 0), 0));
  const piles = strata.map(pileOf).filter(({ values }) => values.some((value) => Math.abs(value) > hair));
  const seen = spread(piles, counts);
  if (seen <= hair) return 1;
  let atLeast = 0;
  for (let deal = 0; deal < deals; deal += 1) {
    for (const { values } of piles) shuffle(values, random);
    if (spread(piles, counts) >= seen - hair) atLeast += 1;
  }
  return (1 + atLeast) / (1 + deals);
}

/** The values of a stratum, by their distance from its mean, in the order of the groups, with how many of them each group has. */
interface Pile {
  readonly values: Float64Array;
  readonly sizes: readonly number[];
}

function pileOf(stratum: Stratum): Pile {
  const all = stratum.flat();
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  return { values: Float64Array.from(all, (value) => value - mean), sizes: stratum.map(({ length }) => length) };
}

/** The largest distance of a group's mean from the mean of all. */
function spread(piles: readonly Pile[], counts: readonly number[]): number {
  const sums = new Float64Array(counts.length);
  for (const { values, sizes } of piles) {
    let next = 0;
    for (let group = 0; group < sizes.length; group += 1) {
      const end = next + (sizes[group] ?? 0);
      let sum = 0;
      for (; next < end; next += 1) sum += values[next] as number;
      sums[group] = (sums[group] as number) + sum;
    }
  }
  return Math.max(0, ...Array.from(sums, (sum, group) => (counts[group] ? Math.abs(sum / counts[group]) : 0)));
}

/** Every order alike, whatever the one before was. Algorithm: Fisher-Yates (Durstenfeld, CACM 1964). */
function shuffle(values: Float64Array, random: Random): void {
  for (let index = values.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const value = values[index] as number;
    values[index] = values[other] as number;
    values[other] = value;
  }
}
