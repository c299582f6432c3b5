import { gunzipSync, gzipSync } from 'node:zlib';

/** In UTF-16 units: enough for texts that are alike to compress each other. */
const blockSize = 256 * 1024;

/** Lines that are kept to be read once more, compressed: those of ten thousand cases would be tens of megabytes. */
export class PackedTexts {
  readonly #blocks: Buffer[] = [];
  #open: string[] = [];
  #size = 0;

  /** @param text without a line break in it, as JSON without spaces is */
  add(text: string): void {
    this.#open.push(text);
    this.#size += text.length;
    if (this.#size < blockSize) return;
    this.#blocks.push(gzipSync(this.#open.join('\n'), { level: 1 }));
    this.#open = [];
    this.#size = 0;
  }

  /** In the order in which they were added. */
  *[Symbol.iterator](): Generator<string> {
    for (const block of this.#blocks) yield* gunzipSync(block).toString('utf8').split('\n');
    yield* this.#open;
  }
}
