import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { visibleText } from '../../text/hostile-text.ts';
import type { EarlierResults } from './earlier-results.ts';

/** How often what was written is put on the disk for sure, in milliseconds; a process that dies loses nothing anyway. */
const syncEveryMs = 1000;

/** The file of results, one line each, written as they come: whatever ends the process, what was paid for and answered is there. */
export class OutputLines {
  readonly #file: string;
  readonly #descriptor: number;
  #syncedAt = 0;

  /** @throws {DocketError} when it cannot be written */
  constructor(file: string, { bytes, endsOpen }: EarlierResults) {
    this.#file = file;
    try {
      this.#descriptor = openSync(file, 'a');
    } catch (cause) {
      throw new DocketError(`${file} cannot be opened: ${(cause as NodeJS.ErrnoException).code}. No model was called.`, { cause });
    }
    if (fstatSync(this.#descriptor).size > bytes) ftruncateSync(this.#descriptor, bytes);
    if (endsOpen) this.#write('\n');
  }

  /** Writes one result. @throws {DocketError} when it cannot be written, for a full disk above all */
  append(result: { readonly line: number }): void {
    this.#write(`${visibleText(JSON.stringify(result))}\n`);
    if (Date.now() - this.#syncedAt >= syncEveryMs) this.#sync();
  }

  close(): void {
    try {
      this.#sync();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    try {
      // A disk that is nearly full takes a part.
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    } catch (cause) {
      throw this.#unwritable(cause);
    }
  }

  #sync(): void {
    this.#syncedAt = Date.now();
    try {
      fdatasyncSync(this.#descriptor);
    } catch (cause) {
      // What is no file has nothing to be put on a disk.
      if (!['EINVAL', 'ENOTSUP', 'EROFS'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw this.#unwritable(cause);
    }
  }

  #unwritable(cause: unknown): DocketError {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : `${code}`;
    return new DocketError(`${this.#file} cannot be written: ${why}. What was decided before is in it; the same command goes on.`, {
      exitCode: exitCodes.incomplete,
      cause,
    });
  }
}
