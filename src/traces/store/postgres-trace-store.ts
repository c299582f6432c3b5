import type { Score } from '../../contracts/score.ts';
import type { RawSpan, Trace, TraceSource } from '../../contracts/trace.ts';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { counted } from '../../text/figures.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { everyPage, everyTrace } from './every-trace.ts';
import { PostgresLogs } from './postgres-logs.ts';
import { selectFromPostgres } from './postgres-query.ts';
import { PostgresSpanWriter } from './postgres-span-writer.ts';
import { PostgresStoredTraces } from './postgres-stored-traces.ts';
import { indexWords } from './postgres-text-index.ts';
import { agentsQuestion, listedHead, listingQuestion, middleQuestion } from './postgres-trace-listing.ts';
import { PostgresTraceScores } from './postgres-trace-scores.ts';
import { postgresTraces } from './postgres-traces.ts';
import { prunePostgres } from './prune-postgres.ts';
import type { IndexStep } from './text-index.ts';
import { TraceDamage } from './trace-damage.ts';
import type { ListedTrace } from './trace-listing.ts';
import { TracePartitions, WeekIsGone } from './trace-partitions.ts';
import type {
  HeldTrace,
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

const listedByDefault = 100;

/** Most spans that are stored in one transaction. */
const spansAtATime = 2000;

/** The trace store in a shared PostgreSQL database. */
export class PostgresTraceStore implements TraceStore {
  readonly file = undefined;
  readonly #database: PostgresDatabase;
  readonly #now: () => number;
  readonly #damage: TraceDamage;
  readonly #partitions: TracePartitions;
  readonly #stored: PostgresStoredTraces;
  readonly #scores: PostgresTraceScores;
  readonly #logs: PostgresLogs;

  /**
   * @param database opened with `postgresTraces`; the store closes it
   * @param now milliseconds since 1970; dates traces whose spans have no time
   */
  constructor(database: PostgresDatabase, now: () => number = Date.now, onDamage?: (message: string) => void) {
    this.#database = database;
    this.#now = now;
    this.#damage = new TraceDamage(database.address.shown, postgresTraces.whenDamaged, onDamage);
    this.#partitions = new TracePartitions(database);
    this.#stored = new PostgresStoredTraces(database, this.#damage);
    this.#scores = new PostgresTraceScores(database, this.#damage);
    this.#logs = new PostgresLogs(database);
  }

  async saveSpans(spans: readonly RawSpan[], origin: { readonly source: TraceSource }): Promise<{ added: number; known: number }> {
    let added = 0;
    for (let at = 0; at < spans.length; at += spansAtATime) {
      const some = spans.slice(at, at + spansAtATime);
      const now = this.#now();
      added += await this.#partitions.within(PostgresSpanWriter.weeksOf(some, now), () =>
        this.#database.transaction(async (transaction) => {
          const writer = new PostgresSpanWriter(transaction, origin.source, now, this.#partitions);
          await writer.saveSpans(some).catch((error: unknown) => {
            throw WeekIsGone.from(error);
          });
          return writer.added;
        }),
      );
    }
    return { added, known: spans.length - added };
  }

  async saveLogs(logs: readonly RawLog[]): Promise<SavedLogs> {
    return this.#logs.save(logs, this.#now());
  }

  async waitingLogs(): Promise<number> {
    return this.#logs.waiting();
  }

  spans(traceId: string): Promise<RawSpan[]> {
    return this.#stored.spans(traceId);
  }

  async held(traceIds: readonly string[]): Promise<ReadonlyMap<string, HeldTrace>> {
    const traces = await this.#stored.held(traceIds);
    const beside = await this.#scores.beside(traces);
    return new Map(traces.map(({ id, trace_id, spans }) => [trace_id, { spans, scored: undefined, sent: new Map(), ...beside.get(id) }]));
  }

  async idsThatBegin(digits: string): Promise<string[]> {
    const { rows } = await this.#database.query<{ readonly trace_id: string }>(
      `SELECT trace_id FROM docket.trace_heads WHERE trace_id >= $1 AND trace_id < $1 || 'g' AND starts_with(trace_id, $1) ORDER BY trace_id LIMIT 10`,
      [digits],
    );
    return rows.map(({ trace_id }) => trace_id);
  }

  trace(traceId: string): Promise<Trace | undefined> {
    return this.#stored.trace(traceId, this.#now());
  }

  async list(filter: TraceFilter): Promise<TraceSummary[]> {
    return (await this.#listed(filter)).map(({ summary }) => summary);
  }

  async *runs(filter: TraceFilter): AsyncGenerator<StoredRun> {
    for await (const page of everyPage((each) => this.#listed(each), filter)) yield* this.#stored.runs(page);
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

  findings(): Promise<{ readonly code: string; readonly traces: number }[]> {
    return this.#scores.findings();
  }

  indexText(): AsyncIterable<IndexStep> {
    return indexWords(this.#database, (spans) =>
      this.#damage.note(
        `${counted(spans, 'span')} came since somebody searched who may add to the index of words; this search does not find ${spans === 1 ? 'it' : 'them'}`,
      ),
    );
  }

  async *traces(filter: TraceFilter): AsyncGenerator<Trace> {
    for await (const { traceId } of everyTrace(this, filter)) {
      const trace = await this.trace(traceId);
      if (trace) yield trace;
    }
  }

  saveAllScores(scores: ReadonlyMap<string, readonly Score[]>, scorersHash: string): Promise<void> {
    return this.#scores.saveAll(scores, scorersHash);
  }

  scores(traceId: string): Promise<Score[]> {
    return this.#scores.of(traceId);
  }

  scoresBy(traceId: string, scorersHash: string): Promise<Score[] | undefined> {
    return this.#scores.by(traceId, scorersHash);
  }

  sent(traceId: string, destination: string): Promise<string | undefined> {
    return this.#scores.sent(traceId, destination);
  }

  saveSent(destination: string, sent: ReadonlyMap<string, string>): Promise<void> {
    return this.#scores.saveSent(destination, sent);
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
    return prunePostgres(this.#database, retention, {
      now: this.#now(),
      onProgress,
      onLeft: (week) =>
        this.#damage.note(
          `the traces of the week of ${week} are removed, and somebody reads its tables, so that they still take space; the next docket traces prune drops them`,
        ),
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #listed(filter: TraceFilter): Promise<ListedTrace[]> {
    if (filter.text !== undefined) for await (const _ of this.indexText());
    const { sql, values } = listingQuestion(filter, filter.limit ?? listedByDefault);
    return (await this.#database.query<Parameters<typeof listedHead>[0]>(sql, values)).rows.map(listedHead);
  }
}
