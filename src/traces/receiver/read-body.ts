import type { IncomingMessage } from 'node:http';
import { mostRequestBytes, RequestTooLargeError, unpack } from '../otlp/decode-request.ts';

/** Most bytes of all requests that are being read at a time; who comes then is asked to come again. */
const mostHeldBytes = 4 * mostRequestBytes;

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

/** Reads bodies of requests within a bound on the memory that all of them use together. */
export class BodyReader {
  #held = 0;

  /**
   * Reads a body and unpacks it, hands it on, and counts it as held until that is done.
   * @throws {RequestTooLargeError} {OverloadedError} {OtlpFormatError} {AbandonedError}
   */
  async read<T>(request: IncomingMessage, use: (body: Uint8Array) => Promise<T>): Promise<T> {
    let mine = 0;
    const hold = (bytes: number) => {
      if (this.#held + bytes > mostHeldBytes) throw new OverloadedError('Too many requests are being read.');
      this.#held += bytes;
      mine += bytes;
    };
    try {
      const body = await wholeBody(request, hold);
      if (packingOf(request) !== 'gzip') return await use(body);
      const unpacked = await unpack(body);
      hold(unpacked.length);
      return await use(unpacked);
    } finally {
      this.#held -= mine;
    }
  }
}

async function wholeBody(request: IncomingMessage, hold: (bytes: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > mostRequestBytes) throw new RequestTooLargeError(`The request has more than ${mostRequestBytes} bytes.`);
      hold(chunk.length);
      chunks.push(chunk);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ECONNRESET') throw new AbandonedError('The sender went away.', { cause });
    throw cause;
  }
  return Buffer.concat(chunks);
}
