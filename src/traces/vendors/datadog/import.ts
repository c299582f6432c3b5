import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { RawSpan } from '../../../contracts/trace.ts';
import { evaluationEvent } from '../../importers/evaluation-event.ts';
import { genaiAttributes, type SpanContent } from '../../importers/genai-attributes.ts';
import type { Importer, PageRequest } from '../../importers/importer.ts';
import { jsonOf, objectOf, textOf } from '../../importers/json-text.ts';
import { listIn, parseAnswer, type ReadRecord, readRecords } from '../../importers/read-records.ts';
import { decimalSpanIdOf, spanIds } from '../../importers/span-ids.ts';
import { isoDate } from '../../importers/unix-nano.ts';
import { datadogSite } from './site.ts';

const kinds: Readonly<Record<string, SpanContent['kind']>> = { agent: 'agent', llm: 'model-call', tool: 'tool-call' };

/**
 * Datadog's LLM Observability: POST /api/v2/llm-obs/v1/spans/events/search, at most 5,000 spans a page, span ids in decimal
 * (https://docs.datadoghq.com/llm_observability/evaluations/export_api).
 */
export const datadogImporter: Importer = {
  pageSize: 1000,
  target(settings) {
    const apiKey = settings.key('Datadog', 'DD_API_KEY');
    const applicationKey = settings.key('Datadog', 'DD_APP_KEY', 'DD_APPLICATION_KEY');
    return {
      baseUrl: settings.baseUrl(`https://api.${datadogSite(settings.value('DD_SITE'))}`),
      headers: { 'dd-api-key': apiKey, 'dd-application-key': applicationKey, accept: 'application/json' },
      secrets: [apiKey, applicationKey],
    };
  },
  async page(client, _target, request) {
    const answer = await client.request({
      method: 'POST',
      path: '/api/v2/llm-obs/v1/spans/events/search',
      body: JSON.stringify(bodyOf(request)),
      headers: { 'content-type': 'application/vnd.api+json' },
    });
    if (answer.kind !== 'answer') return answer;
    const parsed = parseAnswer('Datadog', answer.text);
    const meta = objectOf(objectOf(objectOf(parsed)?.meta)?.page);
    const next = meta?.after ?? meta?.cursor;
    return {
      kind: 'page',
      ...readRecords(listIn('Datadog', parsed, 'data'), readSpanEvent),
      ...(typeof next === 'string' && next !== '' ? { next } : {}),
    };
  },
};

function bodyOf({ window, agent, cursor, limit }: PageRequest): object {
  const filter = { from: isoDate(window.since), to: isoDate(window.until), ...(agent === undefined ? {} : { ml_app: agent }) };
  const page = { limit: Math.min(limit, 5000), ...(cursor === undefined ? {} : { cursor }) };
  return { data: { type: 'spans', attributes: { filter, page, sort: 'timestamp' } } };
}

function readSpanEvent(record: JsonObject): ReadRecord {
  const span = objectOf(record.attributes) ?? {};
  const { trace_id: traceId, parent_id: parent } = span;
  const spanId = span.span_id ?? record.id;
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return { lost: ['the span has no trace id or no span id'] };
  const hasParent = typeof parent === 'string' && !['', '0', 'undefined'].includes(parent);
  const ids = spanIds(traceId, spanId, hasParent ? parent : null, decimalSpanIdOf);
  const start = nanosecondsOf(span.start_ns);
  const lost = start === null ? ['the span has no start time'] : [];
  return {
    span: {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: ids.parentSpanId,
      name: textOf(span.name ?? ''),
      scope: 'datadog-llm-observability',
      startUnixNano: start,
      endUnixNano: start !== null && isDuration(span.duration) ? start + BigInt(Math.round(span.duration)) : null,
      statusCode: span.status === 'error' ? 'error' : span.status === 'ok' ? 'ok' : 'unset',
      statusMessage: errorOf(span),
      attributes: {
        ...genaiAttributes(contentOf(span, ids.parentSpanId === null)),
        ...ownAttributes(span),
        ...sessionIn(span),
        ...ids.kept,
      },
      resource: typeof span.ml_app === 'string' ? { 'service.name': span.ml_app } : {},
      events: eventsOf(span.evaluation),
    },
    lost,
  };
}

function contentOf(span: JsonObject, root: boolean): SpanContent {
  const kind = textOf(span.span_kind ?? '');
  const metrics = objectOf(span.metrics) ?? {};
  const number = (name: string) => (typeof metrics[name] === 'number' ? metrics[name] : undefined);
  const [input, output, cacheRead, cacheWrite] = [
    'input_tokens',
    'output_tokens',
    'cache_read_input_tokens',
    'cache_write_input_tokens',
  ].map(number);
  return {
    // A run that is not inside another one is the agent's, whatever it is called.
    kind: (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? (root ? 'agent' : 'other'),
    name: typeof span.name === 'string' ? span.name : '',
    input: contentIn(span.input),
    output: contentIn(span.output),
    model: typeof span.model_name === 'string' ? span.model_name : undefined,
    provider: typeof span.model_provider === 'string' ? span.model_provider : undefined,
    usage: {
      ...(input === undefined ? {} : { input }),
      ...(output === undefined ? {} : { output }),
      ...(cacheRead === undefined ? {} : { cacheRead }),
      ...(cacheWrite === undefined ? {} : { cacheWrite }),
    },
  };
}

/** Messages of a model call, otherwise the value, which is JSON text where the application gave an object. */
function contentIn(value: JsonValue | undefined): JsonValue {
  const found = objectOf(value);
  const messages = found?.messages;
  return Array.isArray(messages) && messages.length > 0 ? messages : jsonOf(found?.value ?? null);
}

/** Evaluations by name: {value, eval_metric_type, assessment, reasoning, …}. */
function eventsOf(value: JsonValue | undefined): RawSpan['events'] {
  return Object.entries(objectOf(value) ?? {}).map(([name, found]) => {
    const evaluation = objectOf(found) ?? { value: found };
    return evaluationEvent({ name, value: evaluation.value, label: evaluation.assessment, explanation: evaluation.reasoning });
  });
}

function ownAttributes(span: JsonObject): JsonObject {
  const names = ['span_kind', 'ml_app', 'metadata', 'metrics', 'tags', 'tool_definitions', 'evaluation'];
  return Object.fromEntries(names.flatMap((name) => (span[name] === undefined ? [] : [[`datadog.${name}`, span[name]]])));
}

function sessionIn({ session_id: id }: JsonObject): JsonObject {
  return typeof id === 'string' && id !== '' ? { 'session.id': id } : {};
}

function errorOf(span: JsonObject): string {
  const message = objectOf(span.metadata)?.['error.message'] ?? objectOf(span.error)?.message;
  return typeof message === 'string' ? message : '';
}

function isDuration(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** Documented as nanoseconds, but milliseconds and microseconds are seen, too; no date of today is the same number in two of them. */
function nanosecondsOf(value: JsonValue | undefined): bigint | null {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return null;
  const whole = BigInt(Math.round(value));
  if (value < 1e14) return whole * 1_000_000n;
  return value < 1e17 ? whole * 1000n : whole;
}
