import type { IncomingMessage } from 'node:http';
import { counted } from '../../text/figures.ts';
import { RequestTooLargeError, requestLimits, sendFewer, unpack } from '../otlp/decode-request.ts';
import { giveMemoryBack } from './give-memory-back.ts';

/** Bodies of so few bytes, unpacked, are read side by side; larger ones one after the other. */
const smallBytes = 256 * 1024;
/** After a body of so many bytes, unpacked, memory is given back at once, and after smaller ones once the process has so much. */
const memory = { bulkyBody: 2 * 1024 * 1024, process: 192 * 1024 * 1024 } as const;
/** Most bytes of all requests that are being read: the beginnings of all, and what the large ones have beyond that. */
const mostHeld = { beginnings: 32 * 1024 * 1024, rests: 40 * 1024 * 1024 } as const;
/** Most large bodies that wait for their turn; a sender waits ten seconds, and then sends again anyway. */
const mostWaiting = 64;

/** The receiver has its hands full; the sender should try again. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** The sender went away before it had sent everything; nobody waits for an answer. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

/** How a body is packed, in lower case; none when the header is missing. */
export function packingOf({ headers }: IncomingMessage): string {
  return headers['content-encoding']?.trim().toLowerCase() || 'identity';
}

/**
 * Reads bodies of requests within a bound on the memory that all of them use together. Large ones take turns from where they are whole on: unpacked,
 * parsed and stored, a body takes many times its bytes, and a few kilobytes unpack to as many as are allowed. So neither slow senders nor large
 * bodies stand in the way of small ones.
 */
export class BodyReader {
  readonly #held = { beginnings: 0, rests: 0 };
  #waiting = 0;
  #turn: Promise<void> = Promise.resolve();

  /**
   * Reads a body and unpacks it, has it decoded and what was decoded kept, and counts it as held until that is done.
   * @param use `decode` keeps nothing of the body itself
   * @throws {RequestTooLargeError} {OverloadedError} {OtlpFormatError} {AbandonedError}
   */
  async read<D, T>(request: IncomingMessage, use: BodyUse<D, T>): Promise<T> {
    const mine = { beginnings: 0, rests: 0 };
    const hold = (bytes: number) => {
      const beginning = Math.min(bytes, Math.max(0, smallBytes - mine.beginnings));
      this.#hold('beginnings', beginning, mine);
      this.#hold('rests', bytes - beginning, mine);
    };
    try {
      const body = await wholeBody(request, hold);
      const isPacked = packingOf(request) === 'gzip';
      if (!isPacked && body.length <= smallBytes) return await use.keep(use.decode(body));
      if (!isPacked) return await this.#inTurn(async () => body, use);
      this.#hold('beginnings', smallBytes, mine);
      const small = await unpack(body, smallBytes).catch((error: unknown) => {
        if (error instanceof RequestTooLargeError) return undefined;
        throw error;
      });
      if (small) return await use.keep(use.decode(small));
      return await this.#inTurn(() => unpack(body, requestLimits.bytes), use);
    } finally {
      this.#held.beginnings -= mine.beginnings;
      this.#held.rests -= mine.rests;
    }
  }

  #hold(pool: 'beginnings' | 'rests', bytes: number, mine: { beginnings: number; rests: number }): void {
    if (this.#held[pool] + bytes > mostHeld[pool]) throw new OverloadedError('Too many requests are being read.');
    this.#held[pool] += bytes;
    mine[pool] += bytes;
  }

  async #inTurn<D, T>(unpacked: () => Promise<Uint8Array>, use: BodyUse<D, T>): Promise<T> {
    if (this.#waiting >= mostWaiting) throw new OverloadedError('Too many large requests are being read.');
    this.#waiting += 1;
    let isBulky = false;
    const done = this.#turn
      .then(async () => {
        const body = await unpacked();
        isBulky = body.length > memory.bulkyBody;
        const decoded = decodedOnly(body, use);
        if (isBulky) giveMemoryBack();
        return await use.keep(decoded);
      })
      .finally(() => {
        this.#waiting -= 1;
        if (isBulky || process.memoryUsage.rss() > memory.process) giveMemoryBack();
      });
    this.#turn = done.then(
      () => {},
      () => {},
    );
    return await done;
  }
}

/** What is done with a body. */
export interface BodyUse<D, T> {
  decode(body: Uint8Array): D;
  keep(decoded: D): Promise<T>;
}

/** Decodes a body and lets go of its bytes, whoever else still knows it. */
function decodedOnly<D, T>(body: Uint8Array, { decode }: BodyUse<D, T>): D {
  try {
    return decode(body);
  } finally {
    if (body.buffer instanceof ArrayBuffer) body.buffer.transfer(0);
  }
}

async function wholeBody(request: IncomingMessage, hold: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > requestLimits.bytes)
        throw new RequestTooLargeError(`The request has more than ${counted(requestLimits.bytes, 'byte')}. ${sendFewer}`);
      hold(chunk.length);
      chunks.push(chunk);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ECONNRESET') throw new AbandonedError('The sender disconnected.', { cause });
    throw cause;
  }
  return Buffer.concat(chunks);
}
