import type { RawSpan, TraceSource } from '../../contracts/trace.ts';
import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresTransaction } from '../../database/postgres/postgres-database.ts';
import { logEventsOf, withEvents } from './join-logs.ts';
import { logsLock } from './postgres-log-writer.ts';
import { type PlacedSpan, spanColumns, writtenColumns, writtenSpans } from './postgres-span-row.ts';
import { nameOfSpan, PostgresTraceRows } from './postgres-trace-rows.ts';
import { eventsOf, storableTime } from './span-row.ts';
import type { TracePartitions } from './trace-partitions.ts';
import { traceWeek } from './trace-week.ts';

/** Writes spans in one transaction and brings the summaries of their traces up to date. One object for one transaction. */
export class PostgresSpanWriter {
  readonly #transaction: PostgresTransaction;
  readonly #rows: PostgresTraceRows;
  readonly #partitions: Pick<TracePartitions, 'placeOf'>;
  added = 0;

  /** @param now milliseconds since 1970 */
  constructor(transaction: PostgresTransaction, source: TraceSource, now: number, partitions: Pick<TracePartitions, 'placeOf'>) {
    this.#transaction = transaction;
    this.#rows = new PostgresTraceRows(transaction, source, Math.floor(now));
    this.#partitions = partitions;
  }

  /** Weeks in which these spans begin traces: they must be there before they are stored. */
  static weeksOf(spans: readonly RawSpan[], now: number): string[] {
    return [...new Set(spans.map((span) => traceWeek(storableTime(span.startUnixNano), now)))].sort();
  }

  async saveSpans(spans: readonly RawSpan[]): Promise<void> {
    await this.#transaction.query('SELECT pg_advisory_xact_lock_shared($1)', [logsLock]);
    await this.#rows.lockHeads(spans, this.#partitions);
    await this.#rows.findResources(spans);
    const whole = await this.#withWaiting(spans);
    // What comes twice is stored in turn.
    for (let left = whole; left.length > 0; ) {
      const seen = new Set<string>();
      const [round, later]: [RawSpan[], RawSpan[]] = [[], []];
      for (const span of left) (seen.has(nameOfSpan(span)) ? later : round).push(seen.add(nameOfSpan(span)) && span);
      await this.#saveRound(round);
      left = later;
    }
    await this.#rows.writeGrowths();
  }

  /** Spans with the log records that came before them. */
  async #withWaiting(spans: readonly RawSpan[]): Promise<readonly RawSpan[]> {
    type Row = { readonly trace_id: string; readonly span_id: string; readonly event: string };
    const { rows } = await this.#transaction.query<Row>(
      `DELETE FROM docket.trace_logs AS log USING unnest($1::text[], $2::text[]) AS sent (trace_id, span_id)
        WHERE EXISTS (SELECT FROM docket.trace_logs) AND log.trace_id = sent.trace_id AND log.span_id = sent.span_id
        RETURNING log.id, log.trace_id, log.span_id, log.event`,
      columnsOf(
        spans,
        ({ traceId }) => traceId,
        ({ spanId }) => spanId,
      ),
    );
    if (rows.length === 0) return spans;
    const waiting = Map.groupBy(rows, (row) => `${row.trace_id} ${row.span_id}`);
    return spans.map((span) => {
      const events = waiting.get(nameOfSpan(span))?.flatMap(({ event }) => eventsOf(event)) ?? [];
      waiting.delete(nameOfSpan(span));
      return events.length === 0 ? span : withEvents(span, events).span;
    });
  }

  async #saveRound(spans: readonly RawSpan[]): Promise<void> {
    const placed = spans.map((span) => this.#rows.placed(span));
    const { rows } = await this.#transaction.query<{ readonly trace: number; readonly span_id: string }>(
      `WITH added AS (
          INSERT INTO docket.trace_spans (${writtenColumns}) SELECT ${writtenColumns} FROM ${writtenSpans} ORDER BY item
          ON CONFLICT DO NOTHING RETURNING week, trace, span_id
        ), listed AS (
          INSERT INTO docket.trace_unindexed (week, trace, span_id) SELECT week, trace, span_id FROM added ON CONFLICT DO NOTHING
        ) SELECT trace, span_id FROM added`,
      spanColumns(placed),
    );
    const added = new Set(rows.map(({ trace, span_id }) => `${trace} ${span_id}`));
    const others: PlacedSpan[] = [];
    for (const each of placed) {
      if (!added.has(`${each.trace} ${each.span.spanId}`)) {
        others.push(each);
        continue;
      }
      this.added += 1;
      const growth = this.#rows.growthOf(each.span.traceId);
      growth.spans += 1;
      if (each.span.statusCode === 'error') growth.errors += 1;
      this.#rows.count(growth, each.span);
    }
    if (others.length > 0) await this.#saveAgain(others.map(({ span }) => span));
  }

  /**
   * Some systems export a span when it begins and again when it ends, and a damaged span is there again when it comes again. Anything else that
   * comes twice stays as it came first.
   */
  async #saveAgain(spans: readonly RawSpan[]): Promise<void> {
    const stored = await this.#rows.storedSpans(spans);
    const replaced: RawSpan[] = [];
    for (const sent of spans) {
      const known = stored.get(nameOfSpan(sent));
      const growth = this.#rows.growthOf(sent.traceId);
      const hasEnded = known !== undefined && known.endUnixNano === null && storableTime(sent.endUnixNano) !== null;
      if (known && !hasEnded) {
        if (known.name !== sent.name || JSON.stringify(known.attributes) !== JSON.stringify(sent.attributes)) growth.conflicts += 1;
        continue;
      }
      const whole = known ? withEvents(sent, logEventsOf(known)).span : sent;
      if (known && sent.statusCode === 'error' && known.statusCode !== 'error') growth.errors += 1;
      replaced.push(whole);
      this.#rows.count(growth, whole);
    }
    await this.#rows.replace(replaced);
  }
}
