import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { RawSpan } from '../../../contracts/trace.ts';
import { evaluationEvent } from '../../importers/evaluation-event.ts';
import { genaiAttributes, type SpanContent } from '../../importers/genai-attributes.ts';
import { isEmptyText, jsonOf, objectOf, presentMembers, textOf } from '../../importers/json-text.ts';
import type { ReadRecord } from '../../importers/read-records.ts';
import { spanIds } from '../../importers/span-ids.ts';
import { unixNanoOf, unixNanoOfSeconds } from '../../importers/unix-nano.ts';

const kinds: Readonly<Record<string, SpanContent['kind']>> = { llm: 'model-call', tool: 'tool-call' };

/** Turns a row of project_logs() into a span. */
export function readBraintrustSpan(row: JsonObject): ReadRecord {
  const { root_span_id: traceId, span_id: spanId } = row;
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return { lost: ['the row has no span id or no root span id'] };
  const parents = Array.isArray(row.span_parents) ? row.span_parents.filter((parent) => typeof parent === 'string') : [];
  const ids = spanIds(traceId, spanId, parents[0] ?? null);
  const named = objectOf(row.span_attributes) ?? {};
  const metrics = objectOf(row.metrics) ?? {};
  const failed = row.error !== undefined && row.error !== null;
  return {
    span: {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: ids.parentSpanId,
      name: textOf(named.name ?? ''),
      scope: 'braintrust',
      startUnixNano: unixNanoOfSeconds(metrics.start) ?? unixNanoOf(row.created),
      endUnixNano: unixNanoOfSeconds(metrics.end),
      statusCode: failed ? 'error' : 'unset',
      statusMessage: failed ? textOf(row.error ?? null) : '',
      attributes: {
        ...braintrustAttributes({ ...row, name: named.name ?? '', type: named.type ?? '' }, ids.parentSpanId === null),
        ...ids.kept,
      },
      resource: {},
      events: braintrustEvents(row),
    },
    // One span may have several parents there; a tree has room for one.
    lost: parents.length > 1 ? ['the span has several parents, the first is kept'] : [],
  };
}

/** What a span of Braintrust says, whatever it came in: name, type, input, output, metadata and metrics. */
export function braintrustAttributes(span: JsonObject, root: boolean): JsonObject {
  const metadata = objectOf(span.metadata) ?? {};
  const name = textOf(span.name ?? '');
  const kind = kindOf(textOf(span.type ?? ''), root);
  const own = presentMembers(
    [
      ['braintrust.type', span.type],
      ['braintrust.metadata', span.metadata],
      ['braintrust.metrics', span.metrics],
      ['braintrust.scores', span.scores],
      ['braintrust.expected', span.expected],
      ['braintrust.comments', span.comments],
      ['braintrust.tags', span.tags],
      ['braintrust.input', kind === 'other' ? span.input : undefined],
      ['braintrust.output', kind === 'other' ? span.output : undefined],
    ],
    isEmptyText,
  );
  return {
    ...genaiAttributes({
      kind,
      name,
      input: jsonOf(span.input),
      output: jsonOf(span.output),
      model: text(metadata.model),
      provider: text(metadata.provider),
      stopReason: text(metadata.stop_reason) ?? text(metadata.finish_reason),
      usage: usageOf(objectOf(span.metrics)),
    }),
    ...own,
  };
}

/** Scores by name, of its own scorers and of people; one that could not be computed is null. */
export function braintrustEvents(span: JsonObject): RawSpan['events'] {
  return Object.entries(objectOf(span.scores) ?? {}).map(([name, value]) => evaluationEvent({ name, value }));
}

/** A run that is not inside another one is the agent's: Braintrust has no type for it. */
function kindOf(type: string, root: boolean): SpanContent['kind'] {
  return (Object.hasOwn(kinds, type) ? kinds[type] : undefined) ?? (root ? 'agent' : 'other');
}

/** Its prompt tokens count those read from and written to the cache. */
function usageOf(metrics: JsonObject | undefined): SpanContent['usage'] {
  if (!metrics) return undefined;
  const number = (name: string) => (typeof metrics[name] === 'number' ? metrics[name] : undefined);
  const input = number('prompt_tokens');
  const output = number('completion_tokens');
  const cacheRead = number('prompt_cached_tokens');
  const parts = [number('prompt_cache_creation_5m_tokens'), number('prompt_cache_creation_1h_tokens')].filter((part) => part !== undefined);
  const cacheWrite =
    number('prompt_cache_creation_tokens') ?? (parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0));
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(cacheRead === undefined ? {} : { cacheRead }),
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
  };
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
