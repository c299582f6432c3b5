import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import { databaseError, isBusy } from './database-error.ts';
import type { DatabaseKind } from './database-kind.ts';
import { migrate } from './migrate.ts';

/** How long a statement waits for another process's transaction, in milliseconds; ours take well below one. */
const lockTimeoutMs = 10_000;

/**
 * Opens a database, ready to use by several processes at a time: migrated, every commit safe when the process is killed.
 * @throws {DocketError} when it cannot be opened or is not of this kind.
 */
export function openDatabase(path: string, kind: DatabaseKind): DatabaseSync {
  if (path !== ':memory:') makeFolder(path, kind);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: lockTimeoutMs });
    // First, because a file that this Docket must not touch is refused here.
    migrate(path, kind, database);
    useWriteAheadLog(database);
    database.exec(kind.settings);
    return database;
  } catch (error) {
    database?.close();
    throw databaseError(path, kind, error);
  }
}

function makeFolder(path: string, { holds }: DatabaseKind): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
    if (basename(folder) === '.docket') hideFromGit(folder);
  } catch (cause) {
    throw new DocketError(
      `${folder}: the folder for the ${holds} cannot be made (${(cause as NodeJS.ErrnoException).code}). Make it writable, or choose another place.`,
      { cause },
    );
  }
}

/** Traces hold what customers said, and `git add .` must not take them along, whatever the project's own .gitignore says. */
function hideFromGit(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch {
    // It is there already, or the folder is read-only: opening the database says so.
  }
}

/** SQLite does not wait for others while it changes the journal's mode, so processes that open a new file together try again. */
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
