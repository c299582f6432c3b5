import type { RawSpan } from '../../contracts/trace.ts';
import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresTransaction } from '../../database/postgres/postgres-database.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { withEvents } from './join-logs.ts';
import { hashOf, nameOfSpan, PostgresTraceRows } from './postgres-trace-rows.ts';
import { eventsText } from './span-row.ts';
import { growBy } from './trace-growth.ts';

/** Of all who store spans, in common; who stores log records waits for them, and they for it: a record and its span must not pass each other. */
export const logsLock = 1_148_414_828;

/** Adds log records to their spans in one transaction; those whose span has not come wait for it. One object for one transaction. */
export class PostgresLogWriter {
  readonly #transaction: PostgresTransaction;
  readonly #rows: PostgresTraceRows;
  readonly #now: number;

  /** @param now milliseconds since 1970 */
  constructor(transaction: PostgresTransaction, now: number) {
    this.#transaction = transaction;
    this.#now = Math.floor(now);
    this.#rows = new PostgresTraceRows(transaction, 'otlp', this.#now);
  }

  /** @returns what became of each, in their order; `full` when its span takes no more */
  async saveLogs(logs: readonly RawLog[]): Promise<('joined' | 'known' | 'waiting' | 'full')[]> {
    await this.#transaction.query('SELECT pg_advisory_xact_lock($1)', [logsLock]);
    const ids = [...new Set(logs.map(({ traceId }) => traceId))];
    await this.#rows.readHeads(ids);
    const stored = await this.#rows.storedSpans(logs);
    const ends: ('joined' | 'known' | 'waiting' | 'full')[] = [];
    const changed = new Map<string, RawSpan>();
    const waiting: RawLog[] = [];
    for (const log of logs) {
      const name = nameOfSpan(log);
      const span = changed.get(name) ?? stored.get(name);
      if (!span) {
        waiting.push(log);
        ends.push('waiting');
        continue;
      }
      const { span: whole, added, lost } = withEvents(span, [log.event]);
      ends.push(added > 0 ? 'joined' : lost > 0 ? 'full' : 'known');
      if (added === 0) continue;
      changed.set(name, whole);
      this.#rows.growthOf(log.traceId).bytes += eventsText([log.event]).length;
    }
    await this.#rows.findResources([...changed.values()]);
    await this.#rows.replace([...changed.values()]);
    for (const [name, span] of changed) if (stored.has(name)) growBy(this.#rows.growthOf(span.traceId), span);
    const isNew = await this.#addWaiting(waiting);
    let at = 0;
    for (const [index, end] of ends.entries()) if (end === 'waiting' && !isNew[at++]) ends[index] = 'known';
    await this.#rows.writeGrowths();
    return ends;
  }

  /** @returns of each whether it was not there */
  async #addWaiting(logs: readonly RawLog[]): Promise<boolean[]> {
    if (logs.length === 0) return [];
    const waiting = logs.map((log) => ({ ...log, text: eventsText([log.event]) }));
    const { rows } = await this.#transaction.query<{ readonly trace_id: string; readonly span_id: string; readonly hash: string }>(
      `INSERT INTO docket.trace_logs (trace_id, span_id, hash, saved_at, bytes, event)
        SELECT trace_id, span_id, hash, $5, octet_length(event), event FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
          WITH ORDINALITY AS sent (trace_id, span_id, hash, event, item) ORDER BY item
        ON CONFLICT DO NOTHING RETURNING trace_id, span_id, hash`,
      [
        ...columnsOf(
          waiting,
          ({ traceId }) => traceId,
          ({ spanId }) => spanId,
          ({ text }) => hashOf(text),
          ({ text }) => text,
        ),
        this.#now,
      ],
    );
    const added = new Set(rows.map((row) => `${row.trace_id} ${row.span_id} ${row.hash}`));
    return waiting.map((log) => added.delete(`${nameOfSpan(log)} ${hashOf(log.text)}`));
  }
}
