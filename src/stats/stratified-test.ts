import { addCounts, type Counts } from './counts.ts';
import { hypergeometric } from './hypergeometric.ts';
import { addWeighted, emptySum, repeated, type Sum, upperTail } from './weighted-sum.ts';

/** The two arms of one case. */
export interface Stratum {
  readonly baseline: Counts;
  readonly candidate: Counts;
}

/** Result of the exact test. */
export interface StratifiedTest {
  /** P(S >= observed) under the null, 0 < p <= 1. */
  readonly pValue: number;
  /** S, the weighted number of the candidate's failures in cases that can tell the arms apart. */
  readonly statistic: number;
  /** Number of cases that can tell the arms apart: some runs failed, some passed, both arms ran. */
  readonly informativeCases: number;
}

/**
 * Weight of a candidate's failure in a case with these totals: round(1 / (r (1 - r))), r = (failures + 1) / (runs + 2). Failures weigh more where
 * failing is rare; it is the locally best weight for the same drop everywhere. A function of the totals only, so the test stays exact.
 */
export function stratumWeight({ passes, runs }: Counts): number {
  const rate = (runs - passes + 1) / (runs + 2);
  return Math.round(1 / (rate * (1 - rate)));
}

/**
 * Did the suite get worse? The exact stratified conditional test. Given each case's totals (n runs, f failures, t candidate runs) the candidate's
 * failures Y_i are hypergeometric when both arms pass alike; S = sum of w_i Y_i; p = P(S >= observed), by convolution.
 * Assumption: runs are independent, and how many there are does not depend on how they ended (stored baseline and screening runs only).
 * Source: the exact conditional test of a common odds ratio in 2x2xK tables, Cox 1970 and Mehta, Patel & Gray, JASA 1985, with weights.
 */
export function stratifiedTest(strata: readonly Stratum[]): StratifiedTest {
  const alike = new Map<string, { runs: number; failures: number; draws: number; weight: number; count: number }>();
  let statistic = 0;
  let informativeCases = 0;
  for (const { baseline, candidate } of strata) {
    const total = addCounts(baseline, candidate);
    const failures = total.runs - total.passes;
    if (failures === 0 || failures === total.runs || baseline.runs === 0 || candidate.runs === 0) continue;
    const weight = stratumWeight(total);
    statistic += weight * (candidate.runs - candidate.passes);
    informativeCases += 1;
    const key = `${total.runs}/${failures}/${candidate.runs}`;
    const group = alike.get(key) ?? { runs: total.runs, failures, draws: candidate.runs, weight, count: 0 };
    alike.set(key, { ...group, count: group.count + 1 });
  }
  // Cases of one weight are summed before they are spread by it, in a fixed order: fast, and the same to the last bit whatever the order of cases.
  const byWeight = new Map<number, Sum>();
  for (const [, { runs, failures, draws, weight, count }] of [...alike].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const group = repeated(hypergeometric(runs, failures, draws), count);
    const before = byWeight.get(weight);
    byWeight.set(weight, before ? addWeighted(before, group, 1) : group);
  }
  let sum = emptySum;
  for (const [weight, group] of byWeight) sum = addWeighted(sum, group, weight);
  return { pValue: Math.min(1, Math.max(Number.MIN_VALUE, upperTail(sum, statistic))), statistic, informativeCases };
}
