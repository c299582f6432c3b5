import { evaluationSpanName } from '../contracts/evaluation-event.ts';
import { docketAttributes, docketScope, genAiEvaluation } from '../contracts/telemetry.ts';
import type { RawSpan, TraceEvaluation } from '../contracts/trace.ts';
import { text, value } from './dialects/attribute-values.ts';

/** The evaluations that came with a span: events by the GenAI conventions, as agents send them and importers write them. */
export function evaluationsOf({ spanId, name: spanName, scope, events }: RawSpan): TraceEvaluation[] {
  return events.flatMap(({ name, attributes }) => {
    if (name !== genAiEvaluation.event) return [];
    const score = value(attributes, genAiEvaluation.value);
    return [
      {
        name: text(attributes, genAiEvaluation.name) ?? 'evaluation',
        value: typeof score === 'number' ? score : null,
        label: text(attributes, genAiEvaluation.label),
        explanation: text(attributes, genAiEvaluation.explanation),
        source: text(attributes, docketAttributes.evaluationSource),
        isOwn:
          scope === docketScope &&
          spanName.startsWith(evaluationSpanName('')) &&
          text(attributes, docketAttributes.evaluationSource) === null,
        spanId,
      },
    ];
  });
}
