import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';

/** What a file is to become; `null` takes it away. */
export interface FileChange {
  readonly file: string;
  readonly text: string | null;
}

/** A change that was made, with what was there before. */
export interface SavedChange extends FileChange {
  readonly before: string | null;
}

/**
 * Makes changes one by one, each whole or not at all; when one fails the earlier ones are taken back.
 * @throws {DocketError} when a file cannot be written
 */
export function saveChanges(changes: readonly FileChange[]): SavedChange[] {
  const saved: SavedChange[] = [];
  try {
    for (const change of changes) {
      const before = textOf(change.file);
      put(change);
      saved.push({ ...change, before });
    }
    return saved;
  } catch (cause) {
    for (const { file, before } of saved.toReversed()) put({ file, text: before });
    if (cause instanceof DocketError) throw cause;
    throw new DocketError(`The answer could not be saved (${(cause as Error).message}). Nothing was changed; answer again.`, { cause });
  }
}

/**
 * Takes saved changes back.
 * @throws {DocketError} when a file is no longer as it was saved: somebody else's work is not thrown away
 */
export function takeBack(saved: readonly SavedChange[]): void {
  for (const { file, text } of saved) {
    if (textOf(file) !== text) throw new DocketError(`${file} was changed since; it is left as it is, and so is the answer.`);
  }
  for (const { file, before } of saved.toReversed()) put({ file, text: before });
}

/** The text of a file; null when there is none. */
export function textOf(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function put({ file, text }: FileChange): void {
  if (text === null) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  // Beside the file, with an ending that no reader takes for a case.
  const draft = `${file}.new`;
  writeFileSync(draft, text, { flush: true });
  renameSync(draft, file);
}
