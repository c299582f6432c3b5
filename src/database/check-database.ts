import type { DatabaseSync } from 'node:sqlite';

/** Larger files take longer to look through than a person should wait for a list. */
export const mostCheckedBytes = 32 * 1024 * 1024;
const mostFaults = 5;

/**
 * Has SQLite look through a whole file: pages, order, and whether indexes and tables say the same. Rows say themselves whether their content is
 * whole; what is damaged between them, so that a row is not found any more, shows only here.
 * @returns what is wrong, in SQLite's words; empty also for a file that is too large to be looked through each time
 */
export function databaseFaults(database: DatabaseSync): string[] {
  if (databaseBytes(database) > mostCheckedBytes) return [];
  const lines = database.prepare(`PRAGMA integrity_check(${mostFaults})`).all() as { integrity_check: string }[];
  return lines.map(({ integrity_check: line }) => line).filter((line) => line !== 'ok');
}

/** Size of a database, in bytes. */
export function databaseBytes(database: DatabaseSync): number {
  const size = database.prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size').get();
  return Number(size?.bytes);
}
