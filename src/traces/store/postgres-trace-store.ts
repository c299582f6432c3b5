import { DocketError } from '../../contracts/docket-error.ts';
import { type Score, scoreSchema } from '../../contracts/score.ts';
import type { RawSpan, Trace, TraceSource } from '../../contracts/trace.ts';
import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { rowChecksum } from '../../database/row-checksum.ts';
import { counted } from '../../text/figures.ts';
import { assembleTrace } from '../assemble-trace.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { everyPage, everyTrace } from './every-trace.ts';
import { PostgresLogWriter } from './postgres-log-writer.ts';
import { selectFromPostgres } from './postgres-query.ts';
import { joinedSpans, type ReadSpanRow, readColumns, readSpan } from './postgres-span-row.ts';
import { PostgresSpanWriter } from './postgres-span-writer.ts';
import { indexWords } from './postgres-text-index.ts';
import { agentsQuestion, listedHead, listingQuestion, middleQuestion } from './postgres-trace-listing.ts';
import { postgresTraces } from './postgres-traces.ts';
import { prunePostgres } from './prune-postgres.ts';
import { inGroups } from './read-runs.ts';
import type { IndexStep } from './text-index.ts';
import type { ListedTrace } from './trace-listing.ts';
import type {
  QueryLimits,
  QueryResult,
  Removed,
  Retention,
  SavedLogs,
  StoredRun,
  TraceFilter,
  TraceStore,
  TraceSummary,
} from './trace-store.ts';
import { otherWeek } from './trace-week.ts';
import { mostWaiting } from './waiting-logs.ts';

const listedByDefault = 100;

/** Most spans that are stored in one transaction. */
const spansAtATime = 2000;

interface Head {
  readonly id: number;
  readonly week: string;
  readonly source: TraceSource;
  readonly agent: string | null;
  readonly session: string | null;
  readonly conflicts: number;
  readonly spans: number;
}

/** The trace store in a shared PostgreSQL database. */
export class PostgresTraceStore implements TraceStore {
  readonly file = undefined;
  readonly #database: PostgresDatabase;
  readonly #now: () => number;
  readonly #onDamage: ((message: string) => void) | undefined;
  readonly #told = new Set<string>();
  /** Weeks that have their partitions. */
  readonly #weeks = new Set<string>([otherWeek]);

  /**
   * @param database opened with `postgresTraces`; the store closes it
   * @param now milliseconds since 1970; dates traces whose spans have no time
   */
  constructor(database: PostgresDatabase, now: () => number = Date.now, onDamage?: (message: string) => void) {
    this.#database = database;
    this.#now = now;
    this.#onDamage = onDamage;
  }

