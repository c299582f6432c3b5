import { createHash } from 'node:crypto';
import type { RawSpan, TraceSource } from '../../contracts/trace.ts';
import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresTransaction } from '../../database/postgres/postgres-database.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { logEventsOf, withEvents } from './join-logs.ts';
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
import { eventsOf, eventsText, storableTime } from './span-row.ts';
import { emptyGrowth, growBy, type TraceGrowth } from './trace-growth.ts';
import { traceWeek } from './trace-week.ts';

/** Of all who store spans, in common; who stores log records waits for them, and they for it: a record and its span must not pass each other. */
const logsLock = 1_148_414_828;

interface Head {
  readonly id: number;
  readonly trace_id: string;
  readonly source: TraceSource;
  readonly week: string;
}

interface StoredSpan {
  readonly row: ReadSpanRow;
  /** Undefined when it is not what was written. */
  readonly span: RawSpan | undefined;
}

/** Writes spans and log records in one transaction and brings the summaries of their traces up to date. One object for one transaction. */
export class PostgresSpanWriter {
  readonly #transaction: PostgresTransaction;
  readonly #source: TraceSource;
  readonly #now: number;
  readonly #heads = new Map<string, Head>();
  readonly #growths = new Map<string, TraceGrowth>();
  readonly #resources = new Map<string, number>();
  added = 0;

  /** @param now milliseconds since 1970 */
  constructor(transaction: PostgresTransaction, source: TraceSource, now: number) {
    this.#transaction = transaction;
    this.#source = source;
    this.#now = Math.floor(now);
  }

  /** Weeks in which these spans begin traces: they must be there before they are stored. */
  static weeksOf(spans: readonly RawSpan[], now: number): string[] {
    return [...new Set(spans.map((span) => traceWeek(storableTime(span.startUnixNano), now)))].sort();
  }

  async saveSpans(spans: readonly RawSpan[]): Promise<void> {
    await this.#transaction.query('SELECT pg_advisory_xact_lock_shared($1)', [logsLock]);
    await this.#lockHeads(spans);
    await this.#findResources(spans);
    const whole = await this.#withWaiting(spans);
    // What comes twice is stored in turn.
    for (let left = whole; left.length > 0; ) {
      const seen = new Set<string>();
      const [round, later]: [RawSpan[], RawSpan[]] = [[], []];
      for (const span of left) (seen.has(nameOf(span)) ? later : round).push(seen.add(nameOf(span)) && span);
      await this.#saveRound(round);
      left = later;
    }
    await this.#writeGrowths();
  }

