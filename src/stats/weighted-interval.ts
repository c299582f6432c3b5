import type { Interval } from './interval.ts';

/** One estimate of a weighted sum. */
export interface WeightedEstimate {
  readonly weight: number;
  readonly estimate: Interval;
}

/**
 * Interval of a weighted sum of independent estimates from their own intervals: the distances to the bounds that matter are added as squares.
 * With weights 1 and -1 and Wilson's bounds it is Newcombe's interval of a difference (`dropInterval`).
 * Assumption: independent estimates. Source: Zou, Huang & Zhang, Computational Statistics & Data Analysis 2009 (method of variance estimates recovery).
 */
export function weightedInterval(terms: readonly WeightedEstimate[]): Interval {
  const value = terms.reduce((sum, { weight, estimate }) => sum + weight * estimate.value, 0);
  return { value, low: value - Math.hypot(...terms.map(reachDown)), high: value + Math.hypot(...terms.map(reachUp)) };
}

/** How far a term may pull the sum down. */
export function reachDown({ weight, estimate: { value, low, high } }: WeightedEstimate): number {
  return weight > 0 ? weight * (value - low) : -weight * (high - value);
}

/** How far a term may pull the sum up. */
export function reachUp({ weight, estimate: { value, low, high } }: WeightedEstimate): number {
  return weight > 0 ? weight * (high - value) : -weight * (value - low);
}
