import { type FingerprintParts, fingerprintOf } from '../../../agent/fingerprint.ts';
import type { Part } from '../../../contracts/attribution.ts';
import { canonicalJson, sha256 } from '../../../contracts/canonical-json.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import { type Factor, factorNames } from '../../../contracts/factor.ts';
import type { Outcome } from '../../../contracts/trial.ts';
import type { Counts } from '../../../stats/counts.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import { judgeTrials } from '../../judging/judge-trials.ts';
import type { SpendingTally } from '../../judging/spending.ts';
import { trialRequest } from '../../judging/trial-request.ts';
import { watchOfBoth } from '../../version-watch.ts';
import type { GateArm } from '../3-run-rounds.ts';
import { owedFields } from '../decision-change.ts';
import type { Arm } from '../ledger.ts';
import { type ChangedParts, sideOf } from './changed-parts.ts';
import type { MixtureWorkers } from './mixture-workers.ts';
import { valuesOf, variablesOfMain } from './own-changes.ts';

export interface MixtureRuns {
  readonly arms: Readonly<Record<Arm, GateArm>>;
  readonly changed: ChangedParts;
  readonly accused: LoadedCase;
  /** How runs of the case ended on either side. */
  readonly known: ReadonlySet<Outcome['kind']>;
  readonly workers: MixtureWorkers;
  readonly spending: SpendingTally;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** What the runs of a mixture came to, and why it could not be run where it could not. */
export interface MixtureEnd {
  readonly counts: Counts;
  readonly blocked?: string;
}

/**
 * Runs a version that is made of parts of both on the accused case. A mixture may be one that nobody would write, so what it throws only says that
 * it cannot be run.
 * @param first number of the first trial
 */
export async function runMixture(plan: MixtureRuns, ofCandidate: readonly Part[], first: number, runs: number): Promise<MixtureEnd> {
  const { arms, changed, accused, spending, concurrency, signal } = plan;
  const { candidate } = arms;
  const arm = (factor: Part) => arms[sideOf(factor, changed, ofCandidate)];
  const versionFingerprint = fingerprintOfMixture(changed, ofCandidate);
  let [passes, settled] = [0, 0];
  const strange: string[] = [];
  let failure: string | undefined;
  try {
    const { input, fingerprint } = arm('inputSchema').inputOf(accused);
    // Mixtures belong to one candidate, so that two pull requests do not share their luck.
    const series = `attribution-${candidate.prepared.identity.fingerprint.slice(0, 16)}:${accused.case.id}`;
    const port = changed.own
      ? await plan.workers.portOfFiles({
          ofCandidate: changed.factors.filter((part) => ofCandidate.includes(part)),
          files: changed.own,
          told: valuesOf(arms, changed, (part) => sideOf(part, changed, ofCandidate)),
          ofMain: variablesOfMain(arms, changed, ofCandidate),
        })
      : await plan.workers.portOf(fromMain(changed, ofCandidate));
    const watch = watchOfBoth(candidate.prepared.watch, arms.baseline.prepared.watch);
    const mixture = { port, watch, identity: { fingerprint: versionFingerprint } };
    const tried = { case: accused.case, input, fingerprint };
    const wanted = Array.from({ length: runs }, (_, index) => ({
      request: trialRequest(mixture, tried, series, first + index),
      place: { loaded: accused },
    }));
    const judged = await judgeTrials(candidate.share ? candidate.share.inTurn(wanted) : wanted, {
      session: candidate.session,
      owed: owedFields(arms.baseline.prepared),
      concurrency,
      signal,
      spending,
      inputOf: (twin) => arm('inputSchema').inputOf(twin),
      onEnd({ scored, trial }) {
        if (!scored) return;
        settled += 1;
        if (!plan.known.has(trial.outcome.kind)) strange.push(...withoutDecision(trial.outcome));
        if (scored.pass) passes += 1;
      },
    });
    failure = judged.failure;
  } catch (error) {
    if (signal.aborted || !(error instanceof Error)) throw error;
    failure = error instanceof DocketError ? error.message : `${error.name}: ${error.message}`;
  }
  // A program that lacks a file or a package of the other side gives no answer, and that is not what the change does.
  if (changed.own && settled > 0 && strange.length === settled)
    return { counts: { passes: 0, runs: 0 }, blocked: `it gives no decision, as neither side does by itself (${strange[0]})` };
  const counts = { passes, runs: settled };
  return failure === undefined ? { counts } : { counts, blocked: failure };
}

function withoutDecision(outcome: Outcome): string[] {
  if (outcome.kind === 'no-decision') return [inShort(outcome.reason)];
  return outcome.kind === 'invalid' ? [inShort(outcome.issues[0] ?? 'an invalid decision')] : [];
}

/** How it begins, and how it ends: what a program logs says last what was the matter. */
function inShort(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 2 * mostShown ? line : `${line.slice(0, mostShown)} … ${line.slice(-mostShown)}`;
}

/** Most characters of each end. */
const mostShown = 120;

/** What a mixture takes from main. */
function fromMain(changed: ChangedParts, ofCandidate: readonly Part[]): Factor[] {
  return factorNames.filter((factor) => factor !== 'runner' && sideOf(factor, changed, ofCandidate) === 'baseline');
}

/** The parts with their sides; files that no part counts have a side, too. */
function fingerprintOfMixture(changed: ChangedParts, ofCandidate: readonly Part[]): string {
  if (changed.own) {
    const { baseline, candidate } = changed.parts;
    return sha256(canonicalJson(['mixture', fingerprintOf(baseline), fingerprintOf(candidate), [...ofCandidate].sort()]));
  }
  const parts = Object.fromEntries(
    factorNames.map((factor) => [factor, changed.parts[factor === 'runner' ? 'candidate' : sideOf(factor, changed, ofCandidate)][factor]]),
  ) as FingerprintParts;
  if (changed.rest.length === 0) return fingerprintOf(parts);
  return sha256(canonicalJson([fingerprintOf(parts), sideOf('rest', changed, ofCandidate)]));
}
