import type { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';

/** Marks a SQLite file as Docket's own ("Dckt"), see https://www.sqlite.org/pragma.html#pragma_application_id. */
const applicationId = 0x44636b74;

/**
 * Each entry brings the store from the version before it (its index) to the next. Entries are never changed once released, only added.
 *
 * Trials are JSON below their key: they are written once and read whole. A claim names the owner that runs the trial now.
 * A selection stands for its three long texts, which would otherwise be most of each key.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE selections (
    id INTEGER PRIMARY KEY,
    version_fingerprint TEXT NOT NULL, case_fingerprint TEXT NOT NULL, series TEXT NOT NULL,
    UNIQUE (version_fingerprint, case_fingerprint, series)
  ) STRICT;
  CREATE TABLE trials (selection INTEGER NOT NULL, number INTEGER NOT NULL, trial TEXT NOT NULL, PRIMARY KEY (selection, number)) STRICT;
  CREATE TABLE failures (selection INTEGER NOT NULL, number INTEGER NOT NULL, trial TEXT NOT NULL, PRIMARY KEY (selection, number)) STRICT;
  CREATE TABLE claims (
    selection INTEGER NOT NULL, number INTEGER NOT NULL, owner TEXT NOT NULL,
    PRIMARY KEY (selection, number)
  ) STRICT, WITHOUT ROWID;
  `,
];

/**
 * Brings a store to the newest version; an empty file becomes a store.
 * @throws {DocketError} when a newer Docket or another program wrote the file; it is left as it is.
 */
export function migrate(path: string, database: DatabaseSync): void {
  if (storeVersion(path, database) === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Read again under the lock: another process may have migrated in between.
    for (const step of migrations.slice(storeVersion(path, database))) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** How many migrations the file has seen. */
function storeVersion(path: string, database: DatabaseSync): number {
  const { version, application, tables } = database
    .prepare(
      `SELECT (SELECT user_version FROM pragma_user_version) AS version, (SELECT application_id FROM pragma_application_id) AS application,
        (SELECT count(*) FROM sqlite_schema) AS tables`,
    )
    .get() as { version: number; application: number; tables: number };
  if (application !== applicationId && (tables > 0 || version > 0)) {
    throw new DocketError(`${path}: this is the database of another program. Choose another file for the trials.`);
  }
  if (version > migrations.length) {
    throw new DocketError(
      `${path}: the store was written by a newer Docket (store version ${version}; this Docket reads up to ${migrations.length}). Update Docket, or move the file away and start a new store. Nothing was changed.`,
    );
  }
  return version;
}
