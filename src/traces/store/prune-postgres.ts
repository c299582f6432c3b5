import type { PostgresDatabase, PostgresTransaction } from '../../database/postgres/postgres-database.ts';
import { codeOf } from '../../database/postgres/postgres-error.ts';
import type { Removed, Retention } from './trace-store.ts';
import { otherWeek } from './trace-week.ts';

const tracesAtATime = 1000;

/**
 * Removes the oldest traces. Whole weeks go at once, by their partition, which gives their space back to the disk; what is left of others goes in
 * transactions of a thousand traces, so that others can save in between.
 * @param onProgress told what is removed so far
 */
export async function prunePostgres(
  database: PostgresDatabase,
  { before, bytes }: Retention,
  onProgress: (removed: Removed) => void,
): Promise<Removed> {
  const removed = { traces: 0, spans: 0 };
  const count = ({ traces, spans }: Removed) => {
    removed.traces += traces;
    removed.spans += spans;
    if (traces > 0) onProgress(removed);
    return traces;
  };
  if (before !== undefined) {
    const earliest = Math.floor(before);
    await database.query('DELETE FROM docket.trace_logs WHERE saved_at < $1', [earliest]);
    for (const week of await wholeWeeks(database, earliest)) count(await dropWeek(database, week, earliest));
    while (count(await removeOldest(database, earliest, tracesAtATime)) > 0);
  }
  if (bytes !== undefined) {
    for (let used = await usedBytes(database); used.bytes > bytes; used = await usedBytes(database)) {
      // Half of what seems to be too much, so that no more is removed than must be: traces differ in size.
      const excess = Math.floor((used.traces * (used.bytes - bytes)) / used.bytes / 2);
      if (count(await removeOldest(database, Number.MAX_SAFE_INTEGER, Math.max(1, Math.min(tracesAtATime, excess)))) === 0) break;
    }
  }
  return removed;
}

async function usedBytes(database: PostgresDatabase): Promise<{ readonly traces: number; readonly bytes: number }> {
  const { rows } = await database.query<{ readonly traces: number; readonly bytes: number }>(
    'SELECT count(*) AS traces, coalesce(sum(bytes), 0)::bigint AS bytes FROM docket.trace_heads',
  );
  return rows[0] ?? { traces: 0, bytes: 0 };
}

/** Weeks of which nothing is to be kept. */
async function wholeWeeks(database: PostgresDatabase, before: number): Promise<string[]> {
  const { rows } = await database.query<{ readonly week: string }>(
    'SELECT week::text AS week FROM docket.trace_heads WHERE week <> $2 GROUP BY week HAVING max(listed_at) < $1 ORDER BY week',
    [before, otherWeek],
  );
  return rows.map(({ week }) => week);
}

/** Removes a week by dropping its partitions. Where somebody is at work in it, or the role may not, its traces are removed one by one afterwards. */
async function dropWeek(database: PostgresDatabase, week: string, before: number): Promise<Removed> {
  const suffix = week.replaceAll('-', '');
  const drop = async (transaction: PostgresTransaction) => {
    await transaction.query("SET LOCAL lock_timeout = '3s'");
    // Nobody stores into it from now on; what was stored since the week was chosen is seen below.
    await transaction.query('LOCK TABLE docket.trace_heads IN SHARE ROW EXCLUSIVE MODE');
    const { rows: kept } = await transaction.query('SELECT 1 FROM docket.trace_heads WHERE week = $1 AND listed_at >= $2 LIMIT 1', [
      week,
      before,
    ]);
    if (kept.length > 0) return { traces: 0, spans: 0 };
    const { rows } = await transaction.query<{ readonly traces: number; readonly spans: number }>(
      'SELECT count(*) AS traces, coalesce(sum(span_count), 0)::bigint AS spans FROM docket.trace_heads WHERE week = $1',
      [week],
    );
    for (const table of ['trace_spans', 'trace_words']) await transaction.query(`DROP TABLE IF EXISTS docket.${table}_${suffix}`);
    await transaction.query('DELETE FROM docket.trace_unindexed WHERE week = $1', [week]);
    for (const table of besideSpans)
      await transaction.query(`DELETE FROM docket.${table} WHERE trace IN (SELECT id FROM docket.trace_heads WHERE week = $1)`, [week]);
    await transaction.query('DELETE FROM docket.trace_heads WHERE week = $1', [week]);
    return rows[0] ?? { traces: 0, spans: 0 };
  };
  try {
    return await database.transaction((transaction) =>
      drop(transaction).catch((error: unknown) => {
        throw ['55P03', '42501'].includes(codeOf(error) ?? '') ? new NotNow() : error;
      }),
    );
  } catch (error) {
    if (error instanceof NotNow) return { traces: 0, spans: 0 };
    throw error;
  }
}

/** A week cannot be dropped as it is. */
class NotNow extends Error {}

const besideSpans = ['trace_scores', 'trace_findings', 'trace_sent'];

function removeOldest(database: PostgresDatabase, before: number, limit: number): Promise<Removed> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ readonly id: number; readonly week: string }>(
      `SELECT id, week::text AS week FROM docket.trace_heads WHERE listed_at < $1 ORDER BY listed_at, id LIMIT $2 FOR UPDATE`,
      [before, limit],
    );
    if (rows.length === 0) return { traces: 0, spans: 0 };
    const ids = rows.map(({ id }) => id);
    const placed = [rows.map(({ week }) => week), ids];
    const within = (table: string) =>
      `DELETE FROM docket.${table} AS part USING unnest($1::date[], $2::bigint[]) AS gone (week, trace) WHERE part.week = gone.week AND part.trace = gone.trace`;
    const { rows: spans } = await transaction.query<{ readonly spans: number }>(
      `WITH removed AS (${within('trace_spans')} RETURNING 1) SELECT count(*) AS spans FROM removed`,
      placed,
    );
    for (const table of ['trace_words', 'trace_unindexed']) await transaction.query(within(table), placed);
    for (const table of besideSpans) await transaction.query(`DELETE FROM docket.${table} WHERE trace = ANY($1::bigint[])`, [ids]);
    await transaction.query('DELETE FROM docket.trace_heads WHERE id = ANY($1::bigint[])', [ids]);
    return { traces: ids.length, spans: spans[0]?.spans ?? 0 };
  });
}
