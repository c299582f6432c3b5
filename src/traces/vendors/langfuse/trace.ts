import type { JsonObject } from '../../../contracts/json.ts';
import type { RawSpan } from '../../../contracts/trace.ts';
import { evaluationEvent } from '../../importers/evaluation-event.ts';
import type { SpanPage, Unread } from '../../importers/importer.ts';
import { isTooDeep, objectOf, presentMembers, textOf } from '../../importers/json-text.ts';
import { spanIdOf } from '../../importers/span-ids.ts';
import { unixNanoOf } from '../../importers/unix-nano.ts';

/**
 * Puts what an exported trace says beside its observations onto their root, under the names by which Langfuse takes it over OTLP, and its scores
 * and corrections onto the spans that they are of.
 */
export function withTrace(page: SpanPage, trace: JsonObject): SpanPage {
  const root = page.spans.find(({ parentSpanId }) => parentSpanId === null) ?? page.spans[0];
  const scores = [trace.scores, trace.corrections].flatMap((list) => (Array.isArray(list) ? list : []));
  const unread: Unread[] = [...page.unread];
  const events = new Map<string, RawSpan['events'][number][]>();
  for (const [index, found] of scores.entries()) {
    const score = objectOf(found);
    const lose = (reason: string) =>
      unread.push({ reason, record: typeof score?.id === 'string' ? score.id.slice(0, 80) : `score ${index + 1}`, kept: false });
    if (!score || isTooDeep(score)) {
      lose(score ? 'the score nests too deeply' : 'the score is not a JSON object');
      continue;
    }
    const of = typeof score.observationId === 'string' ? spanIdOf(score.observationId) : root?.spanId;
    const span = page.spans.find(({ spanId }) => spanId === of);
    if (span) events.set(span.spanId, [...(events.get(span.spanId) ?? []), eventOf(score)]);
    else lose('the score belongs to no span in the file');
  }
  const spans = page.spans.map((span) => {
    const attributes = span === root ? { ...traceAttributes(trace, span.attributes), ...span.attributes } : span.attributes;
    return { ...span, attributes, events: [...span.events, ...(events.get(span.spanId) ?? [])] };
  });
  return { spans, unread };
}

/** Numbers and truths have a value, categories a text; a correction is the answer that a person would have given. */
function eventOf(score: JsonObject): RawSpan['events'][number] {
  const isCorrection = score.dataType === 'CORRECTION';
  return evaluationEvent({
    name: textOf(score.name ?? ''),
    value: isCorrection || score.dataType === 'CATEGORICAL' ? undefined : score.value,
    label: isCorrection ? 'correction' : score.stringValue,
    explanation: score.comment ?? score.longStringValue,
    source: score.source,
    timeUnixNano: unixNanoOf(score.timestamp),
  });
}

/** Input and output of the trace belong to its root where the root itself has none. */
function traceAttributes(trace: JsonObject, own: JsonObject): JsonObject {
  const hasContent = Object.hasOwn(own, 'langfuse.observation.input');
  return presentMembers([
    ['langfuse.trace.name', trace.name],
    ['langfuse.trace.metadata', trace.metadata],
    ['langfuse.trace.tags', Array.isArray(trace.tags) && trace.tags.length > 0 ? trace.tags : undefined],
    ['langfuse.release', trace.release],
    ['langfuse.version', trace.version],
    ['user.id', trace.userId],
    ['session.id', trace.sessionId],
    ['langfuse.trace.input', hasContent ? undefined : trace.input],
    ['langfuse.trace.output', hasContent ? undefined : trace.output],
  ]);
}
