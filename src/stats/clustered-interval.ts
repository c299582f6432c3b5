import { addCounts, type Counts } from './counts.ts';
import type { Interval } from './interval.ts';
import { wilsonBounds, wilsonInterval } from './wilson-interval.ts';

/**
 * Interval of the pass rate of pooled runs of several cases. Runs of one case resemble each other, so they count for fewer than they are: Wilson's
 * interval with the effective number of runs n / deff, where deff = (variance between cases) / (p(1-p)/n), at least 1, and
 * variance = K/(K-1) * sum (passes_i - p runs_i)^2 / n^2.
 * Where all runs are alike that variance is 0 and says nothing. So no bound is closer to 0 or 1 than K cases that are all alike allow, were each of them one run:
 * Clopper and Pearson's (alpha/2)^(1/K).
 * Assumption: the cases are a sample of those that matter.
 * Source: Korn & Graubard, Survey Methodology 1998; Miller, "Adding error bars to evals", 2024; Clopper & Pearson, Biometrika 1934.
 * @param cases counts of each case; cases without runs are left out
 * @param confidence two-sided, 0..1 exclusive
 */
export function clusteredInterval(cases: readonly Counts[], confidence = 0.95): Interval {
  const run = cases.filter(({ runs }) => runs > 0);
  const total = run.reduce(addCounts, { passes: 0, runs: 0 });
  if (run.length === 0) return wilsonInterval(total, confidence);
  const rate = total.passes / total.runs;
  const { low, high } = wilsonBounds(rate, total.runs / designEffect(run, total), confidence);
  const furthest = ((1 - confidence) / 2) ** (1 / run.length);
  return { value: rate, low: Math.min(low, furthest), high: Math.max(high, 1 - furthest) };
}

/** How many runs one independent run is worth. */
function designEffect(cases: readonly Counts[], total: Counts): number {
  const rate = total.passes / total.runs;
  if (cases.length < 2 || rate === 0 || rate === 1) return 1;
  const squares = cases.reduce((sum, { passes, runs }) => sum + (passes - rate * runs) ** 2, 0);
  const variance = ((cases.length / (cases.length - 1)) * squares) / total.runs ** 2;
  return Math.max(1, variance / ((rate * (1 - rate)) / total.runs));
}
