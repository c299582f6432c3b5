import { realpathSync, statSync } from 'node:fs';
import { z } from 'zod';
import { sha256 } from '../../contracts/canonical-json.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { counted } from '../../text/figures.ts';
import { decodeEither, type Encoding, hasByteOrderMark, isUtf16, RequestTooLargeError, recordLimits } from '../otlp/decode-request.ts';
import { OtlpFormatError } from '../otlp/leaf-values.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { type UnreadGroup, UnreadTally } from '../unread-tally.ts';
import { byteChunks, headOf, isGzip } from './byte-chunks.ts';
import { type FileRecord, jsonLines, protobufMessages } from './otlp-records.ts';

/** Saved in one transaction: enough that a commit costs little, little enough that memory does not grow with the file. */
const spansAtATime = 1_500;
const bytesAtATime = 2 * 1024 * 1024;
/** Each place that is stored costs a wait for the disk; what is read twice after a crash is known. */
const savesAPlace = 8;

/** What an import of a file did. */
export interface FileImport {
  readonly added: number;
  /** Spans that were there already. */
  readonly known: number;
  /** Log records with messages of agents. */
  readonly logs: number;
  /** Log records that are not kept. */
  readonly lostLogs: number;
  /** Spans that cannot be kept, most of them for want of usable ids, and parts of records that hold spans and cannot be read. */
  readonly rejected: number;
  /** Records that are no OTLP traces. */
  readonly unreadable: number;
  /** First of the reasons why something was not kept; null when all was. */
  readonly reason: string | null;
  /** All the reasons, most frequent first, with examples of where. */
  readonly unread: readonly UnreadGroup[];
  /** Bytes at its beginning that an earlier import had read; 0 when it was read whole. */
  readonly resumedAt: number;
  /** Bytes read now, unpacked. */
  readonly bytes: number;
}

/** Where an import stopped; the file is known by how it begins and by the last record that was read of it: many begin alike. */
const filePosition = z.object({
  head: z.string(),
  offset: z.int().nonnegative(),
  last: z.object({ at: z.int().nonnegative(), length: z.int().nonnegative(), hash: z.string() }),
});
type FilePosition = z.infer<typeof filePosition>;

export interface FileImportOptions {
  /** Reads the file from its beginning, wherever the last import of it ended. */
  readonly again?: boolean;
  /** Told how far the import is after each batch. */
  readonly onProgress?: (soFar: { readonly spans: number; readonly bytes: number }) => void;
}

/**
 * Imports a file of OTLP traces: JSON lines, one JSON message, or protobuf messages each after its length (as the collector's file exporter
 * writes them), or one bare protobuf message; gzip or not. Memory does not grow with the file. An import that was stopped goes on where it
 * was, a file that has grown is read from its old end, and what is already there is not stored twice.
 *
 * @param signal aborts between two batches; what was read until then is stored
 * @throws {DocketError} when the file cannot be read or holds no OTLP traces at all
 */
