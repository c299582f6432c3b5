import { clearingEValue } from '../stats/clearing-e-value.ts';
import type { Evidence, WeighedCase } from './evidence.ts';
import type { ResolvedGateOptions } from './gate-options.ts';
import { isHarmed, isSuspicious } from './retries.ts';
import type { Verdict, WantedRuns } from './verdict.ts';

/** Most retries of one case that an earlier edition was accused of: enough to clear a sound candidate after twenty editions. */
const mostRecallRuns = 80;

/**
 * Whether the runs clear a case that earlier editions of this change were accused of. The n-th edition after an accusation may clear a worse
 * candidate with the chance alphaCase / (n (n + 1)); over all editions, however many, these add up to alphaCase.
 */
export function isCleared({ alphaCase }: ResolvedGateOptions, { accusations, main, candidate }: WeighedCase): boolean {
  return accusations === 0 || clearingEValue(main, candidate) >= (accusations * (accusations + 1)) / alphaCase;
}

/** What the cases want that are neither cleared nor out of retries. */
export interface Recall {
  /** The next batch of each that the budget allows. */
  readonly wanted: readonly WantedRuns[];
  /** One that still has retries, whether the budget allows them or not. */
  readonly open: WeighedCase | undefined;
}

/**
 * The next runs of cases that earlier editions were accused of. One that has used its retries and is not convicted is let go, unless it is stuck: what is left is
 * a drop too small for the case test to see, on a case that main fails as well.
 */
export function wantedRecall(options: ResolvedGateOptions, { cases, remaining }: Evidence): Recall {
  return clearing(
    options,
    remaining,
    cases.filter((each) => each.retries < mostRecallRuns && !isCleared(options, each)),
    mostRecallRuns,
  );
}

/** At least this many times as often as main a case must pass that a thorough gate lets go: one that fails 40 % of the time does not. */
const thoroughShare = 0.6;

/**
 * The next runs of cases that failed more often than on main, where the gate is thorough: clean ones had enough runs with the last round. One
 * that has used its retries is let go, unless it is stuck.
 */
export function wantedClearing(options: ResolvedGateOptions, { cases, remaining }: Evidence): Recall {
  const { thorough, retryCap, alphaCase } = options;
  const open = cases.filter(
    (each) =>
      thorough && each.retries < retryCap && isBehind(each) && clearingEValue(each.main, each.candidate, thoroughShare) < 1 / alphaCase,
  );
  return clearing(options, remaining, open, retryCap);
}

function isBehind({ main, candidate }: WeighedCase): boolean {
  return candidate.passes * main.runs < main.passes * candidate.runs;
}

function clearing(options: ResolvedGateOptions, remaining: number, open: readonly WeighedCase[], mostRetries: number): Recall {
  let left = remaining;
  const wanted: WantedRuns[] = [];
  for (const each of open) {
    const batch = batchOf(options, each, mostRetries);
    const cost = batch.reduce((sum, { runs }) => sum + runs, 0);
    if (cost > left) break;
    left -= cost;
    wanted.push(...batch);
  }
  return { wanted, open: open[0] };
}

/** The candidate, and main beside it where it has fewer runs and not all passed so far: two spotless sides need no more of main. */
function batchOf({ retryBatch }: ResolvedGateOptions, { id, main, candidate, retries }: WeighedCase, mostRetries: number): WantedRuns[] {
  const runs = Math.min(2 * retryBatch, mostRetries - retries);
  const batch: WantedRuns[] = [{ caseId: id, arm: 'candidate', purpose: 'retry', runs }];
  const missing = candidate.runs + runs - main.runs;
  const isSpotless = main.runs > 0 && main.passes === main.runs && candidate.passes === candidate.runs;
  if (missing > 0 && !isSpotless) batch.push({ caseId: id, arm: 'baseline', purpose: 'retry', runs: Math.min(runs, missing) });
  return batch;
}

/** How a verdict ended, as far as it matters here. */
export interface Ended {
  readonly verdict: Verdict['verdict'];
  readonly caseId?: string | undefined;
}

/**
 * The cases that the next edition of this change must answer for: the one that the verdict names, all that are suspicious, harmed, more likely worse
 * than not, or not yet cleared at its end, and where it names none also the one that looks worst. None after a pass.
 */
export function accusedCases(options: ResolvedGateOptions, { cases }: Evidence, verdict: Ended): string[] {
  if (verdict.verdict === 'pass') return [];
  const worst = verdict.caseId === undefined ? worstOf(cases) : undefined;
  return cases
    .filter(
      (each) =>
        each === worst ||
        each.id === verdict.caseId ||
        isHarmed(each) ||
        isSuspicious(options, each) ||
        each.eValue >= 1 ||
        (each.retries < mostRecallRuns && !isCleared(options, each)),
    )
    .map(({ id }) => id);
}

/** The case with the most evidence among those that the candidate passed less often than main. */
function worstOf(cases: readonly WeighedCase[]): WeighedCase | undefined {
  return cases
    .filter(isBehind)
    .reduce<WeighedCase | undefined>((worst, each) => (worst && worst.eValue >= each.eValue ? worst : each), undefined);
}
