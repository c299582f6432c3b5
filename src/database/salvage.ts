import { existsSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { DatabaseKind } from './database-kind.ts';

/** What was saved of a damaged file. */
export interface Salvage {
  /** Rows, over all tables. */
  readonly rows: number;
  /** Where the damaged file is now. */
  readonly kept: string;
}

/**
 * Saves what can be read of a file whose pages are damaged into a new one, and puts that in its place; whether a row is what was written shows when
 * it is read. A table is read from its beginning and from its end, up to the damage on either side.
 * @param open opens a file as a database of the kind, empty when it is new
 * @returns undefined when nothing can be read; everything is then as it was
 */
export function salvage(path: string, { tables }: DatabaseKind, open: (file: string, isNew: boolean) => DatabaseSync): Salvage | undefined {
  const saved = `${path}.${process.pid}.saved`;
  let rows = 0;
  try {
    const from = open(path, false);
    const to = open(saved, true);
    try {
      for (const table of tables) rows += copyTable(from, to, table);
    } finally {
      to.close();
      from.close();
    }
    if (rows === 0) return undefined;
    const kept = freeName(`${path}.damaged`);
    renameSync(path, kept);
    for (const ending of ['-wal', '-shm']) if (existsSync(path + ending)) renameSync(path + ending, kept + ending);
    renameSync(saved, path);
    return { rows, kept };
  } catch {
    // What ended the opening says more than what ended this.
    return undefined;
  } finally {
    for (const ending of ['', '-wal', '-shm']) rmSync(saved + ending, { force: true });
  }
}

function copyTable(from: DatabaseSync, to: DatabaseSync, table: string): number {
  const columns = to.prepare('SELECT name, pk FROM pragma_table_info(?)').all(table);
  const { ordinary } = to.prepare('SELECT wr = 0 AS ordinary FROM pragma_table_list WHERE name = ?').get(table) as { ordinary: number };
  const names = [...(ordinary ? ['rowid'] : []), ...columns.map(({ name }) => String(name))];
  const key = ordinary ? ['rowid'] : columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
  const insert = to.prepare(`INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`);
  let rows = 0;
  for (const direction of ['ASC', 'DESC']) {
    to.exec('BEGIN');
    try {
      const order = key.map((name) => `${name} ${direction}`).join(', ');
      const read = from.prepare(`SELECT ${names.join(', ')} FROM ${table} NOT INDEXED ORDER BY ${order}`);
      read.setReadBigInts(true);
      read.setReturnArrays(true);
      for (const row of read.iterate()) rows += Number(insert.run(...(row as unknown as SQLInputValue[])).changes);
    } catch {
      // Here is the damage.
    }
    to.exec('COMMIT');
  }
  return rows;
}

function freeName(wanted: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!existsSync(name)) return name;
  }
}
