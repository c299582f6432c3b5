import { openDatabase } from '../database/open-database.ts';
import { openToRead } from '../database/open-to-read.ts';
import type { PostgresAddress } from '../database/postgres/postgres-address.ts';
import { SqliteTrialStore } from './sqlite-trial-store.ts';
import { trialDatabase } from './trial-database.ts';
import type { TrialStore, TrialStoreOptions } from './trial-store.ts';

/**
 * Opens a store to read it, also one that cannot be written.
 * @throws {DocketError} as `openTrialStore`
 */
export function openTrialStoreToRead(path: string, options: Pick<TrialStoreOptions, 'onDamage'> = {}): TrialStore {
  return new SqliteTrialStore(path, openToRead(path, trialDatabase, options.onDamage), options);
}

/**
 * Opens the store in a file, usually `.docket/docket.db`; makes the file and its folder when they are missing. `:memory:` keeps it in this process.
 * @throws {DocketError} when it was written by a newer Docket, is not a Docket store, is damaged, or cannot be opened or written.
 */
export function openTrialStore(path: string, options: TrialStoreOptions = {}): TrialStore {
  return new SqliteTrialStore(path, { database: openDatabase(path, trialDatabase, options.onDamage) }, options);
}

/**
 * Opens the store in a shared PostgreSQL database; makes its tables when they are missing and this role may.
 * @throws {DocketError} when it cannot be reached, does not let this role in, or was brought to a newer version by a newer Docket.
 */
export async function openSharedTrialStore(address: PostgresAddress, options: TrialStoreOptions = {}): Promise<TrialStore> {
  // Loaded only here: most projects have none.
  const { PostgresDatabase } = await import('../database/postgres/postgres-database.ts');
  const { PostgresTrialStore } = await import('./postgres-trial-store.ts');
  const { postgresTrials } = await import('./postgres-trials.ts');
  return new PostgresTrialStore(await PostgresDatabase.open(address, postgresTrials, { warn: options.warn ?? options.onDamage }), options);
}
