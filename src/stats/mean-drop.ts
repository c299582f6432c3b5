import { addCounts, type Counts } from './counts.ts';
import { smallestOf } from './extremes.ts';
import type { Interval } from './interval.ts';
import type { Stratum } from './stratified-test.ts';

/**
 * Mean over the cases of (baseline rate - candidate rate), positive is worse, with bounds that each hold with the confidence z stands for.
 *
 *     bound = D +- (z^2/2N + z sqrt(V + z^2/4N^2)),  N = K t,  V = sum v_i (1/t + 1/n0_i) / K^2,
 *     v_i = r (1 - r) n / (n - 1),  r = f / n of both arms together,  n0_i baseline runs
 *
 * The z^2/2N terms are Wilson's: with no failure seen at all the bound is still above zero. Assumption: independent runs; normal approximation.
 * @param strata cases that count, one or more; t is the smallest number of candidate runs among them
 * @param z standard normal quantile, 1.645 for 95 % a side
 * @returns infinite bounds when some case has no runs in an arm
 */
export function meanDrop(strata: readonly Stratum[], z: number): Interval {
  const count = strata.length;
  const round = smallestOf(strata.map(({ candidate }) => candidate.runs));
  if (round === 0 || strata.some(({ baseline }) => baseline.runs === 0)) return { value: 0, low: -Infinity, high: Infinity };
  let sum = 0;
  let variance = 0;
  for (const { baseline, candidate } of strata) {
    sum += rate(baseline) - rate(candidate);
    const total = addCounts(baseline, candidate);
    const failing = 1 - rate(total);
    variance += ((failing * (1 - failing) * total.runs) / (total.runs - 1)) * (1 / round + 1 / baseline.runs);
  }
  const value = sum / count;
  const runs = count * round;
  const half = (z * z) / (2 * runs) + z * Math.sqrt(variance / (count * count) + (z * z) / (4 * runs * runs));
  return { value, low: value - half, high: value + half };
}

function rate({ passes, runs }: Counts): number {
  return passes / runs;
}
