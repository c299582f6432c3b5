import { addCounts, type Counts } from './counts.ts';
import { bestLogLikelihood } from './log-likelihood.ts';

/** One way in which the candidate may have got worse: main passes at `mainRate`, the candidate at `mainRate * ratio`. */
interface Alternative {
  readonly logWeight: number;
  readonly logMainPass: number;
  readonly logMainFail: number;
  readonly logCandidatePass: number;
  readonly logCandidateFail: number;
}

const mainRates = [
  { rate: 0.995, weight: 0.6 },
  { rate: 0.9, weight: 0.2 },
  { rate: 0.7, weight: 0.2 },
];
const ratios = [0.02, 0.3, 0.6];

const alternatives: readonly Alternative[] = mainRates.flatMap(({ rate, weight }) =>
  ratios.map((ratio) => ({
    logWeight: Math.log(weight / ratios.length),
    logMainPass: Math.log(rate),
    logMainFail: Math.log1p(-rate),
    logCandidatePass: Math.log(rate * ratio),
    logCandidateFail: Math.log1p(-rate * ratio),
  })),
);

/** exp() of more than this is infinite; evidence is capped there, so that it can be written as JSON. */
const largestExponent = 709;

/**
 * Evidence that the candidate passes a case less often than main: a mixture of likelihoods of being worse, divided by the largest
 * likelihood of "at least as often". Under that null its mean is at most 1 at every stop and under any retry policy, because it is bounded
 * by a likelihood-ratio martingale; so 1/E is a p-value at any time (Ville's inequality).
 *
 *     E = sum over p, r of weight * p^sb (1-p)^fb (pr)^sc (1-pr)^fc / max likelihood under the null
 *     p in {0.995 (.6), 0.9 (.2), 0.7 (.2)}, r in {0.02, 0.3, 0.6}, a third of the weight each
 *
 * Assumption: runs are independent with one pass rate an arm. Source: Wasserman, Ramdas & Balakrishnan, "Universal inference", PNAS 2020;
 * Ramdas et al., "Game-theoretic statistics and safe anytime-valid inference", Statistical Science 2023.
 * @returns the e-value, 0 < E, capped at about 8e307
 */
export function caseEValue(baseline: Counts, candidate: Counts): number {
  if (baseline.runs >= mostKnownRuns || candidate.runs >= mostKnownRuns) return eValueOf(baseline, candidate);
  const counts = ((baseline.passes * mostKnownRuns + baseline.runs) * mostKnownRuns + candidate.passes) * mostKnownRuns + candidate.runs;
  let eValue = known.get(counts);
  if (eValue === undefined) {
    if (known.size === mostKnown) known.clear();
    eValue = eValueOf(baseline, candidate);
    known.set(counts, eValue);
  }
  return eValue;
}

/** E-values by the four counts as one number: a suite that is played hundreds of times comes to the same few again and again. */
const known = new Map<number, number>();
const mostKnown = 100_000;
const mostKnownRuns = 4096;

function eValueOf(baseline: Counts, candidate: Counts): number {
  const baselineFailures = baseline.runs - baseline.passes;
  const candidateFailures = candidate.runs - candidate.passes;
  const logNull = logNullLikelihood(baseline, candidate);
  let eValue = 0;
  for (const { logWeight, logMainPass, logMainFail, logCandidatePass, logCandidateFail } of alternatives) {
    const logRatio =
      logWeight +
      baseline.passes * logMainPass +
      baselineFailures * logMainFail +
      candidate.passes * logCandidatePass +
      candidateFailures * logCandidateFail -
      logNull;
    eValue += Math.exp(Math.min(logRatio, largestExponent - 3));
  }
  return eValue;
}

/** The largest log likelihood under "the candidate passes at least as often"; where the counts contradict it, one common rate is best. */
function logNullLikelihood(baseline: Counts, candidate: Counts): number {
  return candidate.passes * baseline.runs >= baseline.passes * candidate.runs
    ? bestLogLikelihood(baseline) + bestLogLikelihood(candidate)
    : bestLogLikelihood(addCounts(baseline, candidate));
}
