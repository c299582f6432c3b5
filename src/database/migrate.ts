import type { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import type { DatabaseKind } from './database-kind.ts';

/**
 * Brings a database to the newest version of its kind; an empty file becomes one.
 * @throws {DocketError} when a newer Docket or another program wrote the file; it is left as it is.
 */
export function migrate(path: string, kind: DatabaseKind, database: DatabaseSync): void {
  const { applicationId, migrations, layout = '' } = kind;
  if (databaseVersion(path, kind, database) === migrations.length) return;
  database.exec(`${layout}; BEGIN IMMEDIATE`);
  try {
    // Read again under the lock: another process may have migrated in between.
    for (const step of migrations.slice(databaseVersion(path, kind, database))) database.exec(step);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** How many migrations the file has seen. */
function databaseVersion(path: string, { holds, applicationId, migrations }: DatabaseKind, database: DatabaseSync): number {
  const { version, application, tables } = database
    .prepare(
      `SELECT (SELECT user_version FROM pragma_user_version) AS version, (SELECT application_id FROM pragma_application_id) AS application,
        (SELECT count(*) FROM sqlite_schema) AS tables`,
    )
    .get() as { version: number; application: number; tables: number };
  if (application !== applicationId && (tables > 0 || version > 0)) {
    throw new DocketError(`${path}: this is another program's database. Choose another file for the ${holds}.`);
  }
  if (version > migrations.length) {
    throw new DocketError(
      `${path}: the ${holds} were written by a newer Docket (store version ${version}; this Docket reads up to ${migrations.length}). Update Docket, or move the file away and start a new store. Nothing was changed.`,
    );
  }
  return version;
}
