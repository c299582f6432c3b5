import { createHash } from 'node:crypto';
import { evaluationAttributes, evaluationSpanName } from '../../contracts/evaluation-event.ts';
import type { Score } from '../../contracts/score.ts';
import { docketScope, genAiEvaluation } from '../../contracts/telemetry.ts';
import type { RawSpan, Trace } from '../../contracts/trace.ts';

/** A trace that was scored. */
export interface ScoredTrace {
  readonly trace: Pick<Trace, 'agent' | 'spans'>;
  /** Its spans as they came. */
  readonly raw: readonly RawSpan[];
  readonly scores: readonly Score[];
  /** False leaves out the reasons of the scores. */
  readonly content: boolean;
}

/**
 * The scores of a trace as one more span of it: an event a score, below the span of the agent, at the trace's end. The same scores give the
 * same span, so that sending them twice adds nothing; other scores give another one.
 * @returns undefined without a span that has a time, or without scores
 */
export function evaluationSpan({ trace, raw, scores, content }: ScoredTrace): RawSpan | undefined {
  const ended = raw.filter(({ startUnixNano }) => startUnixNano !== null);
  const run = trace.spans.find(({ kind }) => kind === 'agent') ?? trace.spans[0];
  const parent = ended.find(({ spanId }) => spanId === run?.spanId) ?? ended[0];
  if (!parent || scores.length === 0) return undefined;
  const events = scores.map((score) => evaluationAttributes(score, content));
  const at = ended.reduce((latest, { startUnixNano, endUnixNano }) => bigMax(latest, endUnixNano ?? startUnixNano ?? 0n), 0n);
  return {
    traceId: parent.traceId,
    spanId: createHash('sha256')
      .update(JSON.stringify([parent.traceId, events]))
      .digest('hex')
      .slice(0, 16),
    parentSpanId: parent.spanId,
    name: evaluationSpanName(trace.agent ?? 'agent'),
    scope: docketScope,
    startUnixNano: at,
    endUnixNano: at,
    statusCode: 'unset',
    statusMessage: '',
    attributes: {},
    resource: parent.resource,
    events: events.map((attributes) => ({ name: genAiEvaluation.event, timeUnixNano: at, attributes })),
  };
}

function bigMax(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
