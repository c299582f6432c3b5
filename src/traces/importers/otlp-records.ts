import { recordLimits } from '../otlp/decode-request.ts';

/** One record of a file. */
export interface FileRecord {
  /** Without its frame; undefined when it is larger than any request may be, and was skipped. */
  readonly bytes: Buffer | undefined;
  /** Where these bytes begin, in bytes of the unpacked file. */
  readonly at: number;
  /** Where the next record begins. */
  readonly end: number;
  /** False for the rest of the file, which has no end yet: it may still be written. */
  readonly whole: boolean;
  /** Where it stands, for people: `line 7`. Counted from where the reading began. */
  readonly place: string;
}

/** Lines of a file, one JSON message each, as the collector's file exporter writes them. Empty lines are not given. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>, from: number): AsyncGenerator<FileRecord> {
  let parts: Buffer[] = [];
  let held = 0;
  let end = from;
  let line = 1;
  for await (const chunk of chunks) {
    let at = 0;
    for (let stop = chunk.indexOf(0x0a, at); stop !== -1; stop = chunk.indexOf(0x0a, at)) {
      parts.push(chunk.subarray(at, stop));
      held += stop - at;
      end += held + 1;
      yield* recordOf(parts, held, end, line);
      parts = [];
      held = 0;
      at = stop + 1;
      line += 1;
    }
    if (at < chunk.length) {
      held += chunk.length - at;
      // What is too large is counted to its end, not kept.
      if (held <= recordLimits.bytes) parts.push(chunk.subarray(at));
    }
  }
  const bytes = held > recordLimits.bytes ? undefined : Buffer.concat(parts);
  if (held > 0) yield { bytes, at: end, end: end + held, whole: false, place: `line ${line}` };
}

function* recordOf(parts: readonly Buffer[], length: number, end: number, line: number): Generator<FileRecord> {
  const place = `line ${line}`;
  const at = end - length - 1;
  if (length > recordLimits.bytes) yield { bytes: undefined, at, end, whole: true, place };
  else {
    const bytes = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
    if (bytes.some((byte) => byte > 0x20)) yield { bytes, at, end, whole: true, place };
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
  let number = 1;
  for await (const chunk of chunks) {
    parts.push(chunk);
    held += chunk.length;
    if (held < frameBytes + (wanted ?? 0)) continue;
    let rest = Buffer.concat(parts);
    while (rest.length >= frameBytes) {
      wanted = rest.readUInt32BE(0);
      if (rest.length < frameBytes + wanted) break;
      end += frameBytes + wanted;
      yield { bytes: rest.subarray(frameBytes, frameBytes + wanted), at: end - wanted, end, whole: true, place: `message ${number}` };
      number += 1;
      rest = rest.subarray(frameBytes + wanted);
      wanted = undefined;
    }
    // A length that no message has: nothing after it can be found.
    if (wanted !== undefined && wanted > recordLimits.bytes)
      return yield { bytes: undefined, at: end, end: end + rest.length, whole: false, place: `message ${number} and all after it` };
    parts = [rest];
    held = rest.length;
  }
  if (held > 0) yield { bytes: Buffer.concat(parts), at: end, end: end + held, whole: false, place: `message ${number}` };
}
