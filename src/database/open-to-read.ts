import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { temporaryFilesFault, temporaryFolder } from '../contracts/temporary-folder.ts';
import { databaseError, isUnwritable } from './database-error.ts';
import type { DatabaseKind } from './database-kind.ts';
import { type OnDamage, openDatabase } from './open-database.ts';

/** An open database, and the file that it is in: another one where it is read as a copy. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly file: string;
  /** Removes the copy once the database is closed. */
  readonly discard?: () => void;
}

/**
 * Opens a database for somebody who only reads. Where it cannot be written, a copy of it is read, which lasts as long as it is open: to read
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
    const folder = isUnwritable(error) ? copyOf(path) : undefined;
    if (folder === undefined) throw databaseError(path, kind, error);
    const file = join(folder, copyName);
    const discard = () => rmSync(folder, { recursive: true, force: true });
    // Also for who ends without closing.
    process.once('exit', discard);
    return { database: openDatabase(file, kind, onDamage), file, discard };
  }
}

const copyName = 'copy.db';

/** A folder with a copy; undefined when the file cannot be read either. @throws {DocketError} when there is no place for a copy */
function copyOf(path: string): string | undefined {
  const folder = temporaryFolder('docket-copy');
  const copy = join(folder, copyName);
  try {
    // What is written and not yet in the file itself first: afterwards it may be in both, which does no harm.
    for (const ending of ['-wal', '']) if (existsSync(path + ending)) copyFileSync(path + ending, copy + ending);
    return folder;
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw temporaryFilesFault(cause, folder);
    return undefined;
  }
}
