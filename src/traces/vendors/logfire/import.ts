import { DocketError } from '../../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { RawSpan } from '../../../contracts/trace.ts';
import { counted } from '../../../text/figures.ts';
import type { Importer, PageAnswer, PageRequest, SpanPage } from '../../importers/importer.ts';
import { jsonOf, objectOf, textOf } from '../../importers/json-text.ts';
import { listIn, parseAnswer, type ReadRecord, readRecords } from '../../importers/read-records.ts';
import { spanIds } from '../../importers/span-ids.ts';
import { isoDate, unixNanoOf } from '../../importers/unix-nano.ts';
import type { VendorClient } from '../vendor-client.ts';

/** Columns of `records` that are asked for. */
export const logfireColumns = [
  'kind',
  'start_timestamp',
  'end_timestamp',
  'trace_id',
  'span_id',
  'parent_span_id',
  'span_name',
  'otel_scope_name',
  'otel_status_code',
  'otel_status_message',
  'attributes',
  'otel_resource_attributes',
  'otel_events',
];

/** The longest time one query may look at; Logfire refuses more. */
const longestWindowMs = 7 * 24 * 3_600_000;
/** So much of it lies before the page: the span that names the agent of a trace may have begun long before the others. */
const lookBackMs = 24 * 3_600_000;

/**
 * Logfire's records: POST /v2/query with SQL, at most 10,000 rows a query, so pages go by time and ids
 * (https://pydantic.dev/docs/logfire/manage/query-api/).
 */
export const logfireImporter: Importer = {
  pageSize: 1000,
  target(settings) {
    const token = settings.key('Logfire', 'LOGFIRE_READ_TOKEN');
    // Tokens of the European region say so, and are good there only.
    const region = /^pylf_v\d+_eu_/.test(token) ? 'eu' : 'us';
    return {
      baseUrl: settings.baseUrl(`https://logfire-${region}.pydantic.dev`, 'LOGFIRE_BASE_URL'),
      // Without it rows may come as Arrow.
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      secrets: [token],
    };
  },
  async page(client, _target, request) {
    const position = readPosition(request);
    const until = Math.min(request.window.until, position.from + longestWindowMs - lookBackMs);
    return askRows(client, request, position, until);
  },
};

/** Where the last page ended: everything up to and with that row was read. */
interface Position {
  readonly from: number;
  readonly row?: { readonly start: string; readonly traceId: string; readonly spanId: string };
}

