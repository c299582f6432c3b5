import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { evaluationAttributes, evaluationSpanName } from '../../contracts/evaluation-event.ts';
import type { Score } from '../../contracts/score.ts';
import { docketScope, genAiEvaluation } from '../../contracts/telemetry.ts';
import type { Session } from '../session.ts';

/**
 * Adds what the scorers said to the trace of a run: one event a score, on a span below the run's own, which has ended by then.
 * Where traces must not say what was said the reasons are left out, because they quote decisions.
 * @param run the span of the run; nothing happens without one
 */
export function recordScores({ agent, tracedContent }: Session, run: SpanContext | undefined, scores: readonly Score[]): void {
  if (!run || scores.length === 0) return;
  const span = trace.getTracer(docketScope).startSpan(evaluationSpanName(agent.name), {}, trace.setSpanContext(ROOT_CONTEXT, run));
  for (const score of scores) span.addEvent(genAiEvaluation.event, evaluationAttributes(score, tracedContent));
  span.end();
}
