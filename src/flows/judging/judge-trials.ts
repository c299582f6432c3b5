import type { SpanContext } from '@opentelemetry/api';
import { type FailedTrial, isSettled, type Trial } from '../../contracts/trial.ts';
import { count } from '../../text/figures.ts';
import type { TrialRequest, TrialRun } from '../../trials/run-trial.ts';
import type { RunSummary } from '../../trials/run-trials.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { isScorerFailure } from './ask-scorer.ts';
import { type EndedFamily, evidenceOfTwins, FamilyPlaces, type TwinRun } from './family-places.ts';
import { recordScores } from './record-scores.ts';
import { type RunningRequests, runRequests } from './run-requests.ts';
import { scoreTrial, type TrialScores } from './score-trial.ts';
import type { SpendingTally } from './spending.ts';

/** A trial that somebody wants, and where it counts: at least the case whose label judges it. */
export interface WantedTrial<Place extends { readonly loaded: LoadedCase }> {
  readonly request: TrialRequest;
  readonly place: Place;
}

/** How a wanted trial ended in one of its places: judged, or ended by the machinery, which says nothing about the agent. */
export type EndedTrial<Place> = {
  readonly place: Place;
  /** True when it was stored already and no model was asked. */
  readonly reused: boolean;
  /** The trials of the case's twins, as they ended; empty where no relation is checked. */
  readonly twins: readonly TwinRun[];
} & ({ readonly trial: Trial; readonly scored: TrialScores } | { readonly trial: FailedTrial; readonly scored?: undefined });

export interface Judging<Place> extends Omit<RunningRequests, 'onRun'> {
  /** Fields that a decision must have beside those of the version's own schema. */
  readonly owed?: readonly string[];
  /** A twin's input as the agent that is run parses it; as it was loaded when not given. */
  readonly inputOf?: (twin: LoadedCase) => Pick<LoadedCase, 'input' | 'fingerprint'>;
  /** Counts what the trials cost, over several calls. */
  readonly spending?: SpendingTally;
  /** The span of a trial that was told again; the run's own when not given. */
  readonly spanOf?: (run: TrialRun) => SpanContext | undefined;
  /** Called as each trial ends, once a place, stored ones first. What it throws ends the run. */
  readonly onEnd: (ended: EndedTrial<Place>) => void;
}

/** What came of the wanted trials; each counts once, in how many places it is wanted. */
export interface JudgedSummary extends RunSummary {
  /** Why not all of them were judged; undefined when they were. */
  readonly failure?: string;
}

/**
 * Runs trials, stored ones first, scores each, adds the scores to its trace and counts what it cost: what evaluation, gate, baseline, vitest
 * and promptfoo have in common. A trial that is wanted in several places is run once, paid for once, and judged in each of them.
 * Where a case has twins they are run beside it, and judged with it by their relations: that is one trial of the case, which ends once all of them have.
 * A scorer that fails ends the trial as an infra error, which is stored nowhere: the trial is, and the next run scores it.
 * @throws {ScorerFault} when a scorer answers with what is no score; otherwise as `runTrials`
 */
export async function judgeTrials<Place extends { readonly loaded: LoadedCase }>(
  wanted: Iterable<WantedTrial<Place>>,
  { owed, spending, spanOf, onEnd, inputOf = (twin) => twin, ...running }: Judging<Place>,
): Promise<JudgedSummary> {
  const { session } = running;
  const places = new FamilyPlaces(wanted, inputOf);
  const failures = { count: 0, first: '' };
  const note = (message: string) => {
    if (failures.count === 0) failures.first = message;
    failures.count += 1;
  };
  // What is scored behind the runs ends with them, and they with it.
  const giveUp = new AbortController();
  const signal = AbortSignal.any([running.signal, giveUp.signal]);
  const pending = new Set<Promise<unknown>>();
  let unscored = 0;
  const score = async ({ place, run, twins }: EndedFamily<Place>): Promise<void> => {
    const { request, trial, reused } = run;
    if (!isSettled(trial)) return onEnd({ place, reused, trial, twins });
    const lost = twins.find((twin) => !isSettled(twin.trial));
    if (lost && !isSettled(lost.trial)) {
      const { outcome } = lost.trial;
      return onEnd({
        place,
        reused,
        twins,
        trial: { ...trial, outcome: { ...outcome, message: `its twin (${lost.twin.what}): ${outcome.message}` } },
      });
    }
    try {
      const options = { ...(owed ? { owed } : {}), signal, twins: evidenceOfTwins(twins) };
      const scored = await scoreTrial(session.scoring, request.agent.version, place.loaded, trial, options);
      recordScores(session, spanOf ? spanOf(run) : run.span, scored.scores);
      onEnd({ place, reused, trial, twins, scored });
    } catch (error) {
      if (!isScorerFailure(error)) throw error;
      unscored += 1;
      note(error.message);
      onEnd({ place, reused, twins, trial: unscoredTrial(trial, error.message) });
    }
  };
  const ran = runRequests(places.requests, {
    ...running,
    signal,
    async onRun(run) {
      const { request, trial } = run;
      spending?.add(run, session.mode);
      if (!isSettled(trial)) note(`${request.caseId}, trial ${request.number}: ${trial.outcome.message}`);
      const judged: Promise<unknown> = Promise.all(places.ended(run).map(score))
        .catch((error: unknown) => giveUp.abort(error))
        .finally(() => pending.delete(judged));
      pending.add(judged);
      // Trials that wait to be scored are in memory whole.
      if (pending.size >= mostPending) await Promise.race(pending);
    },
  }).catch((error: unknown) => {
    giveUp.abort(error);
    throw error;
  });
  const summary = await ran.finally(() => Promise.all(pending));
  signal.throwIfAborted();
  const failure = failureOf(summary, failures);
  return { ...summary, failed: summary.failed + unscored, ...(failure === undefined ? {} : { failure }) };
}

/** Most trials that wait to be scored at a time. */
const mostPending = 64;

/** The trial is there, and can be scored again: only what is said of it now is no score. */
function unscoredTrial(trial: Trial, message: string): FailedTrial {
  return { ...trial, outcome: { kind: 'infra-error', error: 'scorer', message, retryable: true } };
}

function failureOf({ stopped }: RunSummary, failures: { readonly count: number; readonly first: string }): string | undefined {
  if (stopped) return stopped.reason;
  if (failures.count === 0) return undefined;
  return failures.count === 1 ? failures.first : `${failures.first} (and ${count(failures.count - 1)} more)`;
}
