import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { OtlpFormatError } from './leaf-values.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { requestType } from './trace-schema.ts';

/** Most bytes of one request, as sent and after decompression. */
export const mostRequestBytes = 64 * 1024 * 1024;

/** How a request is written. */
export type Encoding = 'protobuf' | 'json';

/** A request with more bytes than are accepted. */
export class RequestTooLargeError extends Error {
  override readonly name = 'RequestTooLargeError';
}

/**
 * Decodes the body of a request.
 * @throws {OtlpFormatError} when it is not what it says it is
 */
export function decodeRequest(body: Uint8Array, encoding: Encoding): ReadRequest {
  return readRequest(encoding === 'json' ? parseJson(body) : decodeProtobuf(body));
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
    throw new OtlpFormatError('The body is not gzip.');
  }
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    throw new OtlpFormatError('The body is not JSON.');
  }
}

function decodeProtobuf(body: Uint8Array): unknown {
  try {
    return requestType.decode(body);
  } catch {
    throw new OtlpFormatError('The body is not an ExportTraceServiceRequest in protobuf.');
  }
}
