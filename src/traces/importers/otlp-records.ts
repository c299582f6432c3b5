import { mostRequestBytes } from '../otlp/decode-request.ts';

/** One record of a file. */
export interface FileRecord {
  /** Without its frame; undefined when it is larger than any request may be, and was skipped. */
  readonly bytes: Buffer | undefined;
  /** Where the next record begins, in bytes of the unpacked file. */
  readonly end: number;
  /** False for the rest of the file, which has no end yet: it may still be written. */
  readonly whole: boolean;
}

/** Lines of a file, one JSON message each, as the collector's file exporter writes them. Empty lines are not given. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>, from: number): AsyncGenerator<FileRecord> {
  let parts: Buffer[] = [];
  let held = 0;
  let end = from;
  for await (const chunk of chunks) {
    let at = 0;
    for (let line = chunk.indexOf(0x0a, at); line !== -1; line = chunk.indexOf(0x0a, at)) {
      parts.push(chunk.subarray(at, line));
      held += line - at;
      end += held + 1;
      yield* recordOf(parts, held, end);
      parts = [];
      held = 0;
      at = line + 1;
    }
    if (at < chunk.length) {
      held += chunk.length - at;
      // What is too large is counted to its end, not kept.
      if (held <= mostRequestBytes) parts.push(chunk.subarray(at));
    }
  }
  if (held > 0) yield { bytes: held > mostRequestBytes ? undefined : Buffer.concat(parts), end: end + held, whole: false };
}

function* recordOf(parts: readonly Buffer[], length: number, end: number): Generator<FileRecord> {
  if (length > mostRequestBytes) yield { bytes: undefined, end, whole: true };
  else {
    const bytes = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    if (bytes.some((byte) => byte > 0x20)) yield { bytes, end, whole: true };
  }
}

/** Length of the frame before each protobuf message: four bytes, most significant first, as the collector's file exporter writes it. */
const frameBytes = 4;

/** Protobuf messages of a file, each after its length. */
export async function* protobufMessages(chunks: AsyncIterable<Buffer>, from: number): AsyncGenerator<FileRecord> {
  let parts: Buffer[] = [];
  let held = 0;
  let wanted: number | undefined;
  let end = from;
  for await (const chunk of chunks) {
    parts.push(chunk);
    held += chunk.length;
    if (held < frameBytes + (wanted ?? 0)) continue;
    let rest = Buffer.concat(parts);
    while (rest.length >= frameBytes) {
      wanted = rest.readUInt32BE(0);
      if (rest.length < frameBytes + wanted) break;
      end += frameBytes + wanted;
      yield { bytes: rest.subarray(frameBytes, frameBytes + wanted), end, whole: true };
      rest = rest.subarray(frameBytes + wanted);
      wanted = undefined;
    }
    // A length that no message has: nothing after it can be found.
    if (wanted !== undefined && wanted > mostRequestBytes) return yield { bytes: undefined, end: end + rest.length, whole: false };
    parts = [rest];
    held = rest.length;
  }
  if (held > 0) yield { bytes: Buffer.concat(parts), end: end + held, whole: false };
}
