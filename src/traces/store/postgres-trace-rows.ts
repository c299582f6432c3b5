import { createHash } from 'node:crypto';
import type { RawSpan, TraceSource } from '../../contracts/trace.ts';
import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresTransaction } from '../../database/postgres/postgres-database.ts';
import {
  joinedSpans,
  type PlacedSpan,
  type ReadSpanRow,
  readColumns,
  readSpan,
  spanColumns,
  writtenColumns,
  writtenSpans,
} from './postgres-span-row.ts';
import { storableText } from './postgres-text.ts';
import { eventsText, storableTime } from './span-row.ts';
import { emptyGrowth, growBy, type TraceGrowth } from './trace-growth.ts';
import type { TracePartitions } from './trace-partitions.ts';
import { traceWeek } from './trace-week.ts';

interface Head {
  readonly id: number;
  readonly trace_id: string;
  readonly source: TraceSource;
  readonly week: string;
}

/** What one transaction knows of the traces that it changes: their rows, which it holds, and by how much their summaries grow. */
export class PostgresTraceRows {
  readonly #transaction: PostgresTransaction;
  readonly #source: TraceSource;
  readonly #now: number;
  readonly #heads = new Map<string, Head>();
  readonly #growths = new Map<string, TraceGrowth>();
  readonly #resources = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(transaction: PostgresTransaction, source: TraceSource, now: number) {
    this.#transaction = transaction;
    this.#source = source;
    this.#now = now;
  }

  /** In the order of their ids, so that two who store the same traces wait for one another and never in a circle. */
  async lockHeads(spans: readonly RawSpan[], partitions: Pick<TracePartitions, 'placeOf'>): Promise<void> {
    const first = new Map<string, RawSpan>();
    for (const span of spans) if (!first.has(span.traceId)) first.set(span.traceId, span);
    const heads = [...first.values()].sort((one, other) => (one.traceId < other.traceId ? -1 : 1));
    await this.#transaction.query(
      `INSERT INTO docket.trace_heads (trace_id, week, source, saved_at, listed_at)
        SELECT trace_id, week, $3, $4, $4 FROM unnest($1::text[], $2::date[]) AS sent (trace_id, week) ORDER BY trace_id ON CONFLICT DO NOTHING`,
      [
        ...columnsOf(
          heads,
          ({ traceId }) => traceId,
          ({ startUnixNano }) => partitions.placeOf(traceWeek(storableTime(startUnixNano), this.#now)),
        ),
        this.#source,
        this.#now,
      ],
    );
    await this.readHeads([...first.keys()]);
  }

  async readHeads(ids: readonly string[]): Promise<void> {
    const { rows } = await this.#transaction.query<Head>(
      `SELECT id, trace_id, source, to_char(week, 'YYYY-MM-DD') AS week FROM docket.trace_heads WHERE trace_id = ANY($1::text[]) ORDER BY trace_id FOR UPDATE`,
      [ids],
    );
    for (const head of rows) this.#heads.set(head.trace_id, head);
  }

  async findResources(spans: readonly RawSpan[]): Promise<void> {
    const texts = [...new Set(new Set(spans.map(({ resource }) => resource)).values().map((resource) => JSON.stringify(resource)))];
    const hashes = texts.map(hashOf);
    await this.#transaction.query(
      `INSERT INTO docket.trace_resources (hash, attributes) SELECT * FROM unnest($1::text[], $2::text[]) AS sent (hash, attributes)
        WHERE NOT EXISTS (SELECT FROM docket.trace_resources AS known WHERE known.hash = sent.hash) ORDER BY 1 ON CONFLICT DO NOTHING`,
      [hashes, texts],
    );
    const { rows } = await this.#transaction.query<{ readonly id: number; readonly hash: string }>(
      'SELECT id, hash FROM docket.trace_resources WHERE hash = ANY($1::text[])',
      [hashes],
    );
    for (const { id, hash } of rows) this.#resources.set(hash, id);
  }

  async storedSpans(spans: readonly Pick<RawSpan, 'traceId' | 'spanId'>[]): Promise<Map<string, RawSpan | undefined>> {
    const there = spans.filter(({ traceId }) => this.#heads.has(traceId));
    const { rows } = await this.#transaction.query<ReadSpanRow & { readonly trace_id: string }>(
      `SELECT sent.trace_id, ${readColumns} FROM unnest($1::text[], $2::date[], $3::bigint[], $4::text[]) AS sent (trace_id, week, trace, span_id),
        ${joinedSpans} WHERE span.week = sent.week AND span.trace = sent.trace AND span.span_id = sent.span_id`,
      columnsOf(
        there,
        ({ traceId }) => traceId,
        ({ traceId }) => this.#head(traceId).week,
        ({ traceId }) => this.#head(traceId).id,
        ({ spanId }) => spanId,
      ),
    );
    return new Map(rows.map((row) => [`${row.trace_id} ${row.span_id}`, readSpan(row.trace_id, row)]));
  }

  async replace(spans: readonly RawSpan[]): Promise<void> {
    if (spans.length === 0) return;
    const set = writtenColumns
      .split(', ')
      .slice(3)
      .map((name) => `${name} = sent.${name}`)
      .join(', ');
    await this.#transaction.query(
      `WITH changed AS (
          UPDATE docket.trace_spans AS span SET ${set} FROM ${writtenSpans}
            WHERE span.week = sent.week AND span.trace = sent.trace AND span.span_id = sent.span_id RETURNING span.week, span.trace, span.span_id
        ), forgotten AS (
          DELETE FROM docket.trace_words AS word USING changed
            WHERE word.week = changed.week AND word.trace = changed.trace AND word.span_id = changed.span_id
        ) INSERT INTO docket.trace_unindexed (week, trace, span_id) SELECT week, trace, span_id FROM changed ON CONFLICT DO NOTHING`,
      spanColumns(spans.map((span) => this.placed(span))),
    );
  }

  placed(span: RawSpan): PlacedSpan {
    const { id, week } = this.#head(span.traceId);
    const text = JSON.stringify(span.resource);
    return { span, week, trace: id, resource: { id: this.#resources.get(hashOf(text)) ?? 0, text } };
  }

  growthOf(traceId: string): TraceGrowth {
    const known = this.#growths.get(traceId);
    if (known) return known;
    const { id, source } = this.#head(traceId);
    const growth = emptyGrowth(id, traceId, source, true);
    this.#growths.set(traceId, growth);
    return growth;
  }

  count(growth: TraceGrowth, span: RawSpan): void {
    growth.bytes += JSON.stringify(span.attributes).length + eventsText(span.events).length + span.name.length + 100;
    growBy(growth, span);
  }

  async writeGrowths(): Promise<void> {
    const grown = [...this.#growths.values()].filter(({ spans, bytes, conflicts }) => spans + bytes + conflicts > 0);
    if (grown.length === 0) return;
    const time = (value: bigint | null) => (value === null ? null : String(value));
    const words = (text: string | null) => (text === null ? null : storableText(text));
    await this.#transaction.query(
      growSql,
      columnsOf(
        grown,
        ({ trace }) => trace,
        ({ firstStart }) => time(firstStart),
        ({ lastEnd }) => time(lastEnd),
        ({ agent }) => words(agent),
        ({ agentStart }) => time(agentStart),
        ({ session }) => words(session),
        ({ sessionStart }) => time(sessionStart),
        ({ root }) => words(root),
        ({ spans }) => spans,
        ({ errors }) => errors,
        ({ bytes }) => bytes,
        ({ conflicts }) => conflicts,
        ({ source }) => source,
      ),
    );
  }

  #head(traceId: string): Head {
    const head = this.#heads.get(traceId);
    if (!head) throw new Error(`No row of trace ${traceId} is locked.`);
    return head;
  }
}

