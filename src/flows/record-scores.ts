import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import type { Score } from '../contracts/score.ts';
import { docketAttributes, docketScope, genAiEvaluation } from '../contracts/telemetry.ts';

/**
 * Adds what the scorers said to the trace of a run: one event a score, on a span below the run's own, which has ended by then.
 * @param run the span of the run; nothing happens without one
 * @param content false leaves out the reasons, which quote decisions
 */
export function recordScores(agent: string, run: SpanContext | undefined, scores: readonly Score[], content: boolean): void {
  if (!run || scores.length === 0) return;
  const span = trace.getTracer(docketScope).startSpan(`evaluate ${agent}`, {}, trace.setSpanContext(ROOT_CONTEXT, run));
  for (const { name, value, pass, reason, findings } of scores) {
    span.addEvent(genAiEvaluation.event, {
      [genAiEvaluation.name]: name,
      [genAiEvaluation.value]: value,
      [genAiEvaluation.label]: pass ? 'pass' : 'fail',
      ...(content ? { [genAiEvaluation.explanation]: reason } : {}),
      ...(findings.length > 0 ? { [docketAttributes.findings]: findings.map(({ code }) => code) } : {}),
    });
  }
  span.end();
}
