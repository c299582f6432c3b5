import type { IncomingMessage } from 'node:http';
import { mostRequestBytes, RequestTooLargeError, unpack } from '../otlp/decode-request.ts';

/** Most bytes of all requests that are being read at a time; who comes then is asked to come again. */
const mostHeldBytes = 4 * mostRequestBytes;

/** The receiver has its hands full; the sender should try again. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
}

/** Reads bodies of requests within a bound on the memory that all of them use together. */
export class BodyReader {
  #held = 0;

  /**
   * Reads a body and unpacks it, hands it on, and counts it as held until that is done.
   * @throws {RequestTooLargeError} {OverloadedError} {OtlpFormatError}
   */
  async read<T>(request: IncomingMessage, use: (body: Uint8Array) => Promise<T>): Promise<T> {
    let mine = 0;
    const hold = (bytes: number) => {
      if (this.#held + bytes > mostHeldBytes) throw new OverloadedError('Too many requests are being read.');
      this.#held += bytes;
      mine += bytes;
    };
    try {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of request as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > mostRequestBytes) throw new RequestTooLargeError(`The request has more than ${mostRequestBytes} bytes.`);
        hold(chunk.length);
        chunks.push(chunk);
      }
      const body = Buffer.concat(chunks);
      if (request.headers['content-encoding'] !== 'gzip') return await use(body);
      const unpacked = await unpack(body);
      hold(unpacked.length);
      return await use(unpacked);
    } finally {
      this.#held -= mine;
    }
  }
}
