import type { SQLInputValue } from 'node:sqlite';
import type { JsonObject } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { rowChecksum } from '../../database/row-checksum.ts';

/** A span as the store holds it; times are 64-bit integers. */
export interface SpanRow {
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly scope: string;
  readonly start_unix_nano: bigint | null;
  readonly end_unix_nano: bigint | null;
  readonly status_code: RawSpan['statusCode'];
  readonly status_message: string;
  readonly attributes: string;
  readonly resource: string;
  readonly events: string;
  /** Of all of it and of the trace's id. */
  readonly checksum: bigint | null;
}

/** Columns in the order of `spanValues`, after the trace's number. */
export const spanColumns =
  'trace, span_id, parent_span_id, name, scope, start_unix_nano, end_unix_nano, status_code, status_message, attributes, resource, events, checksum';

/** Columns of a row that is read with many others, as lists: those of the checksum, then the numbers of trace, resource and row, and the checksum. Numbers that a double holds are read as one: only the times need all of 64 bits. */
export const runColumns = `span_id, parent_span_id, name, scope, start_unix_nano, end_unix_nano, status_code, status_message, attributes, events,
  trace + 0.0, resource + 0.0, id + 0.0, checksum + 0.0`;

/** The number and the text of a span's resource; it is stored apart, because all spans of a process share it. */
export interface StoredResource {
  readonly id: number;
  readonly text: string;
}

/** The values of one row. */
export function spanValues(trace: number, span: RawSpan, attributes: string, resource: StoredResource): SQLInputValue[] {
  const { traceId, spanId, parentSpanId, name, scope, statusCode, statusMessage } = span;
  const start = storableTime(span.startUnixNano);
  const end = storableTime(span.endUnixNano);
  const events = eventsText(span.events);
  const of = [
    traceId,
    spanId,
    parentSpanId,
    name,
    scope,
    start,
    end,
    statusCode,
    statusMessage,
    attributes,
    events,
    resource.text,
  ] as const;
  const checksum = rowChecksum(...of);
  return [trace, spanId, parentSpanId, name, scope, start, end, statusCode, statusMessage, attributes, resource.id, events, checksum];
}

/** True when the row is what was written for a span of that trace. */
export function isWholeSpan(traceId: string, row: SpanRow): boolean {
  const { span_id: spanId, parent_span_id: parent, name, scope, start_unix_nano: start, end_unix_nano: end, attributes, events } = row;
  const of = [
    traceId,
    spanId,
    parent,
    name,
    scope,
    start,
    end,
    row.status_code,
    row.status_message,
    attributes,
    events,
    row.resource,
  ] as const;
  return row.checksum !== null && BigInt(rowChecksum(...of)) === BigInt(row.checksum);
}

/** SQLite's integers end at 2^63; a later time (after the year 2262) is senseless, as is one before 1970. */
export function storableTime(unixNano: bigint | null): bigint | null {
  return unixNano !== null && unixNano > 0n && unixNano < 1n << 63n ? unixNano : null;
}

/** Events as the store holds them. */
export function eventsText(events: RawSpan['events']): string {
  if (events.length === 0) return '[]';
  return JSON.stringify(
    events.map((event) => ({ ...event, timeUnixNano: event.timeUnixNano === null ? null : String(event.timeUnixNano) })),
  );
}

/** The events of a text that `eventsText` wrote. */
export function eventsOf(text: string): RawSpan['events'] {
  const events = (text === '[]' ? [] : JSON.parse(text)) as { name: string; timeUnixNano: string | null; attributes: JsonObject }[];
  return events.map((event) => ({ ...event, timeUnixNano: event.timeUnixNano === null ? null : BigInt(event.timeUnixNano) }));
}

/** The span of a row; the texts were written by `spanValues` and are trusted. */
export function spanOf(traceId: string, row: SpanRow): RawSpan {
  return {
    traceId,
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    name: row.name,
    scope: row.scope,
    startUnixNano: row.start_unix_nano,
    endUnixNano: row.end_unix_nano,
    statusCode: row.status_code,
    statusMessage: row.status_message,
    attributes: JSON.parse(row.attributes) as JsonObject,
    resource: resourceOf(row.resource),
    events: eventsOf(row.events),
  };
}

let lastResource: { readonly text: string; readonly value: JsonObject } = { text: '{}', value: {} };

/** Spans of one process follow each other and share their resource. */
function resourceOf(text: string): JsonObject {
  if (text !== lastResource.text) lastResource = { text, value: JSON.parse(text) as JsonObject };
  return lastResource.value;
}