  /** @returns what became of each, in their order; `full` when its span takes no more */
  async saveLogs(logs: readonly RawLog[]): Promise<('joined' | 'known' | 'waiting' | 'full')[]> {
    await this.#transaction.query('SELECT pg_advisory_xact_lock($1)', [logsLock]);
    const ids = [...new Set(logs.map(({ traceId }) => traceId))];
    await this.#readHeads(ids);
    const stored = await this.#storedSpans(logs);
    const ends: ('joined' | 'known' | 'waiting' | 'full')[] = [];
    const changed = new Map<string, RawSpan>();
    const waiting: RawLog[] = [];
    for (const log of logs) {
      const name = nameOf(log);
      const span = changed.get(name) ?? stored.get(name)?.span;
      if (!span) {
        waiting.push(log);
        ends.push('waiting');
        continue;
      }
      const { span: whole, added, lost } = withEvents(span, [log.event]);
      ends.push(added > 0 ? 'joined' : lost > 0 ? 'full' : 'known');
      if (added === 0) continue;
      changed.set(name, whole);
      this.#growthOf(log.traceId).bytes += eventsText([log.event]).length;
    }
    await this.#findResources([...changed.values()]);
    await this.#replace([...changed.values()]);
    for (const [name, span] of changed) if (stored.has(name)) growBy(this.#growthOf(span.traceId), span);
    const isNew = await this.#addWaiting(waiting);
    let at = 0;
    for (const [index, end] of ends.entries()) if (end === 'waiting' && !isNew[at++]) ends[index] = 'known';
    await this.#writeGrowths();
    return ends;
  }

  /** In the order of their ids, so that two who store the same traces wait for one another and never in a circle. */
  async #lockHeads(spans: readonly RawSpan[]): Promise<void> {
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
          ({ startUnixNano }) => traceWeek(storableTime(startUnixNano), this.#now),
        ),
        this.#source,
        this.#now,
      ],
    );
    await this.#readHeads([...first.keys()]);
  }

  async #readHeads(ids: readonly string[]): Promise<void> {
    const { rows } = await this.#transaction.query<Head>(
      'SELECT id, trace_id, source, week::text AS week FROM docket.trace_heads WHERE trace_id = ANY($1::text[]) ORDER BY trace_id FOR UPDATE',
      [ids],
    );
    for (const head of rows) this.#heads.set(head.trace_id, head);
  }

  async #findResources(spans: readonly RawSpan[]): Promise<void> {
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
      const events = waiting.get(nameOf(span))?.flatMap(({ event }) => eventsOf(event)) ?? [];
      waiting.delete(nameOf(span));
      return events.length === 0 ? span : withEvents(span, events).span;
    });
  }

  async #saveRound(spans: readonly RawSpan[]): Promise<void> {
    const placed = spans.map((span) => this.#placed(span));
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
      const growth = this.#growthOf(each.span.traceId);
      growth.spans += 1;
      if (each.span.statusCode === 'error') growth.errors += 1;
      this.#count(growth, each.span);
    }
    if (others.length > 0) await this.#saveAgain(others.map(({ span }) => span));
  }

  /**
   * Some systems export a span when it begins and again when it ends, and a damaged span is there again when it comes again. Anything else that
   * comes twice stays as it came first.
   */
  async #saveAgain(spans: readonly RawSpan[]): Promise<void> {
    const stored = await this.#storedSpans(spans);
    const replaced: RawSpan[] = [];
    for (const sent of spans) {
      const known = stored.get(nameOf(sent))?.span;
      const growth = this.#growthOf(sent.traceId);
      const hasEnded = known !== undefined && known.endUnixNano === null && storableTime(sent.endUnixNano) !== null;
      if (known && !hasEnded) {
        if (known.name !== sent.name || JSON.stringify(known.attributes) !== JSON.stringify(sent.attributes)) growth.conflicts += 1;
        continue;
      }
      const whole = known ? withEvents(sent, logEventsOf(known)).span : sent;
      if (known && sent.statusCode === 'error' && known.statusCode !== 'error') growth.errors += 1;
      replaced.push(whole);
      this.#count(growth, whole);
    }
    await this.#replace(replaced);
  }

  async #storedSpans(spans: readonly Pick<RawSpan, 'traceId' | 'spanId'>[]): Promise<Map<string, StoredSpan>> {
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
    return new Map(rows.map((row) => [`${row.trace_id} ${row.span_id}`, { row, span: readSpan(row.trace_id, row) }]));
  }

  async #replace(spans: readonly RawSpan[]): Promise<void> {
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
      spanColumns(spans.map((span) => this.#placed(span))),
    );
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
    return waiting.map((log) => added.delete(`${nameOf(log)} ${hashOf(log.text)}`));
  }

  #placed(span: RawSpan): PlacedSpan {
    const { id, week } = this.#head(span.traceId);
    const text = JSON.stringify(span.resource);
    return { span, week, trace: id, resource: { id: this.#resources.get(hashOf(text)) ?? 0, text } };
  }

  #head(traceId: string): Head {
    const head = this.#heads.get(traceId);
    if (!head) throw new Error(`No row of trace ${traceId} is locked.`);
    return head;
  }

  #growthOf(traceId: string): TraceGrowth {
    const known = this.#growths.get(traceId);
    if (known) return known;
    const { id, source } = this.#head(traceId);
    const growth = emptyGrowth(id, traceId, source, true);
    this.#growths.set(traceId, growth);
    return growth;
  }

  #count(growth: TraceGrowth, span: RawSpan): void {
    growth.bytes += JSON.stringify(span.attributes).length + eventsText(span.events).length + span.name.length + 100;
    growBy(growth, span);
  }

  async #writeGrowths(): Promise<void> {
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

function nameOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId} ${spanId}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
