import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
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
  /** To be called once the database is closed: a copy that nobody needs any more goes. */
  readonly discard?: () => void;
}

/**
 * Opens a database for somebody who only reads. Where it cannot be written, a copy of it is read: to read what others write, to bring an older file up to
 * date or to look for words, SQLite itself has to write. A copy is read by all of this process for as long as the file is as it was.
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
    copy.readers += 1;
    const discard = () => {
      copy.readers -= 1;
      if (copies.get(path) !== copy) removeUnread(copy);
    };
    const file = join(copy.folder, copyName);
    try {
      return { database: openDatabase(file, kind, onDamage), file, discard };
    } catch (cause) {
      discard();
      throw cause;
    }
  }
}

interface Copy {
  readonly folder: string;
  /** How the file was when it was copied. */
  readonly state: string;
  /** How many have it open. */
  readers: number;
}

const copyName = 'copy.db';

/** What is written and not yet in the file itself first: afterwards it may be in both, which does no harm. */
const endings = ['-wal', ''] as const;

/** The newest copy of each file. Making one takes as long as the file is large, and so does the index of words that a search puts into it. */
const copies = new Map<string, Copy>();

/** A copy of the file as it is; undefined when it cannot be read either. @throws {DocketError} when there is no place for a copy */
function copyOf(path: string): Copy | undefined {
  const state = stateOf(path);
  const known = copies.get(path);
  if (known?.state === state && existsSync(join(known.folder, copyName))) return known;
  const folder = temporaryFolder('docket-copy');
  try {
    for (const ending of endings) if (existsSync(path + ending)) copyFileSync(path + ending, join(folder, copyName + ending));
  } catch (cause) {
    rmSync(folder, { recursive: true, force: true });
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw temporaryFilesFault(cause, folder);
    return undefined;
  }
  if (copies.size === 0) process.once('exit', removeAll);
  const made = { folder, state, readers: 0 };
  copies.set(path, made);
  if (known) removeUnread(known);
  return made;
}

/** Changes with everything that is written into the file. */
function stateOf(path: string): string {
  return endings
    .map((ending) => statSync(path + ending, { bigint: true, throwIfNoEntry: false }))
    .map((found) => (found ? [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ') : ''))
    .join('\n');
}

function removeUnread({ folder, readers }: Copy): void {
  if (readers === 0) rmSync(folder, { recursive: true, force: true });
}

/** Also those of who ends without closing. */
function removeAll(): void {
  for (const { folder } of copies.values()) rmSync(folder, { recursive: true, force: true });
}