export async function importOtlpFile(
  path: string,
  store: TraceStore,
  signal: AbortSignal,
  { again = false, onProgress }: FileImportOptions = {},
): Promise<FileImport> {
  const start = await headOf(path, 4096);
  const packed = isGzip(start);
  const importer = `otlp-file ${realpathSync(path)}`;
  const head = sha256(start.subarray(0, 512).toString('base64'));
  const known = positionOf(await store.cursor(importer));
  // A packed file says nothing of its length; any other that is shorter than it was is another file.
  const isSame = known?.head === head && (packed || known.offset <= statSync(path).size) && (await holdsStill(path, packed, known));
  const resumedAt = known && isSame && !again ? known.offset : 0;
  const batch = new ImportBatch(store, (place) => store.saveCursor(importer, JSON.stringify({ head, ...place } satisfies FilePosition)));
  const first = packed ? await firstBytes(path) : start;
  if (isUtf16(first))
    throw new DocketError(`${path}: the file is UTF-16 text. JSON is UTF-8: convert it (iconv -f UTF-16 -t UTF-8), then import it.`);
  const begin = hasByteOrderMark(first) ? 3 : 0;
  const encoding: Encoding = /^\s*[{[]/.test(first.subarray(begin, 64).toString('latin1')) ? 'json' : 'protobuf';
  const from = Math.max(resumedAt, begin);
  const chunks = byteChunks(path, from, packed);
  // Protobuf's first byte of a bare message is a field's tag; as the length of a frame it would be more than any message has.
  const bare = encoding === 'protobuf' && resumedAt === 0 && (first.length < 4 || first.readUInt32BE(0) > recordLimits.bytes);
  const records = bare ? wholeFile(chunks, from) : encoding === 'json' ? jsonLines(chunks, from) : protobufMessages(chunks, from);
  try {
    let end = from;
    for await (const record of records) {
      signal.throwIfAborted();
      if (isTextOverLines(record, encoding, end - begin)) {
        for await (const whole of wholeFile(byteChunks(path, begin, packed), begin)) batch.add(whole, encoding);
        break;
      }
      batch.add(record, encoding);
      end = record.end;
      if (await batch.save(false)) onProgress?.({ spans: batch.added + batch.known, bytes: batch.savedOffset - resumedAt });
    }
    await batch.save(true);
    await batch.savePlace();
  } catch (error) {
    // A file that ends in the middle: what could be read of it is kept.
    if (error instanceof DocketError) await batch.save(true);
    // What ended the import says more than what keeps its place from being stored: the next one finds what is there.
    await batch.savePlace().catch(() => {});
    throw error;
  }
  const { added, rejected, unreadable, reason } = batch;
  if (resumedAt + added + batch.known + rejected + batch.logs === 0 && unreadable > 0) {
    throw new DocketError(
      `${path}: ${reason} Expected OTLP traces: JSON lines, one JSON message, or protobuf (as an OpenTelemetry collector's file exporter writes them). docket traces import --help names the other formats that are read.`,
    );
  }
  const unread = batch.unread(resumedAt);
  return {
    added,
    known: batch.known,
    logs: batch.logs,
    lostLogs: batch.lostLogs,
    rejected,
    unreadable,
    reason,
    unread,
    resumedAt,
    bytes: Math.max(batch.offset - resumedAt, 0),
  };
}

/** The first line of a file is no JSON by itself: one message, printed over several lines. */
function isTextOverLines({ bytes, end }: FileRecord, encoding: Encoding, before: number): boolean {
  if (encoding !== 'json' || before !== 0 || !bytes || end > 1024) return false;
  const line = bytes.toString('utf8').trim();
  return line === '{' || line === '[' || (line.startsWith('{') && !line.endsWith('}'));
}

async function* wholeFile(chunks: AsyncIterable<Buffer>, from: number): AsyncGenerator<FileRecord> {
  const parts: Buffer[] = [];
  let end = from;
  for await (const chunk of chunks) {
    end += chunk.length;
    if (end - from > recordLimits.bytes) return yield { bytes: undefined, at: from, end, whole: true, place: 'the file' };
    parts.push(chunk);
  }
  yield { bytes: Buffer.concat(parts), at: from, end, whole: true, place: 'the file' };
}

async function firstBytes(path: string): Promise<Buffer> {
  for await (const chunk of byteChunks(path, 0, true)) return chunk.subarray(0, 4096);
  return Buffer.alloc(0);
}

function positionOf(cursor: string | undefined): FilePosition | undefined {
  if (cursor === undefined) return undefined;
  const found = filePosition.safeParse(JSON.parse(cursor));
  return found.success ? found.data : undefined;
}

/** True when the last record that was read of a file is still where it was. */
async function holdsStill(path: string, packed: boolean, { last }: FilePosition): Promise<boolean> {
  const parts: Buffer[] = [];
  let missing = last.length;
  try {
    for await (const chunk of byteChunks(path, last.at, packed)) {
      parts.push(chunk.subarray(0, missing));
      missing -= Math.min(missing, chunk.length);
      if (missing === 0) break;
    }
  } catch {
    // What is wrong with the file is said when it is read.
    return false;
  }
  return hashOf(Buffer.concat(parts)) === last.hash;
}

const hashOf = (bytes: Buffer) => sha256(bytes.toString('base64'));

/** Spans that wait for the next transaction, and the counts so far. */
class ImportBatch {
  readonly #store: TraceStore;
  readonly #onSaved: (place: Omit<FilePosition, 'head'>) => Promise<void>;
  #spans: RawSpan[] = [];
  #logs: RawLog[] = [];
  logs = 0;
  lostLogs = 0;
  #bytes = 0;
  added = 0;
  known = 0;
  rejected = 0;
  unreadable = 0;
  reason: string | null = null;
  /** End of the last whole record. */
  offset = 0;
  /** The last whole record. */
  #last: { readonly at: number; readonly bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };
  /** End of what is stored, and the last record of that. */
  savedOffset = 0;
  #savedLast = this.#last;
  #saves = 0;
  readonly #tally = new UnreadTally();

  constructor(store: TraceStore, onSaved: (place: Omit<FilePosition, 'head'>) => Promise<void>) {
    this.#store = store;
    this.#onSaved = onSaved;
  }

  add({ bytes, at, end, whole, place }: FileRecord, encoding: Encoding): void {
    if (bytes === undefined) this.#fail(`A record has more than ${counted(recordLimits.bytes, 'byte')}.`, place);
    else {
      try {
        const { spans, logs, lostLogs, rejected, unread, isForeign } = decodeEither(bytes, encoding);
        for (const span of spans) this.#spans.push(span);
        for (const log of logs) this.#logs.push(log);
        this.lostLogs += lostLogs;
        this.rejected += rejected;
        this.#tally.addGroups(unread, place);
        this.reason ??= unread[0]?.reason ?? null;
        if (isForeign) this.#fail('A record has no "resourceSpans" and no "resourceLogs": metrics, or not OTLP at all.', place);
        whole = true;
      } catch (error) {
        if (!(error instanceof OtlpFormatError || error instanceof RequestTooLargeError)) throw error;
        // The last record may be half written; it is read again the next time.
        this.#fail(error.message, place);
      }
    }
    this.#bytes += bytes?.length ?? 0;
    if (!whole) return;
    this.offset = end;
    this.#last = { at, bytes: bytes ?? Buffer.alloc(0) };
  }

  /** @returns true when it saved */
  async save(all: boolean): Promise<boolean> {
    if (!all && this.#spans.length + this.#logs.length < spansAtATime && this.#bytes < bytesAtATime) return false;
    const { added, known } = await this.#store.saveSpans(this.#spans, { source: 'otlp' });
    this.added += added;
    this.known += known;
    if (this.#logs.length > 0) {
      const saved = await this.#store.saveLogs(this.#logs);
      this.logs += saved.joined + saved.known + saved.waiting;
      this.lostLogs += saved.dropped;
      this.#logs = [];
    }
    this.savedOffset = this.offset;
    this.#savedLast = this.#last;
    this.#saves += 1;
    this.#spans = [];
    this.#bytes = 0;
    if (this.#saves % savesAPlace === 0) await this.savePlace();
    return true;
  }

  /** Remembers how far everything is stored. */
  async savePlace(): Promise<void> {
    // A file of which nothing was understood is not behind us: the next import has to say so again.
    if (this.savedOffset === 0 || this.added + this.known + this.rejected + this.logs === 0) return;
    const { at, bytes } = this.#savedLast;
    await this.#onSaved({ offset: this.savedOffset, last: { at, length: bytes.length, hash: hashOf(bytes) } });
  }

  /** What could not be read, and where; lines are counted from where the reading began. */
  unread(resumedAt: number): UnreadGroup[] {
    const from = resumedAt > 0 ? ` from byte ${resumedAt} on` : '';
    return this.#tally.groups().map((group) => ({ ...group, examples: group.examples.map((place) => place + from) }));
  }

  #fail(reason: string, place: string): void {
    this.unreadable += 1;
    this.reason ??= reason;
    this.#tally.add([{ reason, record: place, kept: false }]);
  }
}
