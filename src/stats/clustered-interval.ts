import { addCounts, type Counts } from './counts.ts';
import type { Interval } from './interval.ts';
import { wilsonBounds, wilsonInterval } from './wilson-interval.ts';

/**
 * Interval of the pass rate of pooled runs of several cases. Runs of one case resemble each other, so they count for fewer than they are: Wilson's
 * interval with the effective number of runs n / deff, where deff = (variance between cases) / (p(1-p)/n), at least 1, and
 * variance = K/(K-1) * sum (passes_i - p runs_i)^2 / n^2.
 * Assumption: the cases are a sample of those that matter. Source: Korn & Graubard, Survey Methodology 1998; Miller, "Adding error bars to evals", 2024.
 * @param cases counts of each case; cases without runs are left out
 * @param confidence two-sided, 0..1 exclusive
 */
export function clusteredInterval(cases: readonly Counts[], confidence = 0.95): Interval {
  const run = cases.filter(({ runs }) => runs > 0);
  const total = run.reduce(addCounts, { passes: 0, runs: 0 });
  const rate = total.passes / total.runs;
  if (run.length < 2 || rate === 0 || rate === 1) return wilsonInterval(total, confidence);
  const squares = run.reduce((sum, { passes, runs }) => sum + (passes - rate * runs) ** 2, 0);
  const variance = ((run.length / (run.length - 1)) * squares) / total.runs ** 2;
  const designEffect = Math.max(1, variance / ((rate * (1 - rate)) / total.runs));
  return wilsonBounds(rate, total.runs / designEffect, confidence);
}
