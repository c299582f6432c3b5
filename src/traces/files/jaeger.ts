import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import type { SpanPage } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { readRecords } from '../importers/read-records.ts';
import type { FileFormat } from './file-format.ts';
import { nanosecondsFrom, objectsIn, spanOf, wordsIn } from './span-of.ts';

/** Traces as Jaeger's page and API give them (`/api/traces`): https://www.jaegertracing.io/docs/latest/architecture/apis/. Times are microseconds. */
export const jaeger: FileFormat = {
  title: 'Jaeger',
  recognises: (first) => tracesIn(first).some((trace) => Array.isArray(trace.spans) && 'processes' in trace),
  read(records): SpanPage {
    const pages = records.flatMap((record, index): SpanPage[] => {
      const traces = tracesIn(objectOf(record) ?? {}).filter(({ spans }) => Array.isArray(spans));
      const unread = { reason: 'the record holds no trace', record: `record ${index + 1}`, kept: false };
      return traces.length === 0 ? [{ spans: [], unread: [unread] }] : traces.map(readTrace);
    });
    return { spans: pages.flatMap(({ spans }) => spans), unread: pages.flatMap(({ unread }) => unread) };
  },
};

function readTrace({ spans, processes }: JsonObject): SpanPage {
  const known = objectOf(processes) ?? {};
  return readRecords(Array.isArray(spans) ? spans : [], (span) => ({ span: readSpan(span, known) }));
}

/** One trace, or an answer with several. */
function tracesIn(record: JsonObject): JsonObject[] {
  return Array.isArray(record.data) ? objectsIn(record.data) : [record];
}

function readSpan(span: JsonObject, processes: JsonObject): RawSpan {
  const tags = valuesOf(span.tags);
  const process = objectOf(span.process) ?? objectOf(processes[String(span.processID)]) ?? {};
  const start = nanosecondsFrom(span.startTime, 1000n);
  const duration = nanosecondsFrom(span.duration, 1000n);
  const isError = tags.error === true || tags.error === 'true' || tags['otel.status_code'] === 'ERROR';
  const traceId = String(span.traceID ?? '');
  return spanOf({
    // Older traces have ids of 64 bits.
    traceId: /^[0-9a-f]{1,31}$/i.test(traceId) ? traceId.padStart(32, '0') : traceId,
    spanId: String(span.spanID ?? ''),
    parentSpanId: parentOf(span),
    name: String(span.operationName ?? ''),
    scope: wordsIn(tags['otel.scope.name']) ?? wordsIn(tags['otel.library.name']) ?? '',
    start,
    end: start === null || duration === null ? null : start + duration,
    ...(isError ? { error: wordsIn(tags['otel.status_description']) ?? 'error' } : {}),
    attributes: tags,
    resource: { ...valuesOf(process.tags), ...(wordsIn(process.serviceName) ? { 'service.name': String(process.serviceName) } : {}) },
    events: eventsOf(span.logs),
  });
}

function parentOf({ references, parentSpanID }: JsonObject): string | null {
  const parents = objectsIn(references);
  const parent = parents.find(({ refType }) => refType === 'CHILD_OF') ?? parents[0];
  return wordsIn(parent?.spanID) ?? wordsIn(parentSpanID) ?? null;
}

function eventsOf(logs: JsonValue | undefined): RawSpan['events'] {
  return (Array.isArray(logs) ? logs : []).flatMap((log) => {
    const { timestamp, fields } = objectOf(log) ?? {};
    const { event, ...attributes } = valuesOf(fields);
    return [{ name: wordsIn(event) ?? 'log', timeUnixNano: nanosecondsFrom(timestamp, 1000n), attributes }];
  });
}

/** Tags and fields are lists of {key, type, value}. */
function valuesOf(tags: JsonValue | undefined): JsonObject {
  const entries = (Array.isArray(tags) ? tags : []).flatMap((tag): [string, JsonValue][] => {
    const { key, value } = objectOf(tag) ?? {};
    return typeof key === 'string' && value !== undefined && value !== null ? [[key, value]] : [];
  });
  return Object.fromEntries(entries);
}
