import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DocketError } from '../contracts/docket-error.ts';

/** Where a text stands on its shelf, in bytes. Texts that were put there one after the other stand next to each other. */
export interface ShelfPlace {
  readonly offset: number;
  readonly length: number;
}

/** Bytes that are kept in memory; a small run never makes a file. */
const mostInMemory = 1024 * 1024;

/** Bytes that are read of the file at once: transcripts are asked for one by one. */
const readAtOnce = 16 * 1024;

/**
 * Texts that are put aside: in memory while they are few, then in a file without a name, which is gone with this process, however it ends.
 */
export class Shelf {
  readonly #folder: string;
  readonly #most: number;
  #block: Buffer;
  /** What was read of the file last, and where it stands: texts are asked for in the order in which they were put there, nearly always. */
  #read = Buffer.alloc(0);
  #readFrom = 0;
  #readTo = 0;
  #filled = 0;
  /** Bytes in the file. */
  #written = 0;
  #file: number | undefined;

  /** @param store path of the trial store: what is put aside is smaller than what stands there already */
  constructor(store: string, most = mostInMemory) {
    this.#folder = existsSync(dirname(store)) && store !== ':memory:' ? dirname(store) : tmpdir();
    this.#most = most;
    this.#block = Buffer.allocUnsafe(Math.min(most, 64 * 1024));
  }

  put(text: string): ShelfPlace {
    const length = Buffer.byteLength(text);
    if (this.#filled + length > this.#block.length) this.#makeRoom(length);
    const offset = this.#written + this.#filled;
    this.#filled += this.#block.write(text, this.#filled, 'utf8');
    return { offset, length };
  }

  /** @throws {DocketError} when the file cannot be read */
  take({ offset, length }: ShelfPlace): string {
    const inFile = Math.min(length, Math.max(0, this.#written - offset));
    const [from, to] = [offset - this.#written, offset + length - this.#written];
    if (inFile === 0) return this.#block.toString('utf8', from, to);
    if (inFile < length) return Buffer.concat([this.#bytes(offset, inFile), this.#block.subarray(0, to)]).toString('utf8');
    return this.#bytes(offset, length).toString('utf8');
  }

  #makeRoom(length: number): void {
    const wanted = this.#filled + length;
    if (wanted <= this.#most) {
      const larger = Buffer.allocUnsafe(Math.min(this.#most, Math.max(wanted, this.#block.length * 2)));
      this.#block.copy(larger, 0, 0, this.#filled);
      this.#block = larger;
      return;
    }
    this.#flush();
    if (length > this.#block.length) this.#block = Buffer.allocUnsafe(Math.max(length, this.#most));
  }

  #flush(): void {
    this.#guard(() => {
      this.#file ??= this.#open();
      for (let done = 0; done < this.#filled; ) done += writeSync(this.#file, this.#block, done, this.#filled - done, this.#written + done);
    });
    this.#written += this.#filled;
    this.#filled = 0;
  }

  #open(): number {
    const path = join(this.#folder, `.${randomUUID()}.aside`);
    const file = openSync(path, 'wx+', 0o600);
    // The open file stays readable, and nothing is left of it after a crash.
    rmSync(path, { force: true });
    unused.register(this, file);
    return file;
  }

  /** Bytes of the file, as they are until the next ones are asked for. */
  #bytes(offset: number, length: number): Buffer {
    if (offset < this.#readFrom || offset + length > this.#readTo) this.#readAhead(offset, length);
    return this.#read.subarray(offset - this.#readFrom, offset - this.#readFrom + length);
  }

  #readAhead(offset: number, length: number): void {
    const wanted = Math.min(Math.max(length, readAtOnce), this.#written - offset);
    if (wanted > this.#read.length) this.#read = Buffer.allocUnsafe(wanted);
    [this.#readFrom, this.#readTo] = [offset, offset];
    this.#guard(() => {
      while (this.#readTo < offset + wanted) {
        const read = readSync(this.#file ?? -1, this.#read, this.#readTo - offset, offset + wanted - this.#readTo, this.#readTo);
        if (read === 0) throw new Error('its file is shorter than what was written');
        this.#readTo += read;
      }
    });
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const remedy = code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'Make the folder writable' : 'Free space there';
      throw new DocketError(
        `What trials came to could not be put aside in ${this.#folder} (${message}). ${remedy} and run the same command again: the trials are safe in the store.`,
        { cause },
      );
    }
  }
}

/** Whoever shows an evaluation may read its trials as long as there is one; then the file is closed. */
const unused = new FinalizationRegistry<number>((file) => closeSync(file));
