import type { RawSpan } from '../../contracts/trace.ts';
import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresValue } from '../../database/postgres/postgres-database.ts';
import { exactTexts, storableText } from './postgres-text.ts';
import { isWholeSpan, type SpanRow, spanOf, spanValues } from './span-row.ts';

/** A span on its way into the tables. */
export interface PlacedSpan {
  readonly span: RawSpan;
  readonly week: string;
  readonly trace: number;
  readonly resource: { readonly id: number; readonly text: string };
}

/** Columns of a span that is written, in the order of `spanColumns`, each with its type. */
const columns = {
  week: 'date',
  trace: 'bigint',
  span_id: 'text',
  parent_span_id: 'text',
  name: 'text',
  scope: 'text',
  start_unix_nano: 'bigint',
  end_unix_nano: 'bigint',
  status_code: 'text',
  status_message: 'text',
  attributes: 'text',
  resource: 'bigint',
  events: 'text',
  exact: 'text',
  checksum: 'bigint',
} as const;

/** Names of the columns. */
export const writtenColumns = Object.keys(columns).join(', ');

/** The parameters of `spanColumns` as a table. */
export const writtenSpans = `unnest(${Object.values(columns)
  .map((type, index) => `$${index + 1}::${type}[]`)
  .join(', ')}) WITH ORDINALITY AS sent (${writtenColumns}, item)`;

/** Spans as lists of their columns. */
export function spanColumns(spans: readonly PlacedSpan[]): PostgresValue[] {
  const rows = spans.map(({ span, week, trace, resource }) => {
    const [, spanId, parent, name, scope, start, end, statusCode, message, attributes, , events, checksum] = spanValues(
      trace,
      span,
      JSON.stringify(span.attributes),
      resource,
    );
    const texts = [String(name), String(scope), String(message)] as const;
    const time = (value: unknown) => (value === null ? null : String(value));
    return [
      ...[week, trace, String(spanId), parent === null ? null : String(parent), storableText(texts[0]), storableText(texts[1])],
      ...[time(start), time(end), String(statusCode), storableText(texts[2]), String(attributes), resource.id, String(events)],
      ...[exactTexts(...texts), Number(checksum)],
    ];
  });
  return columnsOf(rows, ...Object.keys(columns).map((_, index) => (row: (typeof rows)[number]) => row[index] ?? null));
}

/** What is read of a span, from `span` and `resource`. Times as text: a number of JavaScript has fewer digits. */
export const readColumns = `span.trace, span.id, span.span_id, span.parent_span_id, span.name, span.scope, span.start_unix_nano::text AS start,
  span.end_unix_nano::text AS "end", span.status_code, span.status_message, span.attributes, resource.attributes AS resource, span.events, span.exact, span.checksum`;

/** Spans with their resources, by these names. */
export const joinedSpans = 'docket.trace_spans AS span LEFT JOIN docket.trace_resources AS resource ON resource.id = span.resource';

/** A row of `readColumns`. */
export interface ReadSpanRow extends Omit<SpanRow, 'start_unix_nano' | 'end_unix_nano' | 'checksum' | 'resource'> {
  readonly trace: number;
  readonly id: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly resource: string | null;
  readonly exact: string | null;
  readonly checksum: number;
}

/** The span of a row; undefined when it is not what was written. */
export function readSpan(traceId: string, row: ReadSpanRow): RawSpan | undefined {
  const { resource, exact, start, end } = row;
  if (resource === null) return undefined;
  const [name, scope, message] = exact === null ? [row.name, row.scope, row.status_message] : (JSON.parse(exact) as string[]);
  const whole: SpanRow = {
    ...row,
    resource,
    name: name ?? '',
    scope: scope ?? '',
    status_message: message ?? '',
    start_unix_nano: start === null ? null : BigInt(start),
    end_unix_nano: end === null ? null : BigInt(end),
    checksum: BigInt(row.checksum),
  };
  return isWholeSpan(traceId, whole) ? spanOf(traceId, whole) : undefined;
}
