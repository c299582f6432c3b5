import type { Interval } from './interval.ts';
import type { Stratum } from './stratified-test.ts';
import { wilsonInterval } from './wilson-interval.ts';

/**
 * How much lower the candidate's pass rate is than the baseline's in one case: baseline rate - candidate rate, in -1..1, positive is worse.
 * Formula: Newcombe's hybrid score interval, method 10: d - sqrt((p1-l1)^2 + (u2-p2)^2), d + sqrt((u1-p1)^2 + (p2-l2)^2), l and u Wilson's bounds.
 * Assumption: independent runs, numbers fixed beforehand; after retries it is a description, not a test. Source: Newcombe, Statistics in Medicine 1998.
 * @param confidence two-sided, 0..1 exclusive
 */
export function dropInterval({ baseline, candidate }: Stratum, confidence = 0.95): Interval {
  const before = wilsonInterval(baseline, confidence);
  const after = wilsonInterval(candidate, confidence);
  const value = before.value - after.value;
  return {
    value,
    low: Math.max(-1, value - Math.hypot(before.value - before.low, after.high - after.value)),
    high: Math.min(1, value + Math.hypot(before.high - before.value, after.value - after.low)),
  };
}
