import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Lines of JSON in a file to which somebody appends; each is read once. */
export class GrowingLines {
  readonly #file: string;
  #at = 0;
  #rest = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
  }

  /** Those that came since; a line without its end waits for it, and one that is no JSON is left out. */
  read(): unknown[] {
    const text = this.#newText();
    if (text === '') return [];
    return text.split('\n').flatMap((line) => {
      try {
        return line === '' ? [] : [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
  }

  #newText(): string {
    let descriptor: number;
    try {
      descriptor = openSync(this.#file, 'r');
    } catch {
      // Nobody has written yet, or it is gone.
      return '';
    }
    try {
      const size = fstatSync(descriptor).size - this.#at;
      if (size <= 0) return '';
      const bytes = Buffer.allocUnsafe(size);
      const read = readSync(descriptor, bytes, 0, size, this.#at);
      this.#at += read;
      const all = Buffer.concat([this.#rest, bytes.subarray(0, read)]);
      const end = all.lastIndexOf(10) + 1;
      this.#rest = Buffer.from(all.subarray(end));
      return all.subarray(0, end).toString('utf8');
    } finally {
      closeSync(descriptor);
    }
  }
}
