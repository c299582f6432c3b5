import type { Model } from '../../model/model.ts';
import type { TrialRequest, TrialRun } from '../../trials/run-trial.ts';
import { type RunSummary, runTrials } from '../../trials/run-trials.ts';
import { runByWorkers } from '../jobs/run-by-workers.ts';
import type { Session } from '../session.ts';

/** What requests of a session are run with. */
export interface RunningRequests {
  readonly session: Session;
  /** Answers in the place of the session's model. */
  readonly model?: Model;
  /** The configured one when not given; of calls in batches as many as there are. */
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  /** Called as each trial ends, stored ones first. What it throws ends the run; a promise holds up further ones. */
  readonly onRun: (run: TrialRun) => unknown;
}

/**
 * Runs what is not stored: the one place where a flow has an agent run. It judges nothing; `judgeTrials` does.
 * @throws as `runTrials`
 */
export function runRequests(
  requests: Iterable<TrialRequest>,
  { session, model = session.model, concurrency = inFlight(session), signal, onRun }: RunningRequests,
): Promise<RunSummary> {
  const { workers } = session;
  if (workers && model === session.model) return runByWorkers(requests, { session, workers, signal, onRun });
  const { store, clock, spans, tracedContent } = session;
  return runTrials(requests, { model, store, clock, spans, tracedContent, concurrency, signal, onRun });
}

/** Most trials in flight whose calls go into batches: they wait together, and a round is as long as the slowest. */
const mostInBatches = 10_000;

function inFlight({ model, config }: Session): number {
  return model.batch ? mostInBatches : config.concurrency;
}
