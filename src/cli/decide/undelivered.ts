import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Results on their way to standard output: those of the last write, and of later ones, are not delivered when the reader turns out to be gone. */
export class Undelivered {
  readonly #reader: AbortSignal;
  #lines: string[] = [];

  /** @param reader aborted once the reader has gone */
  constructor(reader: AbortSignal) {
    this.#reader = reader;
  }

  /** Holds a line until its write has had time to fail. */
  hold(line: string): void {
    this.#lines.push(line);
    if (this.#reader.aborted) return;
    setImmediate(() => {
      if (!this.#reader.aborted) this.#lines = this.#lines.filter((each) => each !== line);
    });
  }

  /**
   * Keeps what nobody read, because it was paid for.
   * @returns how many lines, and where; undefined when there is none
   */
  keep(root: string): { readonly lines: number; readonly file: string } | undefined {
    if (this.#lines.length === 0) return undefined;
    const folder = join(root, '.docket');
    const file = join(folder, 'undelivered.jsonl');
    mkdirSync(folder, { recursive: true });
    appendFileSync(file, this.#lines.map((line) => `${line}\n`).join(''));
    return { lines: this.#lines.length, file };
  }
}
