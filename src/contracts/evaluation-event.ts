import type { Score } from './score.ts';
import { docketAttributes, genAiEvaluation } from './telemetry.ts';
import type { RawSpan } from './trace.ts';

/** Name of the span that carries an agent's scores. */
export function evaluationSpanName(agent: string): string {
  return `evaluate ${agent}`;
}

/**
 * A score as the attributes of an event `gen_ai.evaluation.result`.
 * @param content false leaves out the reason, which quotes decisions
 */
export function evaluationAttributes({ name, value, pass, reason, findings }: Score, content: boolean) {
  return {
    [genAiEvaluation.name]: name,
    [genAiEvaluation.value]: value,
    [genAiEvaluation.label]: pass ? 'pass' : 'fail',
    ...(content ? { [genAiEvaluation.explanation]: reason } : {}),
    ...(findings.length > 0 ? { [docketAttributes.findings]: findings.map(({ code }) => code) } : {}),
  } satisfies RawSpan['attributes'];
}
