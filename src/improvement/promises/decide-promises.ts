import { atMost } from '../../stats/binomial-bound.ts';
import { believed, exactRise, type Tally } from '../../stats/two-by-two.ts';

/** One thing that is promised, with what was seen of it. */
export interface PromiseEvidence {
  /** Largest share of runs that was promised, 0..1. */
  readonly most: number;
  /** How much more than that still counts as kept: no number of runs shows an exact share. */
  readonly margin: number;
  readonly before: Tally;
  readonly after: Tally;
  /** True for what must not rise: it is broken only where it is more than the version before had, too. */
  readonly mustNotRise: boolean;
  /** True for what is to fall: kept only where it is less than the version before had; where that never had it, nothing of these runs could show it, and silence keeps no promise. */
  readonly mustFall: boolean;
}

/** What the runs show of it. `needed`: runs in all that would decide it, if it went on like this; undefined where no number that anybody runs would. */
export type PromiseEnd =
  | { readonly result: 'kept' | 'broken'; readonly p: number }
  | { readonly result: 'not-decidable'; readonly p: number; readonly needed: number | undefined };

/** Of the promises that are called kept or broken, so many are on average wrongly called so. */
export const falseDiscoveries = 0.05;

const mostNeeded = 20_000;

/**
 * Decides promises together. Kept: the exact binomial test rejects that the share is `margin` or more above what was promised, and of what is to fall Fisher's exact test that it has not. Broken: it rejects that the share is at
 * most what was promised, and Fisher's exact test that it has not risen, where it must not rise. False discoveries over both kinds of both answers are held by Benjamini
 * and Yekutieli's rule, because promises share runs. Assumption: runs of a case are independent; the shares are of these cases, whose rates may differ, which makes both
 * tests cautious (Hoeffding, Annals of Mathematical Statistics 1956, theorem 4).
 */
export function decidePromises(all: readonly PromiseEvidence[]): PromiseEnd[] {
  const broken = all.map(chanceIfWithin);
  const kept = all.map(chanceIfOver);
  const isBelieved = believed([...broken, ...kept], falseDiscoveries);
  return all.map((each, index): PromiseEnd => {
    if (isBelieved[index]) return { result: 'broken', p: broken[index] ?? 1 };
    if (isBelieved[all.length + index]) return { result: 'kept', p: kept[index] ?? 1 };
    return { result: 'not-decidable', p: Math.min(broken[index] ?? 1, kept[index] ?? 1), needed: neededFor(each, 2 * all.length) };
  });
}

/** The chance of so many or more where the share is what was promised; the larger of both tests where it must not rise. */
function chanceIfWithin({ most, before, after, mustNotRise }: PromiseEvidence): number {
  const { runs, of } = after;
  if (runs === 0 || of === 0) return 1;
  // At least `runs` of `of` with the one rate are at most the others with the other.
  const over = most <= 0 ? 0 : most >= 1 ? 1 : atMost(of - runs, of, 1 - most);
  return mustNotRise ? Math.max(over, exactRise(before, after)) : over;
}

/** The chance of so few or fewer where the share is more than the margin above. */
function chanceIfOver({ most, margin, before, after, mustFall }: PromiseEvidence): number {
  const { runs, of } = after;
  if (mustFall && before.runs === 0) return 1;
  const share = most + margin;
  if (of === 0) return 1;
  // It cannot be more than every run, so no run could show that it was not kept.
  if (share >= 1) return 1;
  const over = atMost(runs, of, share);
  return mustFall ? Math.max(over, exactRise(after, before)) : over;
}

/** The fewest runs at which it would be decided whatever becomes of the others, with the shares as they are now. */
function neededFor(evidence: PromiseEvidence, looks: number): number | undefined {
  const { before, after } = evidence;
  if (after.of === 0) return undefined;
  const harmonic = Array.from({ length: looks }, (_, index) => 1 / (index + 1)).reduce((sum, each) => sum + each, 0);
  const level = falseDiscoveries / (looks * harmonic);
  const scaled = ({ runs, of }: Tally, factor: number): Tally => ({ runs: Math.round(runs * factor), of: Math.round(of * factor) });
  const isDecided = (of: number) => {
    const factor = of / after.of;
    const grown = { ...evidence, before: scaled(before, factor), after: scaled(after, factor) };
    return Math.min(chanceIfWithin(grown), chanceIfOver(grown)) <= level;
  };
  let high = after.of;
  while (!isDecided(high)) {
    if (high >= mostNeeded) return undefined;
    high = Math.min(mostNeeded, high * 2);
  }
  let low = Math.max(after.of, Math.floor(high / 2));
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isDecided(middle)) high = middle;
    else low = middle;
  }
  return high;
}