/** Whoever began first, of what was known and what came. */
const earliest = (name: string) => `CASE WHEN grown.${name} IS NOT NULL AND (head.${name} IS NULL
  OR coalesce(grown.${name}_start, 9223372036854775807) < coalesce(head.${name}_start, 9223372036854775807))`;

// The scores of a trace are those of an earlier state once it grows.
const growSql = `UPDATE docket.trace_heads AS head SET
    first_start = least(head.first_start, grown.first_start), last_end = greatest(head.last_end, grown.last_end),
    agent = ${earliest('agent')} THEN grown.agent ELSE head.agent END,
    agent_start = ${earliest('agent')} THEN grown.agent_start ELSE head.agent_start END,
    session = ${earliest('session')} THEN grown.session ELSE head.session END,
    session_start = ${earliest('session')} THEN grown.session_start ELSE head.session_start END,
    root = coalesce(head.root, grown.root), span_count = head.span_count + grown.spans, error_count = head.error_count + grown.errors,
    bytes = head.bytes + grown.bytes, conflict_count = head.conflict_count + grown.conflicts, source = grown.source, judge = NULL,
    listed_at = coalesce(least(head.first_start, grown.first_start) / 1000000, head.saved_at)
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::text[], $9::integer[], $10::integer[],
      $11::bigint[], $12::integer[], $13::text[])
    AS grown (id, first_start, last_end, agent, agent_start, session, session_start, root, spans, errors, bytes, conflicts, source)
  WHERE head.id = grown.id`;

/** Names a span among those of all traces. */
export function nameOfSpan({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId} ${spanId}`;
}

/** Stands for a text that is too long for an index. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
