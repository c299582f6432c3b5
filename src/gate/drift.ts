import type { Counts } from '../stats/counts.ts';
import { type Stratum, stratifiedTest } from '../stats/stratified-test.ts';

/** One case of an unchanged version: what was stored of it, and what was run since. */
export interface GrownCase {
  readonly id: string;
  readonly stored: Counts;
  readonly added: Counts;
}

/** Main does not pass as often as its stored runs say. */
export interface Drift {
  /** The case that moved; undefined when it is the suite as a whole. */
  readonly caseId: string | undefined;
  /** Two-sided, over everything that was looked at. */
  readonly pValue: number;
}

/** Chance that an unchanged main is taken for one that moved, at one growth of its baseline or one look. */
export const driftLevel = 0.01;

/**
 * Were the new runs of an unchanged version drawn as the stored ones were? The exact stratified test in both directions, over the suite and for each
 * case alone, half of the level each; the cases share theirs (Bonferroni). Assumption: independent runs, and how many there are does not
 * depend on how they ended.
 */
export function findDrift(cases: readonly GrownCase[]): Drift | undefined {
  const { alone, suite } = lookForDrift(cases);
  if (alone && alone.pValue <= driftLevel) return alone;
  return suite.pValue <= driftLevel ? suite : undefined;
}

/** Both looks that `findDrift` takes: at the case that moved most, and at the suite. */
export function lookForDrift(cases: readonly GrownCase[]): { readonly alone: Drift | undefined; readonly suite: Drift } {
  const strata = cases.map(({ stored, added }): Stratum => ({ baseline: stored, candidate: added }));
  const alone = cases
    .map(({ id }, index) => ({ caseId: id, pValue: Math.min(1, twoSided([strata[index] as Stratum]) * cases.length * 2) }))
    .reduce<Drift | undefined>((least, each) => (least && least.pValue <= each.pValue ? least : each), undefined);
  return { alone, suite: { caseId: undefined, pValue: Math.min(1, 2 * twoSided(strata)) } };
}

function twoSided(strata: readonly Stratum[]): number {
  const better = strata.map(({ baseline, candidate }) => ({ baseline: candidate, candidate: baseline }));
  return Math.min(1, 2 * Math.min(stratifiedTest(strata).pValue, stratifiedTest(better).pValue));
}
