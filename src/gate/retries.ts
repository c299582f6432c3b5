import { logLikelihood } from '../stats/log-likelihood.ts';
import type { Evidence, WeighedCase } from './evidence.ts';
import type { ResolvedGateOptions } from './gate-options.ts';
import type { WantedRuns } from './verdict.ts';

/** True when "half as often as main" explains the candidate's runs much better than main's rate does. */
export function isSuspicious({ suspicion }: ResolvedGateOptions, { main, candidate }: WeighedCase): boolean {
  const rate = (main.passes + 0.5) / (main.runs + 1);
  return logLikelihood(candidate, rate / 2) - logLikelihood(candidate, rate) > suspicion;
}

/** How often a critical case may be falsely approved in a pass. */
const mostHarm = 1;

/** A critical case that the candidate falsely approved too often to pass, convicted or not. */
export function isHarmed({ critical, harm }: Pick<WeighedCase, 'critical' | 'harm'>): boolean {
  return critical && harm.candidate > mostHarm;
}

/** A critical case that was falsely approved: one batch of retries at once, and more of them while they speak for harm. */
function isHarmful({ retryBatch }: ResolvedGateOptions, { critical, harm, retries, harmEValue }: WeighedCase): boolean {
  return critical && harm.candidate > 0 && (retries < retryBatch || harmEValue >= 1);
}

/** A suspicious case that has used its retries, and whose evidence is too strong to let it go: a tenth of what the mean needs of it. */
export function isStuck(options: ResolvedGateOptions, each: WeighedCase): boolean {
  return each.retries >= options.retryCap && each.share >= 0.1 && isSuspicious(options, each);
}

/** What the suspicious and the harmful cases want, in full, and what of it the budget allows. */
export interface Retries {
  /** How many of them have retries left. */
  readonly cases: number;
  /** Whole batches that fit into the budget, the strongest evidence first; sorted by case id. */
  readonly affordable: readonly WantedRuns[];
}

/** The next batch of retries of every suspicious or harmful case. */
export function wantedRetries(options: ResolvedGateOptions, { cases, remaining }: Evidence): Retries {
  const suspicious = cases.filter((each) => each.retries < options.retryCap && (isHarmful(options, each) || isSuspicious(options, each)));
  let left = remaining;
  const affordable = new Map<WeighedCase, readonly WantedRuns[]>();
  for (const each of [...suspicious].sort((one, other) => strength(other) - strength(one))) {
    const batch = batchOf(options, each);
    const cost = batch.reduce((sum, { runs }) => sum + runs, 0);
    if (cost > left) break;
    left -= cost;
    affordable.set(each, batch);
  }
  return { cases: suspicious.length, affordable: cases.flatMap((each) => affordable.get(each) ?? []) };
}

function strength({ share, harmShare }: WeighedCase): number {
  return Math.max(share, harmShare);
}

/** Retries of the candidate, with main beside it where it has fewer runs: from the second batch on, after a false approval from the first. */
function batchOf(options: ResolvedGateOptions, each: WeighedCase): WantedRuns[] {
  const { retryBatch, retryCap, topUp } = options;
  const { id, main, candidate, retries } = each;
  const runs = Math.min(retryBatch, retryCap - retries);
  const batch: WantedRuns[] = [{ caseId: id, arm: 'candidate', purpose: 'retry', runs }];
  const missing = candidate.runs + retryBatch - main.runs;
  if (topUp && (retries > 0 || isHarmful(options, each)) && missing > 0)
    batch.push({ caseId: id, arm: 'baseline', purpose: 'retry', runs: Math.min(retryBatch, missing) });
  return batch;
}
