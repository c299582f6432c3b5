import type { ClientBase } from 'pg';
import { DocketError } from '../../contracts/docket-error.ts';
import { type PostgresAddress, storeVariable } from './postgres-address.ts';
import { codeOf, isOutage } from './postgres-error.ts';
import { type PostgresKind, postgresSchema as schema } from './postgres-kind.ts';

/** The oldest server that is known to work, as `server_version_num` says it. */
const oldestServer = 150_000;

/** Of all who migrate: one at a time. */
const migrationLock = 0x44636b74;

/** A change of a table waits no longer than this for those who use it, because all others wait behind it. It is tried again. */
const longestLock = '5s';

/** Rows of many years may be brought to another table. */
const longestStepMs = 3_600_000;

/**
 * Brings the tables of a kind to their newest version; an empty database gets them. Who works with the version before goes on meanwhile.
 * @returns whether the server takes changes
 * @throws {DocketError} when a newer Docket made them, the server is too old or keeps texts in another encoding; nothing is changed then
 */
export async function migratePostgres(
  address: PostgresAddress,
  kind: PostgresKind,
  client: ClientBase,
): Promise<{ readonly takesChanges: boolean }> {
  const takesChanges = await requireServer(address, client);
  const { holds, migrations } = kind;
  if ((await postgresVersion(address, kind, client)) === migrations.length) return { takesChanges };
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = '${longestLock}'`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query(`CREATE TABLE IF NOT EXISTS ${schema}.versions (holds text PRIMARY KEY, version integer NOT NULL)`);
    // Read again under the lock: another process may have migrated in between.
    const version = await postgresVersion(address, kind, client);
    for (const text of migrations.slice(version)) await client.query({ text, query_timeout: longestStepMs } as { text: string });
    await client.query(
      `INSERT INTO ${schema}.versions (holds, version) VALUES ($1, $2) ON CONFLICT (holds) DO UPDATE SET version = excluded.version`,
      [holds, migrations.length],
    );
    await client.query('COMMIT');
    return { takesChanges };
  } catch (error) {
    if (!isOutage(error)) await client.query('ROLLBACK').catch(() => {});
    throw codeOf(error) === '42501' ? mayNotMigrate(address, kind, error) : error;
  }
}

/**
 * How many migrations the tables of a kind have seen; 0 where there are none.
 * @throws {DocketError} when a newer Docket made them
 */
export async function postgresVersion(
  { shown }: PostgresAddress,
  { holds, migrations }: PostgresKind,
  client: ClientBase,
): Promise<number> {
  const { rows: found } = await client.query('SELECT to_regclass($1) IS NOT NULL AS there', [`${schema}.versions`]);
  if (!found[0]?.there) return 0;
  const { rows } = await client.query(`SELECT version FROM ${schema}.versions WHERE holds = $1`, [holds]);
  const version = Number(rows[0]?.version ?? 0);
  if (version > migrations.length)
    throw new DocketError(
      `${shown}: the ${holds} were brought to store version ${version} by a newer Docket; this Docket reads up to ${migrations.length}. Update Docket, or name another database in ${storeVariable}. Nothing was changed.`,
    );
  return version;
}

interface ServerSettings {
  readonly number: number;
  readonly version: string;
  readonly encoding: string;
  readonly isolation: string;
  readonly commit: string;
  readonly takesChanges: boolean;
}

async function requireServer({ shown, user }: PostgresAddress, client: ClientBase): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
      current_setting('transaction_isolation') AS isolation, current_setting('synchronous_commit') AS commit,
      current_setting('transaction_read_only') = 'off' AS "takesChanges"`,
  );
  const { number, version, encoding, isolation, commit, takesChanges } = rows[0] as ServerSettings;
  if (number < oldestServer) throw new DocketError(`${shown}: the server is PostgreSQL ${version}. Docket needs 15 or newer.`);
  if (encoding !== 'UTF8')
    throw new DocketError(
      `${shown}: the database keeps texts as ${encoding}. Docket needs UTF8: create another one with createdb --encoding UTF8 --template template0.`,
    );
  // A claim has to see what others stored while it waited for them.
  if (isolation !== 'read committed')
    throw new DocketError(
      `${shown}: transactions are "${isolation}" there. Docket needs "read committed": ALTER ROLE "${user}" SET default_transaction_isolation = 'read committed'.`,
    );
  if (commit === 'off')
    throw new DocketError(
      `${shown}: the server says that something is stored before it is (synchronous_commit = off). Docket needs what it was told: ALTER ROLE "${user}" SET synchronous_commit = on.`,
    );
  return takesChanges;
}

function mayNotMigrate({ shown, user }: PostgresAddress, { holds }: PostgresKind, cause: unknown): DocketError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new DocketError(
    `${shown}: the tables for the ${holds} are not there, or of an older version, and the role ${user} may not make them (${detail}). Have the database's owner run: docket store migrate. It grants nothing to anybody; what roles need is printed by: docket store roles.`,
  );
}
