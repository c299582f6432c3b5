import type { PostgresAddress } from '../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import type { StoreInspection } from './inspect-store.ts';
import { postgresTrials } from './postgres-trials.ts';

/** What a shared store holds, and how it is reached, for people. */
export interface SharedStoreInspection extends Omit<StoreInspection, 'schemaVersion'> {
  /** Of PostgreSQL. */
  readonly server: string;
  /** Number of migrations that the tables have seen; 0 where there are none. */
  readonly schemaVersion: number;
  /** False where the server is a copy of another one, or only reads for another reason. */
  readonly takesChanges: boolean;
  /** What the role may do. */
  readonly may: 'read' | 'add' | 'migrate';
  /** Version of TLS; undefined where nothing is encrypted. */
  readonly tls: string | undefined;
  readonly bytes: number;
}

/**
 * Looks into a shared store without changing it.
 * @throws {DocketError} when it cannot be reached, does not let this role in, or was brought to a newer version by a newer Docket
 */
export async function inspectSharedStore(address: PostgresAddress): Promise<SharedStoreInspection> {
  const database = await PostgresDatabase.openAsIs(address, postgresTrials);
  try {
    const { rows: servers } = await database.query<
      Pick<SharedStoreInspection, 'server' | 'bytes' | 'takesChanges'> & { readonly tls: string | null; readonly owns: boolean }
    >(
      `SELECT current_setting('server_version') AS server, pg_database_size(current_database()) AS bytes,
        (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS tls, has_database_privilege(current_database(), 'CREATE') AS owns,
        current_setting('transaction_read_only') = 'off' AS "takesChanges"`,
    );
    const { server = '', bytes = 0, tls = null, owns = false, takesChanges = false } = servers[0] ?? {};
    const known = { server, bytes, takesChanges, tls: tls ?? undefined };
    const schemaVersion = await database.version();
    if (schemaVersion === 0) return { ...known, schemaVersion, may: owns ? 'migrate' : 'read', trials: 0, failures: 0 };
    const { rows } = await database.query<
      Pick<StoreInspection, 'trials' | 'failures'> & { readonly adds: boolean; readonly owns: boolean }
    >(
      `SELECT (SELECT count(DISTINCT (selection, number)) FROM docket.trials) AS trials,
        (SELECT count(DISTINCT (selection, number)) FROM docket.failures AS failure WHERE NOT EXISTS (
          SELECT FROM docket.trials AS trial WHERE trial.selection = failure.selection AND trial.number = failure.number)) AS failures,
        has_table_privilege('docket.trials', 'INSERT') AS adds, has_table_privilege('docket.trials', 'DELETE') AS owns`,
    );
    const { trials = 0, failures = 0, adds = false, owns: ownsTables = false } = rows[0] ?? {};
    return { ...known, schemaVersion, may: ownsTables ? 'migrate' : adds ? 'add' : 'read', trials, failures };
  } finally {
    await database.close();
  }
}
