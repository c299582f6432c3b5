import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import { migrateTraces } from './trace-migrations.ts';
import { isLocked, traceStoreError } from './trace-store-error.ts';

/** How long a statement waits for another process's transaction, in milliseconds. */
const lockTimeoutMs = 10_000;

/**
 * Opens the database of a trace store, ready to use by several processes at a time. A commit is on the disk when it returns, because who
 * sent a span forgets it then.
 * @throws {DocketError} when it cannot be opened or is not a store of traces that this Docket reads.
 */
export function openTraceDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') makeFolder(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: lockTimeoutMs });
    // First, because a file that this Docket must not touch is refused here.
    migrateTraces(path, database);
    useWriteAheadLog(database);
    database.exec(
      'PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432; PRAGMA cache_size = -32000',
    );
    return database;
  } catch (error) {
    database?.close();
    throw traceStoreError(path, error);
  }
}

function makeFolder(path: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new DocketError(
      `${folder}: the folder for the traces cannot be made (${(cause as NodeJS.ErrnoException).code}). Make it writable, or choose another place.`,
      { cause },
    );
  }
}

/** SQLite does not wait for others while it changes the journal's mode, so processes that open a new store together try again. */
function useWriteAheadLog(database: DatabaseSync): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isLocked(error) || attempt === 200) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
