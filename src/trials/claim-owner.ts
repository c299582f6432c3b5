import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const idPattern = /^(\d+)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whoever holds claims: one open store. */
export interface ClaimOwner {
  /** Never used again by anyone. */
  readonly id: string;
  end(): void;
}

/**
 * Makes an owner that others can see alive for exactly as long as its process lives.
 *
 * An owner locks a file of its own beside the store. The operating system lifts the lock when the process ends, however it ends, so there is
 * no process id to be reused, no lease to be renewed and no clock to trust; a store that was copied elsewhere brings no lock with it.
 * SQLite does the locking, because Node has no file locks; where its locks do not work, the store would not work either.
 */
export function newClaimOwner(storePath: string): ClaimOwner {
  if (storePath === ':memory:') return { id: newId(), end: () => {} };
  for (let attempt = 1; ; attempt += 1) {
    const id = newId();
    const file = lockFile(storePath, id);
    const lock = new DatabaseSync(file, { timeout: 1000 });
    // Nothing is ever written, so nothing needs a journal file, which a killed process would leave behind.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    // Somebody who swept between the file's birth and its lock has removed it: a lock that nobody can see is none.
    if (existsSync(file)) return { id, end: () => endOwner(lock, file) };
    lock.close();
    if (attempt === 10) throw new Error(`${file}: the lock file keeps disappearing.`);
  }
}

/** True while the owner's process lives. */
export function isAlive(storePath: string, id: string): boolean {
  if (!idPattern.test(id)) return false;
  const file = lockFile(storePath, id);
  if (!existsSync(file)) return false;
  const lock = tryLock(file);
  lock?.close();
  // An owner that ended just now has taken its file with it.
  return lock === undefined && existsSync(file);
}

/** Removes what owners that died left beside the store; returns their ids. */
export function sweepDeadOwners(storePath: string): string[] {
  if (storePath === ':memory:') return [];
  const prefix = `${basename(storePath)}.running-`;
  const ids = readdirSync(dirname(storePath)).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  return ids.filter((id) => {
    const file = lockFile(storePath, id);
    if (!idPattern.test(id) || !existsSync(file)) return false;
    const lock = tryLock(file);
    // Removed while it is locked: an owner that is just being born then sees that its file is gone.
    if (lock) rmSync(file, { force: true });
    lock?.close();
    return lock !== undefined;
  });
}

/** Process id inside an owner's id. */
export function processIdOf(id: string): number | undefined {
  const digits = idPattern.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function newId(): string {
  return `${process.pid}-${randomUUID()}`;
}

function lockFile(storePath: string, id: string): string {
  return join(dirname(storePath), `${basename(storePath)}.running-${id}`);
}

/** Shares the file's lock; undefined when its owner holds it or the file is gone. A shared lock does not look like an owner to others who try. */
function tryLock(file: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    lock.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return lock;
  } catch {
    lock?.close();
    return undefined;
  }
}

function endOwner(lock: DatabaseSync, file: string): void {
  rmSync(file, { force: true });
  lock.close();
}
