import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';

/** What a file is to become; `null` takes it away. */
export interface FileChange {
  readonly file: string;
  readonly text: string | null;
  /** What the file has to hold until then; `null` when there must be none, anything when not given. */
  readonly from?: string | null;
}

/** A change that was made, with what was there before. */
export interface SavedChange extends FileChange {
  readonly before: string | null;
}

/**
 * Makes changes one by one, each whole or not at all; when one fails the earlier ones are taken back.
 * @throws {DocketError} when a file cannot be written, or is no longer what the change began with
 */
export function saveChanges(changes: readonly FileChange[]): SavedChange[] {
  const saved: SavedChange[] = [];
  try {
    for (const change of changes) {
      const before = textOf(change.file);
      if (saved.some(({ file }) => file === change.file)) throw new Error(`two changes affect ${change.file}`);
      if (change.from !== undefined && change.from !== before) throw changedMeanwhile(change.file);
      put(change, before === null);
      saved.push({ ...change, before });
    }
    return saved;
  } catch (cause) {
    for (const { file, before } of saved.toReversed()) put({ file, text: before });
    if (cause instanceof DocketError) throw cause;
    throw new DocketError(`It could not be saved (${(cause as Error).message}). Nothing was changed; try again.`, { cause });
  }
}

/**
 * Takes saved changes back.
 * @throws {DocketError} when a file is no longer as it was saved: somebody else's work is not thrown away
 */
export function takeBack(saved: readonly SavedChange[]): void {
  for (const { file, text } of saved) {
    if (textOf(file) !== text)
      throw new DocketError(`${file} has changed since, so neither it nor the answer was touched.`, { code: 'changed-meanwhile' });
  }
  for (const { file, before } of saved.toReversed()) put({ file, text: before });
}

/** The text of a file; null when there is none. */
export function textOf(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** @param isNew there was no file before; then there must be none when it is put in place either */
function put({ file, text }: FileChange, isNew = false): void {
  if (text === null) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  // Beside the file, with an ending that no reader takes for a case, and not the same one in two processes.
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { flush: true });
  try {
    // Unlike a renaming, a link never takes the place of a file that somebody made meanwhile.
    if (isNew) linkSync(draft, file);
    else renameSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw changedMeanwhile(file);
    if (!isNew) throw error;
    // Not every file system has links.
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

function changedMeanwhile(file: string): DocketError {
  return new DocketError(`${file} was changed by someone else in the meantime and was left alone. Nothing was saved; try again.`, {
    code: 'changed-meanwhile',
  });
}
