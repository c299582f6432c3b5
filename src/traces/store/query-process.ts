import { readFileSync } from 'node:fs';
import { constants, DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { JsonValue } from '../../contracts/json.ts';
import { isDenied, isTooBig } from '../../database/database-error.ts';
import type { QueryAnswer, QueryOrder } from './read-only-query.ts';

/** How often the memory is looked at. */
const lookEveryMs = 50;
/** Longest value, in bytes. */
const longestValue = 64 * 1024 * 1024;
/** More text than this is not collected; the answer is then said to be cut. */
const mostCharacters = 16 * 1024 * 1024;

/** What a query may do: read, compute, recurse. Writing, attaching, pragmas, transactions and extensions are not among it. */
const allowed = new Set([constants.SQLITE_SELECT, constants.SQLITE_READ, constants.SQLITE_FUNCTION, constants.SQLITE_RECURSIVE]);
const forbiddenFunctions = new Set(['load_extension', 'fts3_tokenizer', 'randomblob', 'zeroblob']);

function answer(path: string, sql: string, rows: number): QueryAnswer {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 10_000, limits: { length: longestValue } });
  try {
    // Before the authorizer, which allows no pragma any more. Memory instead of temporary files: those would have no limit.
    database.exec('PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF');
    database.setAuthorizer((action, _first, second) => {
      if (!allowed.has(action)) return constants.SQLITE_DENY;
      return action === constants.SQLITE_FUNCTION && forbiddenFunctions.has(String(second)) ? constants.SQLITE_DENY : constants.SQLITE_OK;
    });
    return run(database, sql, rows);
  } catch (error) {
    return { kind: 'refused', message: refusal(error) };
  } finally {
    database.close();
  }
}

function run(database: DatabaseSync, sql: string, most: number): QueryAnswer {
  const statement = database.prepare(sql);
  // SQLite compiles the first statement and leaves the rest; what would be ignored in silence is refused instead.
  const rest = sql.slice(sql.indexOf(statement.sourceSQL) + statement.sourceSQL.length);
  if (/[^\s;]/.test(rest.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ''))) {
    return { kind: 'refused', message: 'The query has more than one statement. Give one SELECT.' };
  }
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  const rows: JsonValue[][] = [];
  let characters = 0;
  for (const row of statement.iterate()) {
    if (rows.length === most || characters > mostCharacters) return rowsAnswer(statement.columns(), rows, true);
    const values = (row as unknown as SQLOutputValue[]).map(jsonOf);
    characters += values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0);
    rows.push(values);
  }
  return rowsAnswer(statement.columns(), rows, false);
}

function rowsAnswer(columns: readonly { name: string }[], rows: JsonValue[][], cut: boolean): QueryAnswer {
  return { kind: 'rows', columns: columns.map(({ name }) => name), rows, cut };
}

/** Integers beyond 2^53 become text, so that no digit is lost; bytes become hexadecimal text. */
function jsonOf(value: SQLOutputValue): JsonValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function refusal(error: unknown): string {
  // On one line: SQLite repeats what stands in the query.
  const message = (error instanceof Error ? error.message : String(error)).replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').replace(/\.$/, '');
  // Node.js itself refuses a text without a statement.
  if ((error as NodeJS.ErrnoException).code === 'ERR_INVALID_ARG_VALUE') return 'The query has no statement. Give one SELECT.';
  if (isTooBig(error))
    return `A value of the query is larger than ${longestValue / 1024 / 1024} MiB. Select less of it (substr, a condition).`;
  if (isDenied(error)) {
    return 'The query would do more than read. One SELECT over the views traces, spans, scores and findings is allowed; writing, attaching, pragmas and extensions are not.';
  }
  return `The query failed: ${message}. The views are traces, spans, scores and findings (SELECT sql FROM sqlite_schema WHERE type = 'view' shows their columns).`;
}

/** The asker is named by itself: it may be gone before this process has looked who its parent is. */
type Watched = Pick<QueryOrder, 'memoryBytes' | 'asker'>;

/**
 * SQLite's own limit does nothing in Node.js, and this process hears nothing while a query runs: a thread beside it looks. Who asked may
 * be gone as well, ended by a signal: then nobody waits for the answer, nor for the end of its time.
 */
function watch({ memoryBytes, asker }: Watched): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (process.memoryUsage.rss() < memoryBytes && process.ppid === asker) Atomics.wait(never, 0, 0, lookEveryMs);
  process.kill(process.pid, 'SIGKILL');
}

if (isMainThread) {
  const { path, sql, rows, memoryBytes, asker } = JSON.parse(readFileSync(0, 'utf8')) as QueryOrder;
  const watcher = new Worker(new URL(import.meta.url), { workerData: { memoryBytes, asker } satisfies Watched });
  process.stdout.write(JSON.stringify(answer(path, sql, rows)));
  await watcher.terminate();
} else watch(workerData as Watched);