  async saveSpans(spans: readonly RawSpan[], origin: { readonly source: TraceSource }): Promise<{ added: number; known: number }> {
    let added = 0;
    for (let at = 0; at < spans.length; at += spansAtATime) {
      const some = spans.slice(at, at + spansAtATime);
      const now = this.#now();
      await this.#makeWeeks(PostgresSpanWriter.weeksOf(some, now));
      added += await this.#database.transaction(async (transaction) => {
        const writer = new PostgresSpanWriter(transaction, origin.source, now);
        await writer.saveSpans(some);
        return writer.added;
      });
    }
    return { added, known: spans.length - added };
  }

  async saveLogs(logs: readonly RawLog[]): Promise<SavedLogs> {
    if (logs.length === 0) return { joined: 0, known: 0, waiting: 0, dropped: 0 };
    const ends = await this.#database.transaction((transaction) => new PostgresLogWriter(transaction, this.#now()).saveLogs(logs));
    const count = (end: (typeof ends)[number]) => ends.filter((each) => each === end).length;
    const waiting = count('waiting');
    return {
      joined: count('joined'),
      known: count('known'),
      waiting,
      dropped: count('full') + (waiting > 0 ? await this.#dropOldestLogs() : 0),
    };
  }

  async waitingLogs(): Promise<number> {
    const { rows } = await this.#database.query<{ readonly records: number }>('SELECT count(*) AS records FROM docket.trace_logs');
    return rows[0]?.records ?? 0;
  }

  async spans(traceId: string): Promise<RawSpan[]> {
    const head = await this.#head(traceId);
    return (head && (await this.#spansOf(head, traceId)))?.spans ?? [];
  }

  async idsThatBegin(digits: string): Promise<string[]> {
    const { rows } = await this.#database.query<{ readonly trace_id: string }>(
      `SELECT trace_id FROM docket.trace_heads WHERE trace_id COLLATE "C" >= $1 AND trace_id COLLATE "C" < $1 || 'g' ORDER BY trace_id COLLATE "C" LIMIT 10`,
      [digits],
    );
    return rows.map(({ trace_id }) => trace_id);
  }

  async trace(traceId: string): Promise<Trace | undefined> {
    const head = await this.#head(traceId);
    const read = head && (await this.#spansOf(head, traceId));
    if (!read) return undefined;
    const { spans, damaged } = read;
    const { source, agent, session, conflicts } = head;
    return assembleTrace(spans, { source, agent, session, conflicts, damaged, now: this.#now() });
  }

  async list(filter: TraceFilter): Promise<TraceSummary[]> {
    return (await this.#listed(filter)).map(({ summary }) => summary);
  }

  async *runs(filter: TraceFilter): AsyncGenerator<StoredRun> {
    for await (const page of everyPage((each) => this.#listed(each), filter)) {
      for (const group of inGroups(page)) {
        const { rows } = await this.#database.query<ReadSpanRow>(
          `SELECT ${readColumns} FROM docket.trace_heads AS head, ${joinedSpans} WHERE head.id = ANY($1::bigint[]) AND span.week = head.week AND span.trace = head.id
            ORDER BY span.trace, span.id`,
          [group.map(({ id }) => id)],
        );
        const read = Map.groupBy(rows, ({ trace }) => trace);
        for (const { id, summary } of group) {
          const found = read.get(id) ?? [];
          // Removed by somebody since it was listed.
          if (found.length < summary.spans && !(await this.#head(summary.traceId))) continue;
          yield { summary, spans: this.#whole(summary.traceId, found, summary.spans).spans };
        }
      }
    }
  }

  async middle(filter: TraceFilter): Promise<{ readonly traces: number; readonly middle: string | undefined }> {
    const { sql, values } = middleQuestion(filter);
    const { rows } = await this.#database.query<{ readonly traces: number; readonly middle: string | null }>(sql, values);
    return { traces: rows[0]?.traces ?? 0, middle: rows[0]?.middle ?? undefined };
  }

  async agents(filter: TraceFilter): Promise<{ readonly agent: string | null; readonly traces: number }[]> {
    const { sql, values } = agentsQuestion(filter);
    return (await this.#database.query<{ readonly agent: string | null; readonly traces: number }>(sql, values)).rows;
  }

  async findings(): Promise<{ readonly code: string; readonly traces: number }[]> {
    const { rows } = await this.#database.query<{ readonly code: string; readonly traces: number }>(
      'SELECT code, count(*) AS traces FROM docket.trace_findings GROUP BY code ORDER BY traces DESC, code COLLATE "C"',
    );
    return rows;
  }

  indexText(): AsyncIterable<IndexStep> {
    return indexWords(this.#database, (spans) =>
      this.#tellOnce(
        `${this.#database.address.shown}: ${counted(spans, 'span')} came since somebody searched who may add to the index of words; this search does not find ${spans === 1 ? 'it' : 'them'}.`,
      ),
    );
  }

  async *traces(filter: TraceFilter): AsyncGenerator<Trace> {
    for await (const { traceId } of everyTrace(this, filter)) {
      const trace = await this.trace(traceId);
      if (trace) yield trace;
    }
  }

  async saveAllScores(scores: ReadonlyMap<string, readonly Score[]>, scorersHash: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const { rows } = await transaction.query<{ readonly id: number; readonly trace_id: string }>(
        'SELECT id, trace_id FROM docket.trace_heads WHERE trace_id = ANY($1::text[]) ORDER BY trace_id FOR UPDATE',
        [[...scores.keys()]],
      );
      const ids = new Map(rows.map(({ id, trace_id }) => [trace_id, id]));
      for (const traceId of scores.keys())
        if (!ids.has(traceId))
          throw new DocketError(
            `There is no trace "${traceId}", so its scores cannot be stored. Import it first; \`docket traces ls\` lists what is there.`,
          );
      const all = [...ids.values()];
      await transaction.query('DELETE FROM docket.trace_scores WHERE trace = ANY($1::bigint[])', [all]);
      await transaction.query('DELETE FROM docket.trace_findings WHERE trace = ANY($1::bigint[])', [all]);
      // The last of several by one name, as each of them would have replaced the one before.
      const said = [...scores].flatMap(([traceId, some]) =>
        [...new Map(some.map((score) => [score.name, score])).values()].map((score) => ({
          traceId,
          name: score.name,
          text: JSON.stringify(score),
        })),
      );
      await transaction.query(
        'INSERT INTO docket.trace_scores (trace, name, score, checksum) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])',
        columnsOf(
          said,
          ({ traceId }) => ids.get(traceId) ?? 0,
          ({ name }) => name,
          ({ text }) => text,
          ({ traceId, name, text }) => rowChecksum(traceId, name, text),
        ),
      );
      const found = [...scores].flatMap(([traceId, some]) =>
        some.flatMap((score) => score.findings.map(({ code }) => ({ traceId, code }))),
      );
      await transaction.query(
        'INSERT INTO docket.trace_findings (trace, code) SELECT * FROM unnest($1::bigint[], $2::text[]) ON CONFLICT DO NOTHING',
        columnsOf(
          found,
          ({ traceId }) => ids.get(traceId) ?? 0,
          ({ code }) => code,
        ),
      );
      await transaction.query(
        `UPDATE docket.trace_heads AS head SET judge = $3, score_count = scored.scores
          FROM unnest($1::bigint[], $2::integer[]) AS scored (id, scores) WHERE head.id = scored.id`,
        [
          ...columnsOf(
            [...scores],
            ([traceId]) => ids.get(traceId) ?? 0,
            ([, some]) => new Set(some.map(({ name }) => name)).size,
          ),
          scorersHash,
        ],
      );
    });
  }

  async scores(traceId: string): Promise<Score[]> {
    type Row = { readonly name: string; readonly score: string; readonly checksum: number };
    const { rows } = await this.#database.query<Row>(
      `SELECT score.name, score.score, score.checksum FROM docket.trace_scores AS score JOIN docket.trace_heads AS head ON head.id = score.trace
        WHERE head.trace_id = $1 ORDER BY score.name COLLATE "C"`,
      [traceId],
    );
    return rows.flatMap(({ name, score, checksum }) => {
      if (checksum === rowChecksum(traceId, name, score)) return [scoreSchema.parse(JSON.parse(score))];
      this.#tell(`a score (${name}) cannot be read and is left out; run docket traces score to score the trace again`);
      return [];
    });
  }

  async scoresBy(traceId: string, scorersHash: string): Promise<Score[] | undefined> {
    const { rows } = await this.#database.query<{ readonly scores: number }>(
      'SELECT score_count AS scores FROM docket.trace_heads WHERE trace_id = $1 AND judge = $2',
      [traceId, scorersHash],
    );
    if (!rows[0]) return undefined;
    const scores = await this.scores(traceId);
    return scores.length === rows[0].scores ? scores : undefined;
  }

  async sent(traceId: string, destination: string): Promise<string | undefined> {
    const { rows } = await this.#database.query<{ readonly what: string }>(
      `SELECT sent.what FROM docket.trace_sent AS sent JOIN docket.trace_heads AS head ON head.id = sent.trace
        WHERE head.trace_id = $1 AND sent.destination = $2`,
      [traceId, destination],
    );
    return rows[0]?.what;
  }

  async saveSent(destination: string, sent: ReadonlyMap<string, string>): Promise<void> {
    await this.#database.query(
      `INSERT INTO docket.trace_sent (trace, destination, what) SELECT head.id, $3, said.what
        FROM unnest($1::text[], $2::text[]) AS said (trace_id, what) JOIN docket.trace_heads AS head USING (trace_id)
        ON CONFLICT (trace, destination) DO UPDATE SET what = excluded.what`,
      [[...sent.keys()], [...sent.values()], destination],
    );
  }

  async cursor(importer: string): Promise<string | undefined> {
    const { rows } = await this.#database.query<{ readonly cursor: string }>(
      'SELECT cursor FROM docket.trace_cursors WHERE importer = $1',
      [importer],
    );
    return rows[0]?.cursor;
  }

  async saveCursor(importer: string, cursor: string): Promise<void> {
    await this.#database.query(
      'INSERT INTO docket.trace_cursors (importer, cursor) VALUES ($1, $2) ON CONFLICT (importer) DO UPDATE SET cursor = excluded.cursor',
      [importer, cursor],
    );
  }

  query(sql: string, limits: QueryLimits): Promise<QueryResult> {
    return selectFromPostgres(this.#database, sql, limits);
  }

  prune(retention: Retention, onProgress: (removed: Removed) => void = () => {}): Promise<Removed> {
    return prunePostgres(this.#database, retention, onProgress);
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #listed(filter: TraceFilter): Promise<ListedTrace[]> {
    if (filter.text !== undefined) for await (const _ of this.indexText());
    const { sql, values } = listingQuestion(filter, filter.limit ?? listedByDefault);
    return (await this.#database.query<Parameters<typeof listedHead>[0]>(sql, values)).rows.map(listedHead);
  }

  async #head(traceId: string): Promise<Head | undefined> {
    const { rows } = await this.#database.query<Head>(
      'SELECT id, week::text AS week, source, agent, session, conflict_count AS conflicts, span_count AS spans FROM docket.trace_heads WHERE trace_id = $1',
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
      this.#tell(
        `${damaged === 1 ? 'a span' : counted(damaged, 'span')} of trace ${traceId} cannot be read and ${damaged === 1 ? 'is' : 'are'} left out; importing or sending them again replaces them`,
      );
    return { spans, damaged };
  }

  async #makeWeeks(weeks: readonly string[]): Promise<void> {
    for (const week of weeks) {
      if (this.#weeks.has(week)) continue;
      await this.#database.query('SELECT docket.make_trace_week($1)', [week]);
      this.#weeks.add(week);
    }
  }

  /** Lets go of the oldest log records that wait, until no more than is allowed are left. @returns how many */
  async #dropOldestLogs(): Promise<number> {
    const { rows } = await this.#database.query<{ readonly dropped: number }>(
      `WITH dropped AS (
          DELETE FROM docket.trace_logs WHERE id IN (
            SELECT id FROM (
              SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS sum FROM docket.trace_logs WINDOW newest AS (ORDER BY id DESC)
            ) AS waiting WHERE place > $1 OR sum > $2
          ) RETURNING 1
        ) SELECT count(*) AS dropped FROM dropped`,
      [mostWaiting.records, mostWaiting.bytes],
    );
    return rows[0]?.dropped ?? 0;
  }

  /** @throws {DocketError} when there is nobody to be told */
  #tell(what: string): void {
    const message = `${this.#database.address.shown} is damaged: ${what}.`;
    if (!this.#onDamage) throw new DocketError(`${message} ${postgresTraces.whenDamaged}`);
    this.#tellOnce(message);
  }

  #tellOnce(message: string): void {
    if (!this.#told.has(message)) this.#onDamage?.(message);
    this.#told.add(message);
  }
}
