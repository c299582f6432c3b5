import { DocketError } from '../../contracts/docket-error.ts';
import type { PostgresDatabase, PostgresTransaction } from '../../database/postgres/postgres-database.ts';
import { codeOf } from '../../database/postgres/postgres-error.ts';
import { clockFault } from '../../database/postgres/server-clock.ts';
import type { Removed, Retention } from './trace-store.ts';
import { removeUnusedResources } from './unused-resources.ts';

const tracesAtATime = 1000;

/** A week is dropped at a moment in which nobody uses it; so many are waited for. */
const mostMoments = 5;

export interface PruneOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told what is removed so far. */
  onProgress(removed: Removed): void;
  /** Told of a week whose traces are gone, and whose space is not. */
  onLeft(week: string): void;
}

/**
 * Removes the oldest traces. Of whole weeks the traces go from the list, and then their spans at once, by their partition, which gives the space back to the
 * disk; what is left of others goes in transactions of a thousand traces. So others can save in between.
 */
export async function prunePostgres(
  database: PostgresDatabase,
  { before, bytes }: Retention,
  { now, onProgress, onLeft }: PruneOptions,
): Promise<Removed> {
  const removed = { traces: 0, spans: 0 };
  const count = ({ traces, spans }: Removed) => {
    removed.traces += traces;
    removed.spans += spans;
    if (traces > 0) onProgress(removed);
    return traces;
  };
  if (before !== undefined) {
    await requireClock(database);
    const earliest = Math.floor(before);
    await database.query('DELETE FROM docket.trace_logs WHERE saved_at < $1', [earliest]);
    for (const week of await wholeWeeks(database, earliest, now)) while (count(await removeHeads(database, week, earliest)) > 0);
    while (count(await removeOldest(database, earliest, tracesAtATime)) > 0);
  }
  if (bytes !== undefined) {
    for (let used = await usedBytes(database); used.bytes > bytes; used = await usedBytes(database)) {
      // Half of what seems to be too much, so that no more is removed than must be: traces differ in size.
      const excess = Math.floor((used.traces * (used.bytes - bytes)) / used.bytes / 2);
      if (count(await removeOldest(database, Number.MAX_SAFE_INTEGER, Math.max(1, Math.min(tracesAtATime, excess)))) === 0) break;
    }
  }
  let dropped = 0;
  for (const week of await emptyWeeks(database, now)) {
    if (await dropWeek(database, week)) dropped += 1;
    else onLeft(week);
  }
  if (removed.traces + dropped > 0) await removeUnusedResources(database);
  return removed;
}

/** How old is old is said by this machine's clock, and what it removes is gone for everybody. @throws {DocketError} where it is not the server's time */
async function requireClock(database: PostgresDatabase): Promise<void> {
  const fault = await clockFault(database);
  if (fault === undefined) return;
  throw new DocketError(`${fault}, so how old traces are cannot be told. Nothing was removed. Correct the clock that is wrong.`);
}

async function usedBytes(database: PostgresDatabase): Promise<{ readonly traces: number; readonly bytes: number }> {
  const { rows } = await database.query<{ readonly traces: number; readonly bytes: number }>(
    'SELECT count(*) AS traces, coalesce(sum(bytes), 0)::bigint AS bytes FROM docket.trace_heads',
  );
  return rows[0] ?? { traces: 0, bytes: 0 };
}

/** Partitions of spans that this role may drop, each with its week. */
const partitions = `SELECT to_date(right(part.relname, 8), 'YYYYMMDD') AS week FROM pg_inherits
  JOIN pg_class AS part ON part.oid = inhrelid AND part.relname ~ '^trace_spans_[0-9]{8}$' AND pg_has_role(part.relowner, 'USAGE')
  WHERE inhparent = 'docket.trace_spans'::regclass`;

/** The day (UTC) of a time in milliseconds. */
const dateOf = (place: string) => `(to_timestamp((${place})::bigint / 1000) AT TIME ZONE 'UTC')::date`;

/** Weeks of which nothing is to be kept, whatever comes late. */
async function wholeWeeks(database: PostgresDatabase, before: number, now: number): Promise<string[]> {
  const { rows } = await database.query<{ readonly week: string }>(
    `SELECT to_char(week, 'YYYY-MM-DD') AS week FROM (${partitions}) AS part JOIN docket.trace_heads AS head USING (week)
      WHERE week + 7 <= ${dateOf('least($1::bigint, $2::bigint)')} GROUP BY part.week HAVING max(head.listed_at) < $1 ORDER BY part.week`,
    [before, Math.floor(now)],
  );
  return rows.map(({ week }) => week);
}

