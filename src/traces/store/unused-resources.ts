import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { logsLock } from './postgres-log-writer.ts';

/** All spans are read for it. */
const longestMs = 3_600_000;

/** Before the hash of a resource that nobody may use any more. */
const gone = 'gone ';

const unused = `NOT EXISTS (SELECT FROM docket.trace_spans AS span WHERE span.resource = resource.id)`;

/**
 * Removes the resources that no span has any more. Somebody may be about to store a span with one of them: so they are hidden first, from whoever looks for
 * a resource of the same content, while nobody stores; those that no span has then are removed. What breaks off in between is done the next time.
 * @returns how many
 */
export async function removeUnusedResources(database: PostgresDatabase): Promise<number> {
  const { rows: may } = await database.query<{ readonly may: boolean }>(
    `SELECT has_table_privilege('docket.trace_resources', 'UPDATE') AND has_table_privilege('docket.trace_resources', 'DELETE') AS may`,
  );
  if (may[0]?.may !== true) return 0;
  const candidates = await database.transaction(async (transaction) => {
    const { rows } = await transaction.list(`SELECT id FROM docket.trace_resources AS resource WHERE ${unused}`, longestMs);
    return rows.map(([id]) => Number(id));
  });
  if (candidates.length === 0) return 0;
  await database.transaction(async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [logsLock]);
    await transaction.query(
      `UPDATE docket.trace_resources SET hash = '${gone}' || id || ' ' || hash WHERE id = ANY($1::bigint[]) AND hash NOT LIKE '${gone}%'`,
      [candidates],
    );
  });
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.list(
      `WITH removed AS (DELETE FROM docket.trace_resources AS resource WHERE id = ANY('{${candidates.join(',')}}'::bigint[]) AND ${unused} RETURNING 1)
        SELECT count(*) FROM removed`,
      longestMs,
    );
    return Number(rows[0]?.[0] ?? 0);
  });
}