async function askRows(client: VendorClient, request: PageRequest, position: Position, until: number): Promise<PageAnswer> {
  const limit = Math.min(request.limit, 10_000);
  const body = {
    sql: sqlOf(request, position, until, limit),
    min_timestamp: isoDate(request.agent === undefined ? position.from : until - longestWindowMs),
    max_timestamp: isoDate(until),
    limit,
  };
  const answer = await client.request({
    method: 'POST',
    path: '/v2/query',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (answer.kind !== 'answer') return answer;
  const rows = rowsOf(answer.text, answer.headers.get('content-type') ?? '');
  const next = nextPosition(rows, limit, until, request.window.until);
  return { kind: 'page', ...readLogfireRows(rows), ...(next === undefined ? {} : { next }) };
}

function sqlOf({ agent }: PageRequest, { from, row }: Position, until: number, limit: number): string {
  const conditions = [
    // Events of spans stand in `otel_events` of their span, too.
    "kind <> 'span_event'",
    `start_timestamp >= ${quoted(isoDate(from))}`,
    `start_timestamp < ${quoted(isoDate(until))}`,
    ...(row ? [after(row)] : []),
    ...(agent === undefined
      ? []
      : [
          `trace_id IN (SELECT trace_id FROM records WHERE attributes->>'gen_ai.agent.name' = ${quoted(agent)} OR attributes->>'agent_name' = ${quoted(agent)})`,
        ]),
  ];
  return `SELECT ${logfireColumns.join(', ')} FROM records WHERE ${conditions.join(' AND ')} ORDER BY start_timestamp, trace_id, span_id LIMIT ${limit}`;
}

function after({ start, traceId, spanId }: NonNullable<Position['row']>): string {
  const [at, trace, span] = [quoted(start), quoted(traceId), quoted(spanId)];
  return `(start_timestamp > ${at} OR (start_timestamp = ${at} AND (trace_id > ${trace} OR (trace_id = ${trace} AND span_id > ${span}))))`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** JSON with a list of rows, or a row a line. A line that is no JSON is a record that cannot be read. */
function rowsOf(text: string, contentType: string): JsonValue[] {
  if (!contentType.includes('ndjson')) return listIn('Logfire', parseAnswer('Logfire', text), 'data');
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [jsonOf(line)]));
}

function nextPosition(rows: readonly JsonValue[], limit: number, until: number, end: number): string | undefined {
  if (rows.length < limit) return until < end ? `${until}` : undefined;
  // A broken row at the end is counted as such; the next page begins behind the last one that says where it is.
  for (const row of rows.toReversed()) {
    const { start_timestamp: start, trace_id: traceId, span_id: spanId } = objectOf(row) ?? {};
    if (typeof start !== 'string' || typeof traceId !== 'string' || typeof spanId !== 'string' || unixNanoOf(start) === null) continue;
    return [start, traceId, spanId].join(' ');
  }
  throw new DocketError(
    `Logfire answered with ${rows.length === 1 ? 'a row' : counted(rows.length, 'row')} without start_timestamp, trace_id or span_id, so the next page cannot be requested. Narrow --since and --until around them.`,
  );
}

function readPosition({ cursor, window }: PageRequest): Position {
  if (cursor === undefined) return { from: window.since };
  if (/^\d+$/.test(cursor)) return { from: Number(cursor) };
  // The time may hold a blank itself.
  const [spanId = '', traceId = '', ...time] = cursor.split(' ').reverse();
  const start = time.reverse().join(' ');
  return { from: Math.max(window.since, Math.floor(Number((unixNanoOf(start) ?? 0n) / 1_000_000n))), row: { start, traceId, spanId } };
}

/** Turns rows of `records` into spans. */
export function readLogfireRows(rows: readonly JsonValue[]): SpanPage {
  return readRecords(rows, readRow);
}

function readRow(row: JsonObject): ReadRecord {
  const { trace_id: traceId, span_id: spanId, parent_span_id: parent } = row;
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return { lost: ['the row has no trace id or no span id'] };
  const ids = spanIds(traceId, spanId, typeof parent === 'string' && parent !== '' ? parent : null);
  const status = textOf(row.otel_status_code ?? '').toLowerCase();
  return {
    span: {
      traceId: ids.traceId,
      spanId: ids.spanId,
      parentSpanId: ids.parentSpanId,
      name: textOf(row.span_name ?? ''),
      scope: typeof row.otel_scope_name === 'string' ? row.otel_scope_name : '',
      startUnixNano: unixNanoOf(row.start_timestamp),
      endUnixNano: unixNanoOf(row.end_timestamp),
      statusCode: status === 'error' || status === 'ok' ? status : 'unset',
      statusMessage: typeof row.otel_status_message === 'string' ? row.otel_status_message : '',
      attributes: { ...objectOf(row.attributes), ...ids.kept },
      resource: objectOf(row.otel_resource_attributes) ?? {},
      events: eventsOf(row.otel_events),
    },
    lost: [
      ...(isAbsentOr(row.attributes, objectOf) ? [] : ['the attributes are not a JSON object']),
      ...(isAbsentOr(row.otel_resource_attributes, objectOf) ? [] : ['the attributes of the resource are not a JSON object']),
      ...(isAbsentOr(row.otel_events, eventsIn) ? [] : ['the events are not a list of JSON objects']),
    ],
  };
}

function isAbsentOr(value: JsonValue | undefined, read: (value: JsonValue) => unknown): boolean {
  return (value ?? null) === null || read(value as JsonValue) !== undefined;
}

/** Undefined when it is no list of objects. */
function eventsIn(value: JsonValue | undefined): JsonValue[] | undefined {
  const events = jsonOf(value);
  return Array.isArray(events) && events.every((event) => objectOf(event) !== undefined) ? events : undefined;
}

function eventsOf(value: JsonValue | undefined): RawSpan['events'] {
  const events = jsonOf(value);
  if (!Array.isArray(events)) return [];
  return events.flatMap((event) => {
    const found = objectOf(event);
    if (!found) return [];
    const name = found.event_name ?? found.name;
    return [
      {
        name: typeof name === 'string' ? name : '',
        timeUnixNano: unixNanoOf(found.event_timestamp ?? found.timestamp),
        attributes: objectOf(found.attributes) ?? {},
      },
    ];
  });
}
