import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import protobuf from 'protobufjs';
import { counted } from '../../text/figures.ts';
import { jsonShape } from './json-shape.ts';
import { OtlpFormatError } from './leaf-values.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { logsRequestType, requestType } from './trace-schema.ts';

/** What a request may take to read. */
export interface RequestLimits {
  /** Most bytes, as sent and after decompression. */
  readonly bytes: number;
  /** Most messages and texts in protobuf, a third of the brackets, colons and commas in JSON: two bytes make one, and in memory it has a hundred. */
  readonly parts: number;
}

/** Of a record of a file, which is read alone and at its owner's wish. */
export const recordLimits: RequestLimits = { bytes: 64 * 1024 * 1024, parts: 4_000_000 };

/** Of a request from a sender: so little that the worst that can be made of it fits into a receiver's memory beside everything else. */
export const requestLimits: RequestLimits = { bytes: 16 * 1024 * 1024, parts: 600_000 };

/** Objects and lists in a request, those in its texts included. */
const mostBrackets = 4_000_000;
/** OTLP itself nests some ten levels, an attribute's value three a level of its own; much more takes V8 seconds. */
const deepest = 2_000;
/** Whatever so few bytes hold, it is parsed in a moment. */
const harmlessBytes = 256 * 1024;

/** How a request is written. */
export type Encoding = 'protobuf' | 'json';

/** What to do about a request that is too large; senders call it the batch size. */
export const sendFewer = 'Send fewer spans at a time (OTEL_BSP_MAX_EXPORT_BATCH_SIZE).';

/** A request that is larger than is accepted, in bytes or in parts. */
export class RequestTooLargeError extends Error {
  override readonly name = 'RequestTooLargeError';
}

/**
 * Decodes the body of a request.
 * @throws {OtlpFormatError} when it is not what it says it is
 * @throws {RequestTooLargeError} when it would take many times its bytes in memory
 */
export function decodeRequest(body: Uint8Array, encoding: Encoding, limits = recordLimits): ReadRequest {
  if (encoding === 'json') return readRequest(parseJson(body, limits));
  const message = decodeProtobuf(requestType, body, limits);
  const read = readRequest(message);
  // There, what is not known leaves no member behind: another message has a part that says nothing here.
  return { ...read, isForeign: read.spans.length + read.rejected === 0 && requestType.encode(message).finish().length !== body.length };
}

/**
 * Decodes the body of a request with log records; JSON says itself what it holds.
 * @throws {OtlpFormatError} {RequestTooLargeError} as `decodeRequest`
 */
export function decodeLogs(body: Uint8Array, encoding: Encoding, limits = recordLimits): ReadRequest {
  return encoding === 'json' ? decodeRequest(body, encoding, limits) : readRequest(decodeProtobuf(logsRequestType, body, limits));
}

/**
 * Decodes a record of a file, which may hold either: in protobuf nothing tells them apart but what can be read.
 * @throws {OtlpFormatError} {RequestTooLargeError} as `decodeRequest`
 */
export function decodeEither(body: Uint8Array, encoding: Encoding): ReadRequest {
  if (encoding === 'json') return decodeRequest(body, encoding);
  const decoded = (decode: typeof decodeRequest): ReadRequest | Error => {
    try {
      return decode(body, encoding);
    } catch (error) {
      return error as Error;
    }
  };
  const traces = decoded(decodeRequest);
  if (!(traces instanceof Error) && (traces.spans.length > 0 || (traces.rejected === 0 && !traces.isForeign))) return traces;
  const logs = decoded(decodeLogs);
  if (!(logs instanceof Error) && logs.logs.length > 0) return logs;
  if (traces instanceof Error) throw traces;
  return traces;
}

/**
 * Unpacks a gzip body, never to more bytes than these.
 * @throws {RequestTooLargeError} {OtlpFormatError}
 */
export async function unpack(body: Uint8Array, mostBytes: number): Promise<Uint8Array> {
  try {
    // In one piece: chunks would have to be joined, and would take the same memory once more.
    return await promisify(gunzip)(body, { maxOutputLength: mostBytes, chunkSize: mostBytes + 1 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new RequestTooLargeError(`The request has more than ${counted(mostBytes, 'byte')} after decompression. ${sendFewer}`);
    }
    throw new OtlpFormatError('The body is not gzip, or was cut off.');
  }
}

function parseJson(body: Uint8Array, limits: RequestLimits): unknown {
  const text = textOf(body, limits);
  try {
    return JSON.parse(text);
  } catch {
    throw new OtlpFormatError('The body is not JSON.');
  }
}

/** UTF-8 is what JSON is sent in; a mark at its beginning says nothing else. */
function textOf(body: Uint8Array, limits: RequestLimits): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isUtf16(bytes)) throw new OtlpFormatError('The body is UTF-16 text. JSON is UTF-8: convert it (iconv -f UTF-16 -t UTF-8).');
  if (bytes.length > harmlessBytes) {
    const { parts, brackets, depth } = jsonShape(bytes);
    if (parts > 3 * limits.parts || brackets > mostBrackets) throw tooManyParts(limits);
    if (depth > deepest) throw new OtlpFormatError(`The body nests deeper than ${deepest} levels.`);
  }
  return bytes.toString('utf8', hasByteOrderMark(bytes) ? 3 : 0);
}

/** True for text in UTF-16, with its mark or with the zeros that Latin letters have there. */
export function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return /^(?:[[{]\0|\0[[{])/.test(bytes.toString('latin1', 0, 2));
}

/** True for UTF-8 text that begins with the mark that some editors and Windows programs write. */
export function hasByteOrderMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function decodeProtobuf(type: protobuf.Type, body: Uint8Array, limits: RequestLimits): protobuf.Message {
  const reader = protobuf.Reader.create(body);
  const readSize = reader.size;
  let parts = 0;
  // Everything that has a length is asked for it here.
  reader.size = () => {
    parts += 1;
    if (parts > limits.parts) throw tooManyParts(limits);
    return readSize.call(reader);
  };
  try {
    return type.decode(reader);
  } catch (error) {
    if (error instanceof RequestTooLargeError) throw error;
    throw new OtlpFormatError(`The body is not an Export${type === requestType ? 'Trace' : 'Logs'}ServiceRequest in protobuf.`);
  }
}

function tooManyParts({ parts }: RequestLimits): RequestTooLargeError {
  return new RequestTooLargeError(`The request has more than ${parts} parts, or more than ${mostBrackets} in its texts. ${sendFewer}`);
}
