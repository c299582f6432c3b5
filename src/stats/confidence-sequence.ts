import type { Counts } from './counts.ts';
import type { Interval } from './interval.ts';
import { logLikelihood } from './log-likelihood.ts';

/**
 * Bounds of a pass rate that hold at every look: with chance `confidence` the true rate is inside them after each run at once, so runs may be added
 * until the answer is clear. They hold every rate p with M(p) < 1 / (1 - confidence), where M(p) is the likelihood of the runs averaged over
 * Beta(1/2, 1/2), over their likelihood under p: a martingale under p.
 * Assumption: independent runs with one pass rate. Source: Robbins, Annals of Mathematical Statistics 1970 (mixture martingale, Ville's inequality).
 * @param confidence two-sided, 0..1 exclusive
 * @returns rates in 0..1; without runs the whole range, with the value 1/2
 */
export function confidenceSequence(counts: Counts, confidence = 0.95): Interval {
  const { passes, runs } = counts;
  if (runs === 0) return { value: 0.5, low: 0, high: 1 };
  const rate = passes / runs;
  const limit = logMixture(passes, runs - passes) + Math.log(1 - confidence);
  const outside = (p: number) => logLikelihood(counts, p) < limit;
  return { value: rate, low: border(outside, 0, rate), high: border(outside, 1, rate) };
}

/** ln of B(passes + 1/2, failures + 1/2) / B(1/2, 1/2), by the recursion of the gamma function: halves over wholes. */
function logMixture(passes: number, failures: number): number {
  let sum = 0;
  for (let index = 1; index <= passes; index += 1) sum += Math.log(index - 0.5);
  for (let index = 1; index <= failures; index += 1) sum += Math.log(index - 0.5);
  for (let index = 1; index <= passes + failures; index += 1) sum -= Math.log(index);
  return sum;
}

/** The rate between one that is outside and one that is inside where that changes: the likelihood has one peak. */
function border(outside: (p: number) => boolean, far: number, near: number): number {
  let [out, inside] = [far, near];
  for (let step = 0; step < 60; step += 1) {
    const middle = (out + inside) / 2;
    if (outside(middle)) out = middle;
    else inside = middle;
  }
  return out;
}
