import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { databaseError, isUnwritable } from './database-error.ts';
import type { DatabaseKind } from './database-kind.ts';
import { type OnDamage, openDatabase } from './open-database.ts';

/** An open database, and the file that it is in: another one where it is read as a copy. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly file: string;
}

/**
 * Opens a database for somebody who only reads. Where it cannot be written, a copy of it is read, which lasts as long as this process: to read
 * what others write, to bring an older file up to date or to look for words, SQLite itself has to write.
 * @throws {DocketError} as `openDatabase`, and when it cannot be read
 */
export function openToRead(path: string, kind: DatabaseKind, onDamage?: OnDamage): OpenDatabase {
  let database: DatabaseSync | undefined;
  try {
    database = openDatabase(path, kind, onDamage);
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return { database, file: path };
  } catch (error) {
    database?.close();
    const copy = isUnwritable(error) ? copyOf(path) : undefined;
    if (copy === undefined) throw databaseError(path, kind, error);
    return { database: openDatabase(copy, kind, onDamage), file: copy };
  }
}

/** Undefined when it cannot be read either. */
function copyOf(path: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'docket-copy-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'copy.db');
  try {
    // What is written and not yet in the file itself first: afterwards it may be in both, which does no harm.
    for (const ending of ['-wal', '']) if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending);
    return copy;
  } catch {
    return undefined;
  }
}