/** Weeks that are over and have no trace any more. */
async function emptyWeeks(database: PostgresDatabase, now: number): Promise<string[]> {
  const { rows } = await database.query<{ readonly week: string }>(
    `SELECT to_char(week, 'YYYY-MM-DD') AS week FROM (${partitions}) AS part
      WHERE week + 7 <= ${dateOf('$1')} AND NOT EXISTS (SELECT FROM docket.trace_heads AS head WHERE head.week = part.week) ORDER BY part.week`,
    [Math.floor(now)],
  );
  return rows.map(({ week }) => week);
}

/** Removes a week without a trace. @returns false where somebody is at work in it */
async function dropWeek(database: PostgresDatabase, week: string): Promise<boolean> {
  const suffix = week.replaceAll('-', '');
  const drop = async (transaction: PostgresTransaction) => {
    // All others wait behind this, and so not for long.
    await transaction.query("SET LOCAL lock_timeout = '1s'");
    // Nobody stores into it from now on; what was stored since the week was chosen is seen below.
    await transaction.query('LOCK TABLE docket.trace_heads IN SHARE ROW EXCLUSIVE MODE');
    const { rows: kept } = await transaction.query('SELECT 1 FROM docket.trace_heads WHERE week = $1 LIMIT 1', [week]);
    if (kept.length > 0) return;
    for (const table of ['trace_spans', 'trace_words']) await transaction.query(`DROP TABLE IF EXISTS docket.${table}_${suffix}`);
    await transaction.query('DELETE FROM docket.trace_unindexed WHERE week = $1', [week]);
  };
  for (let moment = 1; moment <= mostMoments; moment += 1) {
    try {
      await database.transaction((transaction) =>
        drop(transaction).catch((error: unknown) => {
          throw codeOf(error) === '55P03' ? new NotNow() : error;
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200 * moment));
    }
  }
  return false;
}

/** A week cannot be dropped at the moment. */
class NotNow extends Error {}

const besideSpans = ['trace_scores', 'trace_findings', 'trace_sent'];

/** Removes traces of a week from the list, with all but their spans, which nobody sees any more. */
function removeHeads(database: PostgresDatabase, week: string, before: number): Promise<Removed> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ readonly id: number; readonly spans: number }>(
      'SELECT id, span_count AS spans FROM docket.trace_heads WHERE week = $1 AND listed_at < $2 LIMIT $3 FOR UPDATE',
      [week, before, tracesAtATime],
    );
    await removeBeside(
      transaction,
      rows.map(({ id }) => id),
    );
    return { traces: rows.length, spans: rows.reduce((sum, { spans }) => sum + spans, 0) };
  });
}

async function removeBeside(transaction: PostgresTransaction, ids: readonly number[]): Promise<void> {
  for (const table of besideSpans) await transaction.query(`DELETE FROM docket.${table} WHERE trace = ANY($1::bigint[])`, [ids]);
  await transaction.query('DELETE FROM docket.trace_heads WHERE id = ANY($1::bigint[])', [ids]);
}

function removeOldest(database: PostgresDatabase, before: number, limit: number): Promise<Removed> {
  return database.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ readonly id: number; readonly week: string }>(
      `SELECT id, to_char(week, 'YYYY-MM-DD') AS week FROM docket.trace_heads WHERE listed_at < $1 ORDER BY listed_at, id LIMIT $2 FOR UPDATE`,
      [before, limit],
    );
    if (rows.length === 0) return { traces: 0, spans: 0 };
    let spans = 0;
    for (const [week, some] of Map.groupBy(rows, (row) => row.week)) {
      const placed = [week, some.map(({ id }) => id)];
      const within = (table: string) => `DELETE FROM docket.${table} WHERE week = $1 AND trace = ANY($2::bigint[])`;
      const { rows: gone } = await transaction.query<{ readonly spans: number }>(
        `WITH removed AS (${within('trace_spans')} RETURNING 1) SELECT count(*) AS spans FROM removed`,
        placed,
      );
      spans += gone[0]?.spans ?? 0;
      for (const table of ['trace_words', 'trace_unindexed']) await transaction.query(within(table), placed);
    }
    await removeBeside(
      transaction,
      rows.map(({ id }) => id),
    );
    return { traces: rows.length, spans };
  });
}
