import type { Readable } from 'node:stream';

/** Most bytes of a program's log that are kept, from its end. */
const mostKept = 2000;

/** The end of what a program logs, for the message of a failure. */
export class OutputTail {
  #tail = Buffer.alloc(0);

  constructor(stream?: Readable) {
    stream?.on('data', (chunk: Buffer) => this.add(chunk));
  }

  add(chunk: Buffer): void {
    const joined = Buffer.concat([this.#tail, chunk.subarray(-mostKept)]);
    this.#tail = Buffer.from(joined.subarray(-mostKept));
  }

  /** A sentence with its last lines; empty where it logged nothing. */
  sentence(): string {
    const text = this.#tail.toString('utf8').trim();
    return text === '' ? '' : ` It logged: ${text.split('\n').slice(-12).join('\n').slice(-mostKept)}`;
  }
}
