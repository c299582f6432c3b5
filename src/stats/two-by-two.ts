import type { Counts } from './counts.ts';
import { hypergeometric } from './hypergeometric.ts';

/**
 * Fisher's exact test of two rates, two-sided: the chance, given the totals, of a table at most as probable as the one seen.
 * Assumption: runs are independent. Source: Fisher 1935; the two-sided p by Freeman & Halton, Biometrika 1951.
 * @returns p, 0 < p <= 1; 1 where a side is empty or all runs are alike
 */
export function exactTwoByTwo(one: Counts, other: Counts): number {
  const runs = one.runs + other.runs;
  const passes = one.passes + other.passes;
  if (one.runs === 0 || other.runs === 0 || passes === 0 || passes === runs) return 1;
  const { start, mass } = hypergeometric(runs, passes, one.runs);
  const seen = mass[one.passes - start] ?? 0;
  let p = 0;
  // Tables as probable as the one seen may differ from it in the last bits.
  for (const each of mass) if (each <= seen * (1 + 1e-7)) p += each;
  return Math.min(1, Math.max(Number.MIN_VALUE, p));
}

/**
 * Fisher's exact test of two shares, one-sided: the chance, given the totals, that so many or more of the hits fall on the later side.
 * Assumption: runs are independent. Source: Fisher 1935.
 * @returns p, 0 < p <= 1; 1 where a side is empty
 */
export function exactRise(before: Tally, after: Tally): number {
  if (before.of === 0 || after.of === 0) return 1;
  const { start, mass } = hypergeometric(before.of + after.of, before.runs + after.runs, after.of);
  let p = 0;
  for (const [index, each] of mass.entries()) if (start + index >= after.runs) p += each;
  return Math.min(1, Math.max(Number.MIN_VALUE, p));
}

/** Runs that have something, of how many. */
export interface Tally {
  readonly runs: number;
  readonly of: number;
}

/**
 * Which of many p values to believe so that on average at most `rate` of those believed are false: with the p values in ascending order, all up to the last
 * with p_(k) <= k/m * rate / (1 + 1/2 + ... + 1/m). The sum makes it hold whatever depends on what.
 * Source: Benjamini & Yekutieli, Annals of Statistics 2001, theorem 1.3.
 */
export function believed(pValues: readonly number[], rate: number): boolean[] {
  const many = pValues.length;
  const harmonic = pValues.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  const order = pValues.map((p, index) => ({ p, index })).sort((one, other) => one.p - other.p);
  const last = order.findLastIndex(({ p }, rank) => p <= ((rank + 1) / many) * (rate / harmonic));
  const kept = new Set(order.slice(0, last + 1).map(({ index }) => index));
  return pValues.map((_, index) => kept.has(index));
}
