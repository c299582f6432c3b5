import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import { migrate } from './migrations.ts';
import { isBusy, storeError } from './store-error.ts';

/** How long a statement waits for another process's transaction, in milliseconds; ours take well below one. */
const lockTimeoutMs = 10_000;

/**
 * Opens a store's database, ready to use: migrated, several processes at a time, every commit safe when the process is killed.
 * @throws {DocketError} when it cannot be opened or is not a store that this Docket reads.
 */
export function openDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') makeFolder(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: lockTimeoutMs });
    // First, because a store that this Docket must not touch is refused here.
    migrate(path, database);
    useWriteAheadLog(database);
    // NORMAL: a killed process loses nothing; a power cut may lose the last trials, which are then run again.
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432');
    return database;
  } catch (error) {
    database?.close();
    throw storeError(path, error);
  }
}

function makeFolder(path: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new DocketError(
      `${folder}: the folder for the trials cannot be made (${(cause as NodeJS.ErrnoException).code}). Make it writable, or choose another place.`,
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
      if (!isBusy(error) || attempt === 200) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
