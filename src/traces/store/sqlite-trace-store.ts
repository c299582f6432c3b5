import type { DatabaseSync } from 'node:sqlite';
import type { Score } from '../../contracts/score.ts';
import type { RawSpan, Trace, TraceSource } from '../../contracts/trace.ts';
import { databaseBytes, mostCheckedBytes } from '../../database/check-database.ts';
import { databaseError } from '../../database/database-error.ts';
import { damagedRows, type OnDamage } from '../../database/open-database.ts';
import type { OpenDatabase } from '../../database/open-to-read.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { everyPage, everyTrace } from './every-trace.ts';
import { pruneTraces } from './prune-traces.ts';
import { queryReadOnly } from './read-only-query.ts';
import { inGroups } from './read-runs.ts';
import { SpanWriter } from './save-spans.ts';
import { SqliteStoredTraces } from './sqlite-stored-traces.ts';
import { SqliteTraceScores } from './sqlite-trace-scores.ts';
import { catchUpWithText, type IndexStep, mendTextIndex, textQuery } from './text-index.ts';
import { TraceDamage } from './trace-damage.ts';
import { traceDatabase } from './trace-database.ts';
import { agentsSql, frequentSql, type ListedTrace, listedTrace, listingSql, middleSql } from './trace-listing.ts';
import { prepareTraceStatements, type TraceStatements } from './trace-statements.ts';
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
import { dropOldestLogs } from './waiting-logs.ts';

const listedByDefault = 100;

/** The trace store in one SQLite database. */
export class SqliteTraceStore implements TraceStore {
  readonly #path: string;
  readonly #file: string;
  readonly #discard: (() => void) | undefined;
  readonly #database: DatabaseSync;
  readonly #statements: TraceStatements;
  readonly #now: () => number;
  readonly #scores: SqliteTraceScores;
  readonly #damage: TraceDamage;
  readonly #stored: SqliteStoredTraces;

  /**
   * @param path what people call it
   * @param opened opened and migrated; the store closes it
   */
  constructor(path: string, { database, file, discard }: OpenDatabase, now: () => number, onDamage?: OnDamage) {
    this.#path = path;
    this.#file = file;
    this.#discard = discard;
    this.#damage = new TraceDamage(path, traceDatabase.whenDamaged, onDamage);
    this.#database = database;
    this.#statements = this.#guard(() => prepareTraceStatements(database));
    this.#now = now;
    this.#stored = new SqliteStoredTraces(this.#statements, this.#damage);
    this.#scores = new SqliteTraceScores(this.#statements, this.#damage);
  }

