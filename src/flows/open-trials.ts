import { existsSync } from 'node:fs';
import { type PostgresAddress, postgresAddress } from '../database/postgres/postgres-address.ts';
import { loadEnvironment } from '../model/load-environment.ts';
import { openSharedTrialStore, openTrialStore, openTrialStoreToRead } from '../trials/open-trial-store.ts';
import type { TrialStore, TrialStoreOptions } from '../trials/trial-store.ts';
import type { LoadedConfig } from './load-config.ts';

type Place = Pick<LoadedConfig, 'root' | 'store'>;

/**
 * The database that a team shares; undefined where the project keeps everything beside itself.
 * @param environment of the process; `.env` beside the configuration fills in what is not set
 * @throws {DocketError} where DOCKET_STORE is no address of a database
 */
export function sharedStore(
  { root }: Pick<LoadedConfig, 'root'>,
  environment: NodeJS.ProcessEnv = process.env,
): PostgresAddress | undefined {
  return postgresAddress(loadEnvironment(root, environment, () => {}));
}

/**
 * Opens the project's trials: in the shared database where there is one, otherwise in its file, which is made when it is missing.
 * @param shared the database, where it is known already; null where there is none
 * @throws {DocketError} as `openSharedTrialStore` and `openTrialStore`
 */
export async function openTrials(
  config: Place,
  options: TrialStoreOptions,
  shared: PostgresAddress | null = sharedStore(config) ?? null,
): Promise<TrialStore> {
  return shared ? openSharedTrialStore(shared, options) : openTrialStore(config.store, options);
}

/**
 * Opens the project's trials for who only reads them, also where they cannot be written.
 * @throws {DocketError} as `openTrials`
 */
export async function openTrialsToRead(config: Place, options: Pick<TrialStoreOptions, 'onDamage'>): Promise<TrialStore> {
  const shared = sharedStore(config);
  return shared ? openSharedTrialStore(shared, options) : openTrialStoreToRead(config.store, options);
}

/**
 * Opens the project's trials for who only reads them, where there are any.
 * @throws {DocketError} as `openTrials`
 */
export async function openTrialsIfThere(config: Place, options: Pick<TrialStoreOptions, 'onDamage'>): Promise<TrialStore | undefined> {
  const isThere = sharedStore(config) !== undefined || (config.store !== ':memory:' && existsSync(config.store));
  return isThere ? openTrialsToRead(config, options) : undefined;
}
