import { ModelError } from '../model/model-error.ts';
import type { OwnTrial } from './own-run.ts';

/**
 * When the spans that an agent sends count. `flushed`: those that came before its answer or its end, when none misses its parent. `waited-for`: they are
 * waited for, and a trial without them is an infra error. `none`: it is not told where to send any.
 */
export const tracesModes = ['flushed', 'waited-for', 'none'] as const;
export type TracesMode = (typeof tracesModes)[number];

/** Longest wait for spans after an answer. */
const patienceMs = 10_000;

/** @throws {ModelError} when spans that have to come do not */
export async function awaitSpans(traces: TracesMode, { heard, signal }: Pick<OwnTrial, 'heard' | 'signal'>): Promise<void> {
  if (traces !== 'waited-for' || !heard || (await heard.whole(patienceMs, signal))) return;
  throw new ModelError(
    'response',
    `The agent answered, and its spans did not come within ${patienceMs / 1000} s, or not those around them. Does it take up the trace context of the trial, and send to OTEL_EXPORTER_OTLP_ENDPOINT? traces: 'flushed' does without them.`,
    { retryable: false },
  );
}
