import type { SpanContext } from '@opentelemetry/api';
import type { Agent } from '../../agent/define-agent.ts';
import { type FailedTrial, isSettled, type Trial } from '../../contracts/trial.ts';
import { count } from '../../text/figures.ts';
import type { TrialRequest, TrialRun } from '../../trials/run-trial.ts';
import type { RunSummary } from '../../trials/run-trials.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
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
} & ({ readonly trial: Trial; readonly scored: TrialScores } | { readonly trial: FailedTrial; readonly scored?: undefined });

export interface Judging<Place> extends Omit<RunningRequests, 'onRun'> {
  /** Whose scorers judge; the session's own agent when not given. */
  readonly judge?: Agent;
  /** Fields that a decision must have beside those of the version's own schema. */
  readonly owed?: readonly string[];
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
 * @throws {ScorerFault} when a scorer does not judge; otherwise as `runTrials`
 */
export async function judgeTrials<Place extends { readonly loaded: LoadedCase }>(
  wanted: Iterable<WantedTrial<Place>>,
  { judge, owed, spending, spanOf, onEnd, ...running }: Judging<Place>,
): Promise<JudgedSummary> {
  const { session } = running;
  const places = placesOf(wanted);
  const failures: string[] = [];
  const summary = await runRequests(places.keys(), {
    ...running,
    onRun(run) {
      const { request, trial, reused } = run;
      spending?.add(run, session.mode);
      if (!isSettled(trial)) failures.push(`${request.caseId}, trial ${request.number}: ${trial.outcome.message}`);
      for (const place of places.get(request) ?? []) {
        if (!isSettled(trial)) {
          onEnd({ place, reused, trial });
          continue;
        }
        const scored = scoreTrial(judge ?? session.agent, request.agent.version, place.loaded, trial, owed);
        recordScores(session, spanOf ? spanOf(run) : run.span, scored.scores);
        onEnd({ place, reused, trial, scored });
      }
    },
  });
  const failure = failureOf(summary, failures);
  return { ...summary, ...(failure === undefined ? {} : { failure }) };
}

/** Every trial once, by the request that was made for it first. */
function placesOf<Place extends { readonly loaded: LoadedCase }>(wanted: Iterable<WantedTrial<Place>>): Map<TrialRequest, Place[]> {
  const requests = new Map<string, TrialRequest>();
  const places = new Map<TrialRequest, Place[]>();
  for (const { request, place } of wanted) {
    const key = `${request.versionFingerprint} ${request.caseFingerprint} ${request.number} ${request.series}`;
    const first = requests.get(key) ?? request;
    requests.set(key, first);
    const known = places.get(first);
    if (known) known.push(place);
    else places.set(first, [place]);
  }
  return places;
}

function failureOf({ stopped }: RunSummary, failures: readonly string[]): string | undefined {
  if (stopped) return stopped.reason;
  const [first] = failures;
  return first === undefined || failures.length === 1 ? first : `${first} (and ${count(failures.length - 1)} more)`;
}
