import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Results on their way to standard output: those whose write found no reader are not delivered. */
export class Undelivered {
  readonly #held = new Set<{ readonly line: string }>();

  /** Holds a line until it is written. @returns to be called with the end of its write */
  hold(line: string): (error?: Error | null) => void {
    const held = { line };
    this.#held.add(held);
    return (error) => {
      if (!error) this.#held.delete(held);
    };
  }

  /**
   * Keeps what nobody read, because it was paid for.
   * @returns how many lines, and where; undefined when there is none
   */
  keep(root: string): { readonly lines: number; readonly file: string } | undefined {
    if (this.#held.size === 0) return undefined;
    const folder = join(root, '.docket');
    const file = join(folder, 'undelivered.jsonl');
    mkdirSync(folder, { recursive: true });
    appendFileSync(file, [...this.#held].map(({ line }) => `${line}\n`).join(''));
    return { lines: this.#held.size, file };
  }
}
