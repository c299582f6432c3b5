import type { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import { type Score, scoreSchema } from '../contracts/score.ts';
import type { RawSpan, Trace, TraceSource } from '../contracts/trace.ts';
import { databaseError } from '../database/database-error.ts';
import { assembleTrace } from './assemble-trace.ts';
import { everyTrace } from './every-trace.ts';
import { pruneTraces } from './prune-traces.ts';
import { queryReadOnly } from './read-only-query.ts';
import { SpanWriter } from './save-spans.ts';
import { type SpanRow, spanOf } from './span-row.ts';
import { catchUpWithText, type IndexStep } from './text-index.ts';
import { traceDatabase } from './trace-database.ts';
import { listingSql, summaryOf } from './trace-listing.ts';
import { prepareTraceStatements, type TraceStatements } from './trace-statements.ts';
import type { QueryLimits, QueryResult, Removed, Retention, TraceFilter, TraceStore, TraceSummary } from './trace-store.ts';

const listedByDefault = 100;

/** The trace store in one SQLite database. */
export class SqliteTraceStore implements TraceStore {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements: TraceStatements;
  readonly #now: () => number;

  /** @param database opened and migrated; the store closes it */
  constructor(path: string, database: DatabaseSync, now: () => number) {
    this.#path = path;
    this.#database = database;
    this.#statements = prepareTraceStatements(database);
    this.#now = now;
  }

  saveSpans(spans: readonly RawSpan[], origin: { readonly source: TraceSource }): { added: number; known: number } {
    return this.#transaction(() => {
      const writer = new SpanWriter(this.#statements, origin.source, Math.floor(this.#now()));
      for (const span of spans) writer.save(span);
      writer.finish();
      return { added: writer.added, known: spans.length - writer.added };
    });
  }

  spans(traceId: string): RawSpan[] {
    return this.#guard(() => {
      const row = this.#traceRow(traceId);
      return row ? this.#spansOf(row.id, traceId) : [];
    });
  }

  idsThatBegin(digits: string): string[] {
    return this.#guard(() => this.#statements.idsThatBegin.all(digits).map(({ trace_id }) => String(trace_id)));
  }

  trace(traceId: string): Trace | undefined {
    return this.#guard(() => {
      const row = this.#traceRow(traceId);
      return row && assembleTrace(this.#spansOf(row.id, traceId), { source: row.source, conflicts: row.conflicts, now: this.#now() });
    });
  }

  list(filter: TraceFilter): TraceSummary[] {
    return this.#guard(() => {
      if (filter.text !== undefined) for (const _ of catchUpWithText(this.#database));
      const { sql, values } = listingSql(filter, filter.limit ?? listedByDefault);
      return this.#database
        .prepare(sql)
        .all(...values)
        .map(summaryOf);
    });
  }

  *indexText(): Iterable<IndexStep> {
    try {
      yield* catchUpWithText(this.#database);
    } catch (error) {
      throw databaseError(this.#path, traceDatabase, error);
    }
  }

  *traces(filter: TraceFilter): Iterable<Trace> {
    for (const { traceId } of everyTrace(this, filter)) {
      const trace = this.trace(traceId);
      if (trace) yield trace;
    }
  }

  saveScores(traceId: string, scores: readonly Score[]): void {
    this.saveAllScores(new Map([[traceId, scores]]));
  }

  saveAllScores(scores: ReadonlyMap<string, readonly Score[]>): void {
    this.#transaction(() => {
      for (const [traceId, ofTrace] of scores) this.#replaceScores(traceId, ofTrace);
    });
  }

  scores(traceId: string): Score[] {
    return this.#guard(() => {
      const trace = this.#traceRow(traceId)?.id;
      return trace === undefined ? [] : this.#scoresOf(trace);
    });
  }

  sent(traceId: string, destination: string): string | undefined {
    return this.#guard(() => {
      const trace = this.#traceRow(traceId)?.id;
      if (trace === undefined) return undefined;
      return (this.#statements.sent.get(trace, destination) as { what: string } | undefined)?.what;
    });
  }

  saveSent(destination: string, sent: ReadonlyMap<string, string>): void {
    this.#transaction(() => {
      for (const [traceId, what] of sent) {
        const trace = this.#traceRow(traceId)?.id;
        if (trace !== undefined) this.#statements.saveSent.run(trace, destination, what);
      }
    });
  }

  cursor(importer: string): string | undefined {
    return this.#guard(() => (this.#statements.cursor.get(importer) as { cursor: string } | undefined)?.cursor);
  }

  saveCursor(importer: string, cursor: string): void {
    this.#guard(() => this.#statements.saveCursor.run(importer, cursor));
  }

  query(sql: string, limits: QueryLimits): QueryResult {
    return queryReadOnly(this.#path, sql, limits);
  }

  prune(retention: Retention, onProgress: (removed: Removed) => void = () => {}): Removed {
    return this.#guard(() => pruneTraces(this.#database, retention, onProgress));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #traceRow(traceId: string): { id: number; source: TraceSource; conflicts: number } | undefined {
    return this.#statements.trace.get(traceId) as { id: number; source: TraceSource; conflicts: number } | undefined;
  }

  #spansOf(trace: number, traceId: string): RawSpan[] {
    return (this.#statements.spans.all(trace) as unknown as SpanRow[]).map((span) => spanOf(traceId, span));
  }

  #replaceScores(traceId: string, scores: readonly Score[]): void {
    const trace = this.#traceRow(traceId)?.id;
    if (trace === undefined) {
      throw new DocketError(
        `There is no trace "${traceId}", so its scores cannot be stored. Import it first; \`docket traces ls\` lists what is there.`,
      );
    }
    this.#statements.forgetScores.run(trace);
    this.#statements.forgetFindings.run(trace);
    for (const score of scores) {
      this.#statements.saveScore.run(trace, score.name, JSON.stringify(score));
      for (const { code } of score.findings) this.#statements.addFinding.run(code, trace);
    }
  }

  #scoresOf(trace: number): Score[] {
    return this.#statements.scores.all(trace).map(({ score }) => scoreSchema.parse(JSON.parse(String(score))));
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
