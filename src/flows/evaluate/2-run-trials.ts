import type { SpanContext } from '@opentelemetry/api';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import { type RunSummary, runTrials } from '../../trials/run-trials.ts';
import type { PreparedVersion, Session } from '../session.ts';
import type { LoadedCase } from './1-load-cases.ts';

/** What is to be run: every version on every case, numbers 1 to `trials`. */
export interface TrialPlan {
  readonly versions: readonly PreparedVersion[];
  readonly cases: readonly LoadedCase[];
  readonly trials: number;
  readonly concurrency: number;
  readonly series: string;
  readonly signal: AbortSignal;
}

/** A trial that ended, with where it belongs. */
export interface EndedTrial {
  readonly version: PreparedVersion;
  readonly loaded: LoadedCase;
  readonly trial: Trial | FailedTrial;
  readonly reused: boolean;
  /** The span of the run, where spans are recorded. */
  readonly span?: SpanContext;
}

interface Place {
  readonly version: PreparedVersion;
  readonly loaded: LoadedCase;
}

/**
 * Runs what is not stored yet, and hands over every trial as it ends. Versions that behave alike under two names, and cases with the same
 * input, share their trials: each is run once and handed over to all of them.
 */
export async function runPlan(session: Session, plan: TrialPlan, onEnd: (ended: EndedTrial) => void): Promise<RunSummary> {
  const places = new Map<string, Place[]>();
  for (const version of plan.versions) {
    for (const loaded of plan.cases) {
      const key = `${version.identity.fingerprint} ${loaded.fingerprint}`;
      places.set(key, [...(places.get(key) ?? []), { version, loaded }]);
    }
  }
  return runTrials(requestsOf(session, plan, places.values()), {
    ...runnerOf(session, plan.signal),
    concurrency: plan.concurrency,
    onRun({ request, trial, reused, span }) {
      for (const place of places.get(`${request.versionFingerprint} ${request.caseFingerprint}`) ?? []) {
        onEnd({ ...place, trial, reused, ...(span ? { span } : {}) });
      }
    },
  });
}

function* requestsOf(session: Session, { series, trials }: TrialPlan, places: Iterable<readonly Place[]>): Generator<TrialRequest> {
  for (const [place] of places) {
    for (let number = 1; place && number <= trials; number += 1) {
      yield trialRequest(session, place.version, place.loaded, series, number);
    }
  }
}

/** One trial of one version on one case, as the runner takes it. */
export function trialRequest(
  session: Session,
  { version, identity }: PreparedVersion,
  loaded: LoadedCase,
  series: string,
  number: number,
): TrialRequest {
  return {
    agent: session.agent,
    version,
    versionFingerprint: identity.fingerprint,
    caseId: loaded.case.id,
    input: loaded.input,
    caseFingerprint: loaded.fingerprint,
    series,
    number,
  };
}

/** What every runner of a session shares. */
export function runnerOf(session: Session, signal: AbortSignal) {
  return { model: session.model, store: session.store, signal, clock: session.clock, tracedContent: session.tracedContent };
}
