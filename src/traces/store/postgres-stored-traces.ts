import type { RawSpan, Trace, TraceSource } from '../../contracts/trace.ts';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { counted } from '../../text/figures.ts';
import { assembleTrace } from '../assemble-trace.ts';
import { joinedSpans, type ReadSpanRow, readColumns, readSpan } from './postgres-span-row.ts';
import { inGroups } from './read-runs.ts';
import type { TraceDamage } from './trace-damage.ts';
import type { ListedTrace } from './trace-listing.ts';
import type { StoredRun } from './trace-store.ts';

interface Head {
  readonly id: number;
  readonly week: string;
  readonly source: TraceSource;
  readonly agent: string | null;
  readonly session: string | null;
  readonly conflicts: number;
  readonly spans: number;
}

interface HeldHead {
  readonly id: number;
  readonly trace_id: string;
  readonly judge: string | null;
  readonly scores: number | null;
  readonly counted: number;
}

/** Reads the spans of traces in a shared database. */
export class PostgresStoredTraces {
  readonly #database: PostgresDatabase;
  readonly #damage: TraceDamage;

  constructor(database: PostgresDatabase, damage: TraceDamage) {
    this.#database = database;
    this.#damage = damage;
  }

  async spans(traceId: string): Promise<RawSpan[]> {
    const head = await this.#head(traceId);
    return (head && (await this.#spansOf(head, traceId)))?.spans ?? [];
  }

  async trace(traceId: string, now: number): Promise<Trace | undefined> {
    const head = await this.#head(traceId);
    const read = head && (await this.#spansOf(head, traceId));
    if (!read) return undefined;
    const { spans, damaged } = read;
    const { source, agent, session, conflicts } = head;
    return assembleTrace(spans, { source, agent, session, conflicts, damaged, now });
  }

  /** The runs of some traces as they were listed. */
  async *runs(page: readonly ListedTrace[]): AsyncGenerator<StoredRun> {
    for (const group of inGroups(page)) {
      const read = await this.#spansOfAll(group.map(({ id }) => id));
      for (const { id, summary } of group) {
        const found = read.get(id) ?? [];
        // Removed by somebody since it was listed.
        if (found.length < summary.spans && !(await this.#head(summary.traceId))) continue;
        yield { summary, spans: this.#whole(summary.traceId, found, summary.spans).spans };
      }
    }
  }

  /** Those of these traces that are there, with their spans. */
  async held(traceIds: readonly string[]): Promise<(HeldHead & { readonly spans: RawSpan[] })[]> {
    const { rows: heads } = await this.#database.query<HeldHead>(
      'SELECT id, trace_id, judge, score_count AS scores, span_count AS counted FROM docket.trace_heads WHERE trace_id = ANY($1::text[])',
      [traceIds],
    );
    const read = await this.#spansOfAll(heads.map(({ id }) => id));
    return heads.map((head) => ({ ...head, spans: this.#whole(head.trace_id, read.get(head.id) ?? [], head.counted).spans }));
  }

  async #spansOfAll(traces: readonly number[]): Promise<ReadonlyMap<number, ReadSpanRow[]>> {
    const { rows } = await this.#database.query<ReadSpanRow>(
      `SELECT ${readColumns} FROM docket.trace_heads AS head, ${joinedSpans} WHERE head.id = ANY($1::bigint[]) AND span.week = head.week AND span.trace = head.id
        ORDER BY span.trace, span.id`,
      [traces],
    );
    return Map.groupBy(rows, ({ trace }) => trace);
  }

  async #head(traceId: string): Promise<Head | undefined> {
    const { rows } = await this.#database.query<Head>(
      `SELECT id, to_char(week, 'YYYY-MM-DD') AS week, source, agent, session, conflict_count AS conflicts, span_count AS spans FROM docket.trace_heads WHERE trace_id = $1`,
      [traceId],
    );
    return rows[0];
  }

  /** Undefined where somebody has removed the trace since. */
  async #spansOf({ id, week, spans }: Head, traceId: string): Promise<{ readonly spans: RawSpan[]; readonly damaged: number } | undefined> {
    const { rows } = await this.#database.query<ReadSpanRow>(
      `SELECT ${readColumns} FROM ${joinedSpans} WHERE span.week = $1 AND span.trace = $2 ORDER BY span.id`,
      [week, id],
    );
    if (rows.length < spans && !(await this.#head(traceId))) return undefined;
    return this.#whole(traceId, rows, spans);
  }

  /** The whole spans of a trace, and how many are not, or are not there any more. */
  #whole(traceId: string, rows: readonly ReadSpanRow[], expected: number): { readonly spans: RawSpan[]; readonly damaged: number } {
    const spans = rows.flatMap((row) => readSpan(traceId, row) ?? []);
    // More than are counted have come since the count was read.
    const damaged = Math.max(rows.length, expected) - spans.length;
    if (damaged > 0)
      this.#damage.tell(
        `${damaged === 1 ? 'a span' : counted(damaged, 'span')} of trace ${traceId} cannot be read and ${damaged === 1 ? 'is' : 'are'} left out; importing or sending them again replaces them`,
      );
    return { spans, damaged };
  }
}
