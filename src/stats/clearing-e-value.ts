import type { Counts } from './counts.ts';
import { bestLogLikelihood, logLikelihood } from './log-likelihood.ts';

/** A candidate that passes less than seven tenths as often as main is not cleared, unless something else is said. */
export const clearedShare = 0.7;

/** Ways in which both arms may pass alike. */
const commonRates = [
  { rate: 0.995, weight: 0.4 },
  { rate: 0.95, weight: 0.2 },
  { rate: 0.85, weight: 0.2 },
  { rate: 0.7, weight: 0.1 },
  { rate: 0.5, weight: 0.1 },
];

const largestExponent = 700;

/**
 * Evidence that the candidate passes a case more than `share` times as often as main: the counterpart of `caseEValue`. Under "at most that
 * often" its mean is at most 1 at every stop and under any retry policy, because it is bounded by a likelihood-ratio martingale; so
 * clearing at E >= 1 / error clears a worse candidate with at most that chance (Ville's inequality).
 *
 *     E = sum over p of weight * p^(sb+sc) (1-p)^(fb+fc) / max likelihood under "candidate's rate <= share * main's"
 *     p in {0.995 (.4), 0.95 (.2), 0.85 (.2), 0.7 (.1), 0.5 (.1)}
 *
 * Assumption and source: as for `caseEValue`.
 * @param share above 0, up to 1
 * @returns the e-value, 0 < E, capped at about 1e304
 */
export function clearingEValue(baseline: Counts, candidate: Counts, share = clearedShare): number {
  const logNull = logWorseLikelihood(baseline, candidate, share);
  return commonRates.reduce((sum, { rate, weight }) => {
    const logRatio = Math.log(weight) + logLikelihood(baseline, rate) + logLikelihood(candidate, rate) - logNull;
    return sum + Math.exp(Math.min(logRatio, largestExponent));
  }, 0);
}

/** The largest log likelihood under "at most `share` times as often"; where the counts contradict it, the best pair on that line. */
function logWorseLikelihood(baseline: Counts, candidate: Counts, share: number): number {
  if (candidate.passes * baseline.runs <= share * baseline.passes * candidate.runs)
    return bestLogLikelihood(baseline) + bestLogLikelihood(candidate);
  const rate = bestOnLine(baseline, candidate, share);
  return logLikelihood(baseline, rate) + logLikelihood(candidate, share * rate);
}

/**
 * Main's rate p that makes main's counts at p and the candidate's at r p most likely: the smaller root of the derivative,
 * r (S + fb + fc) p^2 - (S (1 + r) + fb + r fc) p + S = 0, with S = sb + sc.
 */
function bestOnLine(baseline: Counts, candidate: Counts, share: number): number {
  const passes = baseline.passes + candidate.passes;
  const mainFailures = baseline.runs - baseline.passes;
  const failures = candidate.runs - candidate.passes;
  const square = share * (passes + mainFailures + failures);
  const linear = passes * (1 + share) + mainFailures + share * failures;
  return Math.min(1, (linear - Math.sqrt(Math.max(0, linear * linear - 4 * square * passes))) / (2 * square));
}
