import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../contracts/clock.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { isBusy } from '../../database/database-error.ts';

/** Between two tries, in milliseconds. */
const pauseMs = 50;
/** Installing dependencies takes minutes; more than this is no work but a hang. */
const longestWaitMs = 15 * 60_000;

/**
 * Does the work while nobody else, in this process or another, works under the same lock file. The operating system lifts the lock when
 * its holder ends, however it ends; SQLite does the locking, because Node has no file locks. The file stays.
 * @throws {DocketError} when the lock is held for too long; the signal's reason at an abort
 */
export async function withLock<T>(
  file: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = clock.now();
  for (;;) {
    const lock = tryLock(file);
    if (lock) {
      try {
        return await work();
      } finally {
        lock.close();
      }
    }
    if (clock.now() - startedAt > longestWaitMs)
      throw new DocketError(`${file} has been locked for too long. End the other Docket that is running here, then run this again.`);
    await clock.pause(pauseMs, signal);
  }
}

/** The lock, to be closed; undefined while somebody else holds it. */
export function tryLock(file: string): DatabaseSync | undefined {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written, so nothing needs a journal file, which a killed process would leave behind.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
