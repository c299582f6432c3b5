import { describe, it } from 'vitest';
import { parsePostgresAddress } from '../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../database/testing/postgres-server.ts';
import { PostgresTrialStore } from './postgres-trial-store.ts';
import { postgresTrials } from './postgres-trials.ts';
import { describeSharedTrialStore, type SharedStorePlace } from './testing/shared-store-contract.ts';
import { describeTrialStore } from './testing/store-contract.ts';

async function inPostgres(): Promise<SharedStorePlace> {
  const url = await newDatabase(await sharedPostgres());
  return {
    open: async (options) => new PostgresTrialStore(await PostgresDatabase.open(parsePostgresAddress(url, {}), postgresTrials), options),
    execute: async (sql) => void (await runSql(url, sql)),
    unsigned: (number) => `UPDATE trials SET signature = NULL WHERE number = ${number}`,
    remove: async () => {},
  };
}

const missing = whyNoPostgres();
if (missing !== undefined) describe('a trial store in PostgreSQL', () => it.skip(missing));
else {
  describeTrialStore('in PostgreSQL', inPostgres, { rounds: 10 });
  describeSharedTrialStore('in PostgreSQL', inPostgres);
}
