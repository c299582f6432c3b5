import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import protobuf from 'protobufjs';
import { listOf, OtlpFormatError } from './leaf-values.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { requestType } from './trace-schema.ts';

/** Most bytes of one request, as sent and after decompression. */
export const mostRequestBytes = 64 * 1024 * 1024;

/** Most messages, objects and lists of one request: two bytes make an empty one, and in memory it has a hundred. */
const mostRequestParts = 4_000_000;

/** How a request is written. */
export type Encoding = 'protobuf' | 'json';

/** A request that is larger than is accepted, in bytes or in parts. */
export class RequestTooLargeError extends Error {
  override readonly name = 'RequestTooLargeError';
}

/**
 * Decodes the body of a request.
 * @throws {OtlpFormatError} when it is not what it says it is
 * @throws {RequestTooLargeError} when it would take many times its bytes in memory
 */
export function decodeRequest(body: Uint8Array, encoding: Encoding): ReadRequest {
  if (encoding === 'json') return readRequest(parseJson(body));
  const message = decodeProtobuf(body);
  // There, what is not known leaves no member behind.
  return { ...readRequest(message), isForeign: body.length > 0 && listOf(message, 'resourceSpans').length === 0 };
}

/**
 * Unpacks a gzip body, never more than `mostRequestBytes`.
 * @throws {RequestTooLargeError} {OtlpFormatError}
 */
export async function unpack(body: Uint8Array, mostBytes = mostRequestBytes): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new RequestTooLargeError(`The request has more than ${mostBytes} bytes after decompression.`);
    }
    throw new OtlpFormatError('The body is not gzip, or was cut off.');
  }
}

function parseJson(body: Uint8Array): unknown {
  // Fewer bytes than that cannot hold too many.
  if (body.length > mostRequestParts) countBrackets(body);
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    throw new OtlpFormatError('The body is not JSON.');
  }
}

/** Brackets inside of texts count, too: what parses them later has the same memory. */
function countBrackets(body: Uint8Array): void {
  const count = partCount();
  for (const byte of body) if (byte === 0x7b || byte === 0x5b) count();
}

function decodeProtobuf(body: Uint8Array): unknown {
  const reader = protobuf.Reader.create(body);
  const readSize = reader.size;
  const count = partCount();
  // Everything that has a length is asked for it here.
  reader.size = () => {
    count();
    return readSize.call(reader);
  };
  try {
    return requestType.decode(reader);
  } catch (error) {
    if (error instanceof RequestTooLargeError) throw error;
    throw new OtlpFormatError('The body is not an ExportTraceServiceRequest in protobuf.');
  }
}

/** Counts parts of one request, and throws when there are too many. */
function partCount(): () => void {
  let parts = 0;
  return () => {
    parts += 1;
    if (parts > mostRequestParts) throw new RequestTooLargeError(`The request has more than ${mostRequestParts} parts.`);
  };
}