  async saveSpans(spans: readonly RawSpan[], origin: { readonly source: TraceSource }): Promise<{ added: number; known: number }> {
    return this.#transaction(() => {
      const writer = new SpanWriter(this.#statements, origin.source, Math.floor(this.#now()));
      for (const span of spans) writer.save(span);
      writer.finish();
      return { added: writer.added, known: spans.length - writer.added };
    });
  }

  async saveLogs(logs: readonly RawLog[]): Promise<SavedLogs> {
    return this.#transaction(() => {
      const writer = new SpanWriter(this.#statements, 'otlp', Math.floor(this.#now()));
      const counts = { joined: 0, known: 0, waiting: 0, full: 0 };
      for (const log of logs) counts[writer.saveLog(log)] += 1;
      writer.finish();
      const { full, ...saved } = counts;
      return { ...saved, dropped: full + (saved.waiting > 0 ? dropOldestLogs(this.#statements) : 0) };
    });
  }

  async waitingLogs(): Promise<number> {
    return this.#guard(() => Number(this.#statements.waiting.get()?.records));
  }

  async spans(traceId: string): Promise<RawSpan[]> {
    return this.#guard(() => this.#stored.spans(traceId) ?? []);
  }

  async held(traceIds: readonly string[]): Promise<ReadonlyMap<string, HeldTrace>> {
    const held = traceIds.flatMap((traceId) =>
      this.#guard(() => {
        const spans = this.#stored.spans(traceId);
        return spans ? [[traceId, { spans, scored: this.#scores.scored(traceId), sent: this.#scores.sent(traceId) }] as const] : [];
      }),
    );
    return new Map(held);
  }

  async idsThatBegin(digits: string): Promise<string[]> {
    return this.#guard(() => this.#statements.idsThatBegin.all(digits).map(({ trace_id }) => String(trace_id)));
  }

  async trace(traceId: string): Promise<Trace | undefined> {
    return this.#guard(() => this.#stored.trace(traceId, this.#now()));
  }

  async agents(filter: TraceFilter): Promise<{ readonly agent: string | null; readonly traces: number }[]> {
    return this.#guard(() => {
      const { sql, values } = agentsSql(filter);
      return this.#database.prepare(sql).all(...values) as unknown as { agent: string | null; traces: number }[];
    });
  }

  async findings(): Promise<{ readonly code: string; readonly traces: number }[]> {
    return this.#guard(
      () =>
        this.#database
          .prepare('SELECT code, count(*) AS traces FROM finding_rows GROUP BY code ORDER BY traces DESC, code')
          .all() as unknown as { code: string; traces: number }[],
    );
  }

  async list(filter: TraceFilter): Promise<TraceSummary[]> {
    return this.#listed(filter).map(({ summary }) => summary);
  }

  async *runs(filter: TraceFilter): AsyncGenerator<StoredRun> {
    for await (const page of everyPage(async (each) => this.#listed(each), filter)) {
      for (const group of inGroups(page)) yield* this.#guard(() => this.#stored.runs(group));
    }
  }

  async middle(filter: TraceFilter): Promise<{ readonly traces: number; readonly middle: string | undefined }> {
    return this.#guard(() => {
      const { sql, values } = middleSql(filter);
      const { traces, middle } = this.#database.prepare(sql).get(...values) as { traces: number; middle: string | null };
      return { traces, middle: middle ?? undefined };
    });
  }

  get file(): string | undefined {
    return this.#file === ':memory:' ? undefined : this.#file;
  }

  #listed(filter: TraceFilter): ListedTrace[] {
    return this.#guard(() => {
      if (filter.text !== undefined) for (const _ of this.#indexSteps());
      const limit = filter.limit ?? listedByDefault;
      const readBy = ({ sql, values }: ReturnType<typeof listingSql>) => {
        const statement = this.#database.prepare(sql);
        return statement.all(...values).map(listedTrace);
      };
      const read = () => {
        const newest = this.#isFrequent(filter) ? readBy(listingSql(filter, limit, true)) : [];
        return newest.length === limit ? newest : readBy(listingSql(filter, limit));
      };
      const rows = read();
      const damaged = rows.filter(({ isWhole }) => !isWhole);
      if (damaged.length === 0) return rows;
      for (const { summary } of damaged)
        this.#damage.tell(`what is listed of trace ${summary.traceId} is damaged; it is rebuilt from its spans`);
      this.#transaction(() => {
        const writer = new SpanWriter(this.#statements, 'otlp', Math.floor(this.#now()));
        for (const { summary } of damaged) writer.mend(summary.traceId);
      });
      return read();
    });
  }

  #isFrequent({ text }: TraceFilter): boolean {
    if (text === undefined || textQuery(text) === '') return false;
    const { sql, values } = frequentSql(text);
    return this.#database.prepare(sql).get(...values)?.isFrequent === 1;
  }

  async *indexText(): AsyncGenerator<IndexStep> {
    yield* this.#indexSteps();
  }

  *#indexSteps(): Generator<IndexStep> {
    try {
      if (mendTextIndex(this.#database)) this.#damage.tell('the search index is damaged; it is rebuilt from the spans');
      yield* catchUpWithText(this.#database);
    } catch (error) {
      throw databaseError(this.#path, traceDatabase, error);
    }
  }

  async *traces(filter: TraceFilter): AsyncGenerator<Trace> {
    for await (const { traceId } of everyTrace(this, filter)) {
      const trace = await this.trace(traceId);
      if (trace) yield trace;
    }
  }

  async saveAllScores(scores: ReadonlyMap<string, readonly Score[]>, scorersHash: string): Promise<void> {
    this.#transaction(() => {
      for (const [traceId, ofTrace] of scores) this.#scores.replace(traceId, ofTrace, scorersHash);
    });
  }

  async scores(traceId: string): Promise<Score[]> {
    return this.#guard(() => this.#scores.of(traceId));
  }

  async scoresBy(traceId: string, scorersHash: string): Promise<Score[] | undefined> {
    return this.#guard(() => this.#scores.by(traceId, scorersHash));
  }

  async sent(traceId: string, destination: string): Promise<string | undefined> {
    return this.#guard(() => this.#scores.sent(traceId).get(destination));
  }

  async saveSent(destination: string, sent: ReadonlyMap<string, string>): Promise<void> {
    this.#transaction(() => {
      for (const [traceId, what] of sent) this.#scores.saveSent(traceId, destination, what);
    });
  }

  async cursor(importer: string): Promise<string | undefined> {
    return this.#guard(() => (this.#statements.cursor.get(importer) as { cursor: string } | undefined)?.cursor);
  }

  async saveCursor(importer: string, cursor: string): Promise<void> {
    this.#guard(() => this.#statements.saveCursor.run(importer, cursor));
  }

  async query(sql: string, limits: QueryLimits): Promise<QueryResult> {
    // A person's SELECT reads rows as they are.
    if (databaseBytes(this.#database) <= mostCheckedBytes)
      for (const row of damagedRows(this.#database, traceDatabase)) this.#damage.tell(`${row} is damaged`);
    return queryReadOnly(this.#file, sql, limits);
  }

  async prune(retention: Retention, onProgress: (removed: Removed) => void = () => {}): Promise<Removed> {
    return this.#guard(() => pruneTraces(this.#database, retention, onProgress));
  }

  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    this.#database.close();
    this.#discard?.();
  }

  #transaction<T>(work: () => T): T {
    return this.#guard(() => {
      this.#statements.begin.run();
      try {
        const result = work();
        this.#statements.commit.run();
        return result;
      } catch (error) {
        // SQLite has rolled back by itself when the disk is full.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw databaseError(this.#path, traceDatabase, error);
    }
  }
}
