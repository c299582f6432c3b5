import { chmodSync, closeSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import { databaseFaults } from './check-database.ts';
import { DamagedDatabaseError, damagedDatabase, databaseError, isBusy } from './database-error.ts';
import type { DatabaseKind } from './database-kind.ts';
import { migrate } from './migrate.ts';
import { rowChecksum } from './row-checksum.ts';
import { salvage } from './salvage.ts';

/** How long a statement waits for another process's transaction, in milliseconds; ours take well below one. */
const lockTimeoutMs = 10_000;

/**
 * Opens a database, ready to use by several processes at a time: migrated, looked through for damage, every commit safe when the process is killed.
 * @param onDamage told of what is damaged and can be done without
 * @throws {DocketError} when it cannot be opened, is not of this kind, or is damaged and there is nobody to be told
 */
export function openDatabase(path: string, kind: DatabaseKind, onDamage?: OnDamage): DatabaseSync {
  if (path !== ':memory:') makeFolder(path, kind);
  try {
    return openWhole(path, kind, onDamage);
  } catch (error) {
    if (!(error instanceof DamagedDatabaseError && onDamage)) throw error;
    const saved = salvage(path, kind, (file, isNew) => (isNew ? openWhole(file, kind) : connect(file)));
    if (!saved) throw error;
    onDamage(
      `${path}: the file is damaged (${error.detail}). What could be read (${saved.rows} rows) is in a new file in its place; the damaged one is kept as ${saved.kept}. ${kind.afterSalvage}`,
    );
    return openWhole(path, kind, onDamage);
  }
}

function openWhole(path: string, kind: DatabaseKind, onDamage?: OnDamage): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (kind.isPrivate && path !== ':memory:') keepPrivate(path);
    database = connect(path);
    // First, because a file that this Docket must not touch is refused here.
    migrate(path, kind, database);
    useWriteAheadLog(database);
    database.exec(kind.settings);
    mendIndexes(path, kind, database, onDamage);
    return database;
  } catch (error) {
    database?.close();
    throw databaseError(path, kind, error);
  }
}

/** Read and write for its owner alone. SQLite gives the files beside a database (`-wal`, `-shm`) the database's own mode. */
const ownerOnly = 0o600;

/** Makes a new file that only its owner can read, and takes one that everybody can read from the others; a group that was let in on purpose stays. */
function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'ax', ownerOnly));
  } catch {
    // It is there, or cannot be made: opening it says so.
  }
  for (const ending of ['', '-wal', '-shm']) {
    try {
      if ((statSync(path + ending).mode & 0o007) !== 0) chmodSync(path + ending, ownerOnly);
    } catch {
      // It is not there, or another user's, who decides who reads it.
    }
  }
}

function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: lockTimeoutMs });
  database.function('row_checksum', { deterministic: true, varargs: true, useBigIntArguments: true }, (...values) =>
    rowChecksum(...(values as (string | bigint | null)[])),
  );
  return database;
}

/** Told of damage, in a sentence. */
export type OnDamage = (message: string) => void;

/**
 * Indexes hold nothing of their own: where they and the tables do not say the same, they are made anew from the tables, whose rows say themselves
 * whether they are whole.
 */
function mendIndexes(path: string, kind: DatabaseKind, database: DatabaseSync, onDamage: OnDamage | undefined): void {
  const faults = databaseFaults(database);
  if (faults.length === 0) return;
  const detail = faults.join('; ');
  const isDerived = (fault: string) => kind.derived?.fault.test(fault) === true;
  if (!faults.every((fault) => / index /.test(fault) || isDerived(fault))) throw damagedDatabase(path, kind, detail);
  if (faults.some(isDerived)) database.exec(kind.derived?.empty ?? '');
  database.exec('REINDEX');
  const left = databaseFaults(database);
  if (left.length > 0) throw damagedDatabase(path, kind, left.join('; '));
  const rows = damagedRows(database, kind);
  if (rows.length > 0 && !onDamage) throw damagedDatabase(path, kind, rows.join('; '));
  onDamage?.(`${path}: the file was damaged (${detail}); its indexes were rebuilt from the ${kind.holds}.`);
  for (const row of rows) onDamage?.(`${path}: ${row} is damaged and was left out.`);
}

/** Names of the rows whose checksum does not fit, the first of them. */
export function damagedRows(database: DatabaseSync, { damagedRows: sql }: DatabaseKind): string[] {
  return database
    .prepare(`${sql} LIMIT 20`)
    .all()
    .map(({ name }) => String(name));
}

function makeFolder(path: string, { holds }: DatabaseKind): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
    if (basename(folder) === '.docket') hideFromGit(folder);
  } catch (cause) {
    throw new DocketError(
      `${folder}: the folder for the ${holds} cannot be created (${(cause as NodeJS.ErrnoException).code}). Make it writable, or choose another place.`,
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
