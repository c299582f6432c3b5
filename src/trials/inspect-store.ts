import { DatabaseSync } from 'node:sqlite';
import { databaseError } from '../database/database-error.ts';
import { trialDatabase } from './trial-database.ts';

/** What a store file holds, for people. */
export interface StoreInspection {
  /** Number of migrations the file has seen. */
  readonly schemaVersion: number;
  readonly trials: number;
  /** Trials whose last run was ended by the machinery. */
  readonly failures: number;
}

/**
 * Looks into an existing store without changing it, also one of a newer Docket as long as it has the same tables.
 * @throws {DocketError} when the file is no store or cannot be read
 */
export function inspectStore(path: string): StoreInspection {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
    const row = database
      .prepare(
        `SELECT (SELECT user_version FROM pragma_user_version) AS schemaVersion, (SELECT count(*) FROM trials) AS trials,
          (SELECT count(*) FROM failures) AS failures`,
      )
      .get();
    return row as unknown as StoreInspection;
  } catch (error) {
    throw databaseError(path, trialDatabase, error);
  } finally {
    database?.close();
  }
}
