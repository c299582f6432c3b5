import type { DatabaseSync } from 'node:sqlite';
import type { Removed, Retention } from './trace-store.ts';

const tracesAtATime = 1000;

/**
 * Removes the oldest traces in transactions of a thousand at most, so that others can save in between, and gives the pages back to the disk.
 * @param onProgress told what is removed so far
 */
export function pruneTraces(database: DatabaseSync, { before, bytes }: Retention, onProgress: (removed: Removed) => void): Removed {
  const removed = { traces: 0, spans: 0 };
  const remove = (ids: readonly number[]) => {
    const { traces, spans } = removeTraces(database, ids);
    removed.traces += traces;
    removed.spans += spans;
    onProgress(removed);
  };
  if (before !== undefined) {
    database.prepare('DELETE FROM log_rows WHERE saved_at < ?').run(Math.floor(before));
    for (let ids = oldest(database, before); ids.length > 0; ids = oldest(database, before)) remove(ids);
  }
  if (bytes !== undefined) {
    for (let used = usedBytes(database); used > bytes; used = usedBytes(database)) {
      const ids = oldest(database, Number.MAX_SAFE_INTEGER, excessTraces(database, used, bytes));
      if (ids.length === 0) break;
      remove(ids);
    }
  }
  if (removed.traces > 0) {
    database.exec('DELETE FROM resource_rows WHERE id NOT IN (SELECT resource FROM span_rows)');
    database.exec("INSERT INTO span_text (span_text) VALUES ('optimize')");
    database.prepare('PRAGMA incremental_vacuum').all();
    database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all();
  }
  return removed;
}

/** Half of what seems to be too much, so that no more is removed than must be: traces differ in size. */
function excessTraces(database: DatabaseSync, used: number, wanted: number): number {
  const { traces } = database.prepare('SELECT count(*) AS traces FROM trace_rows').get() as { traces: number };
  return Math.max(1, Math.min(tracesAtATime, Math.floor((traces * (used - wanted)) / used / 2)));
}

function oldest(database: DatabaseSync, before: number, limit = tracesAtATime): number[] {
  const rows = database.prepare('SELECT id FROM trace_rows WHERE listed_at < ? ORDER BY listed_at, id LIMIT ?').all(before, limit);
  return rows.map(({ id }) => Number(id));
}

/** Pages with content; free ones are given back at the end. */
function usedBytes(database: DatabaseSync): number {
  const { used } = database
    .prepare(
      `SELECT (SELECT page_count FROM pragma_page_count) * page_size - (SELECT freelist_count FROM pragma_freelist_count) * page_size AS used
        FROM pragma_page_size`,
    )
    .get() as { used: number };
  return used;
}

function removeTraces(database: DatabaseSync, ids: readonly number[]): Removed {
  const list = ids.join(', ');
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec('UPDATE text_progress SET checksum = NULL');
    database.exec(`DELETE FROM span_text WHERE rowid IN (SELECT id FROM span_rows WHERE trace IN (${list}))`);
    const spans = Number(database.prepare(`DELETE FROM span_rows WHERE trace IN (${list})`).run().changes);
    database.exec(`DELETE FROM score_rows WHERE trace IN (${list}); DELETE FROM finding_rows WHERE trace IN (${list})`);
    database.exec(`DELETE FROM sent_rows WHERE trace IN (${list})`);
    const traces = Number(database.prepare(`DELETE FROM trace_rows WHERE id IN (${list})`).run().changes);
    database.exec('COMMIT');
    return { traces, spans };
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
