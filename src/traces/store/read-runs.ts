import type { StatementSync } from 'node:sqlite';
import type { JsonObject } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { rowChecksum } from '../../database/row-checksum.ts';
import { eventsOf } from './span-row.ts';
import type { ListedTrace } from './trace-listing.ts';
import type { TraceStatements } from './trace-statements.ts';

/** The whole spans of a trace, and how many rows there are of it, whole or not. */
export interface ReadRun {
  readonly spans: RawSpan[];
  readonly rows: number;
}

/** Most bytes of content that are read at a time: a trace may hold megabytes. */
const mostBytes = 256 * 1024;

/** Traces in groups that are read together. */
export function* inGroups(traces: readonly ListedTrace[]): Generator<readonly ListedTrace[]> {
  let group: ListedTrace[] = [];
  let bytes = 0;
  for (const trace of traces) {
    if (group.length > 0 && bytes + trace.bytes > mostBytes) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(trace);
    bytes += trace.bytes;
  }
  if (group.length > 0) yield group;
}

/** A row of `runColumns`. */
type Row = [
  spanId: string,
  parentSpanId: string | null,
  name: string,
  scope: string,
  start: bigint | null,
  end: bigint | null,
  statusCode: RawSpan['statusCode'],
  statusMessage: string,
  attributes: string,
  events: string,
  trace: number,
  resource: number,
  id: number,
  checksum: number | null,
];

/** Reads the spans of several traces at once, by the number of the trace: a tenth of the look-ups that reading them one by one takes. */
export function readRuns(
  statements: Pick<TraceStatements, 'spansOfTraces' | 'resourceText'>,
  traces: readonly ListedTrace[],
): Map<number, ReadRun> {
  const read = new Map(traces.map(({ id, summary }) => [id, { traceId: summary.traceId, rows: [] as Row[] }]));
  const ids = JSON.stringify(traces.map(({ id }) => id));
  for (const row of statements.spansOfTraces.iterate(ids) as unknown as Iterable<Row>) read.get(row[10])?.rows.push(row);
  const resources = new Resources(statements.resourceText);
  return new Map(
    [...read].map(([id, { traceId, rows }]) => {
      rows.sort((one, other) => one[12] - other[12]);
      return [id, { spans: rows.flatMap((row) => spanIn(traceId, row, resources) ?? []), rows: rows.length }];
    }),
  );
}

/** Undefined when the row is not what was written. */
function spanIn(traceId: string, row: Row, resources: Resources): RawSpan | undefined {
  const [spanId, parentSpanId, name, scope, start, end, statusCode, statusMessage, attributes, events, , resource, , checksum] = row;
  const { text, value } = resources.of(resource);
  const sum = rowChecksum(traceId, spanId, parentSpanId, name, scope, start, end, statusCode, statusMessage, attributes, events, text);
  if (sum !== checksum || text === null) return undefined;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    scope,
    startUnixNano: start,
    endUnixNano: end,
    statusCode,
    statusMessage,
    attributes: JSON.parse(attributes) as JsonObject,
    resource: value(),
    events: eventsOf(events),
  };
}

/** Resources by their number; spans of one process share theirs. */
class Resources {
  readonly #statement: StatementSync;
  readonly #known = new Map<number, { readonly text: string | null; readonly value: () => JsonObject }>();

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  of(id: number): { readonly text: string | null; readonly value: () => JsonObject } {
    const known = this.#known.get(id);
    if (known) return known;
    const text = (this.#statement.get(id) as { attributes: string } | undefined)?.attributes ?? null;
    let parsed: JsonObject | undefined;
    const resource = {
      text,
      value: () => {
        parsed ??= JSON.parse(text ?? '{}') as JsonObject;
        return parsed;
      },
    };
    this.#known.set(id, resource);
    return resource;
  }
}
