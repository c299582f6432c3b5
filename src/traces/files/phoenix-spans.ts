import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { readRecords } from '../importers/read-records.ts';
import { unixNanoOf } from '../importers/unix-nano.ts';
import type { FileFormat } from './file-format.ts';
import { spanOf, wordsIn } from './span-of.ts';

/** Spans as Phoenix's REST interface gives them (`GET /v1/projects/…/spans`): https://arize.com/docs/phoenix/sdk-api-reference/rest-api. */
export const phoenixSpans: FileFormat = {
  title: 'Phoenix',
  recognises: (first) => 'span_kind' in inData(first) && objectOf(inData(first).context) !== undefined,
  read: (records): SpanPage =>
    readRecords(
      records.flatMap((record) => {
        const { data } = objectOf(record) ?? {};
        return Array.isArray(data) ? data : [record];
      }),
      (span) => (objectOf(span.context) ? { span: readSpan(span) } : { lost: ['the record holds no span'] }),
    ),
};

/** A whole answer holds its spans under `data`. */
function inData(record: JsonObject): JsonObject {
  return Array.isArray(record.data) ? (objectOf(record.data[0]) ?? {}) : record;
}

function readSpan(span: JsonObject): RawSpan {
  const { trace_id: traceId, span_id: spanId } = objectOf(span.context) ?? {};
  const attributes = flattened(objectOf(span.attributes) ?? {});
  return spanOf({
    traceId: String(traceId ?? ''),
    spanId: String(spanId ?? ''),
    parentSpanId: wordsIn(span.parent_id) ?? null,
    name: String(span.name ?? ''),
    start: unixNanoOf(span.start_time),
    end: unixNanoOf(span.end_time),
    ...(span.status_code === 'ERROR' ? { error: wordsIn(span.status_message) ?? 'error' } : {}),
    attributes: { 'openinference.span.kind': span.span_kind ?? 'UNKNOWN', ...attributes },
    events: (Array.isArray(span.events) ? span.events : []).map((event) => {
      const { name, timestamp, attributes: told } = objectOf(event) ?? {};
      return { name: wordsIn(name) ?? 'event', timeUnixNano: unixNanoOf(timestamp), attributes: flattened(objectOf(told) ?? {}) };
    }),
  });
}

/** Attributes under the names that they were sent by: an answer may nest them, `{llm: {model_name: …}}`. */
export function flattened(nested: JsonObject): JsonObject {
  const flat: [string, JsonValue][] = [];
  const open: [string, JsonValue][] = Object.entries(nested).reverse();
  for (let next = open.pop(); next; next = open.pop()) {
    const [name, value] = next;
    const isNested = typeof value === 'object' && value !== null && (!Array.isArray(value) || value.some((each) => objectOf(each)));
    if (isNested && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value).reverse()) open.push([`${name}.${key}`, inner]);
    } else if (value !== null) flat.push([name, value]);
  }
  return Object.fromEntries(flat);
}
