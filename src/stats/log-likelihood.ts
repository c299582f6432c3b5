import type { Counts } from './counts.ts';

/**
 * Log likelihood of counts under a pass rate: passes ln rate + failures ln(1 - rate), with 0 ln 0 = 0. The binomial coefficient is left
 * out: it cancels in every ratio it is used for.
 * Assumption: runs are independent with one pass rate.
 * @param rate 0..1; -Infinity comes back when the counts are impossible under it
 */
export function logLikelihood({ passes, runs }: Counts, rate: number): number {
  const failures = runs - passes;
  return (passes === 0 ? 0 : passes * Math.log(rate)) + (failures === 0 ? 0 : failures * Math.log1p(-rate));
}

/** The largest log likelihood any pass rate gives the counts, reached at passes / runs; 0 without runs, where no rate is a factor. */
export function bestLogLikelihood(counts: Counts): number {
  return logLikelihood(counts, counts.passes / counts.runs);
}
