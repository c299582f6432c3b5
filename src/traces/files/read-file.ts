import { open, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { SpanPage, Unread } from '../importers/importer.ts';
import { objectOf } from '../importers/json-text.ts';
import { hasByteOrderMark, isUtf16 } from '../otlp/decode-request.ts';
import { loadImporter, vendorsOf } from '../vendors/vendors.ts';
import { largestFile, textOfFile } from './file-text.ts';
import { formatOf, type KnownFormat } from './formats.ts';

/** By so much of its beginning a file of OTLP is known, which may be of any size. */
const headBytes = 64 * 1024;

/** What a file in a format of its own held, and the name of the system that wrote it. */
export interface OtherFile extends SpanPage {
  readonly source: string;
  readonly title: string;
}

/**
 * Reads a file that is no OTLP, where its format is known by its content.
 * @param agent whose runs they are, where the file is of a format that need not say it
 * @returns what it held, in each of its formats: somebody may have put two into one file; undefined for OTLP, and for what is in no known format
 * @throws {DocketError} when a system's export is not whole
 */
export async function readOtherFile(path: string, agent?: string): Promise<readonly OtherFile[] | undefined> {
  const bytes = await wholeFile(path);
  if (bytes === undefined) return undefined;
  const { text, unread: damaged } = textOfFile(bytes, path);
  const exported = await vendorExport(text).catch((error: unknown) => {
    throw error instanceof DocketError ? new DocketError(`${path}: ${error.message}`, { cause: error }) : error;
  });
  if (exported && agent !== undefined) throw notNamed(path, exported.title);
  if (exported) return [{ ...exported, unread: [...exported.unread, ...damaged] }];
  const { records, unread } = recordsIn(text);
  const found = byFormat(records);
  if (found.length === 0) return undefined;
  return found.map(({ name, format, records: own }, index) => {
    if (agent !== undefined && !format.named) throw notNamed(path, format.title);
    const page = format.read(agent === undefined ? own : own.map((record) => format.named?.(record, agent) ?? record));
    const more = index === 0 ? [...unread, ...damaged] : [];
    return { ...page, unread: [...page.unread, ...more], source: name, title: format.title };
  });
}

/** The records of each format. One that no format knows is left to the first one, which says so. */
function byFormat(records: readonly JsonValue[]): (KnownFormat & { readonly records: JsonValue[] })[] {
  const known = records.map((record) => {
    const found = objectOf(record);
    return found && formatOf(found);
  });
  const first = known.find((each) => each !== undefined);
  if (!first) return [];
  const groups = new Map<string, KnownFormat & { readonly records: JsonValue[] }>([[first.name, { ...first, records: [] }]]);
  for (const [index, record] of records.entries()) {
    const found = objectOf(record);
    const format = found && first.format.recognises(found) ? first : (known[index] ?? first);
    const group = groups.get(format.name) ?? { ...format, records: [] };
    groups.set(format.name, group);
    group.records.push(record);
  }
  return [...groups.values()];
}

/** Formats that say themselves who ran take no other name. */
function notNamed(path: string, title: string): DocketError {
  return new DocketError(`${path}: --agent names the runs of lists of messages; in a file of ${title} each run says itself whose it is.`);
}

/** The bytes of a file that begins like JSON and not like OTLP. */
async function wholeFile(path: string): Promise<Buffer | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  const head = Buffer.alloc(headBytes);
  const { bytesRead } = await file.read(head, 0, headBytes, 0).finally(() => file.close());
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  if (!packed && !isOther(head.subarray(0, bytesRead))) return undefined;
  const { size } = await stat(path);
  if (size > largestFile) return undefined;
  const bytes = await readFile(path);
  if (!packed) return bytes;
  // What is cut off or too large is said where OTLP is read.
  const unpacked = await promisify(gunzip)(bytes, { maxOutputLength: largestFile }).catch(() => undefined);
  return unpacked && isOther(unpacked.subarray(0, headBytes)) ? unpacked : undefined;
}

function isOther(head: Buffer): boolean {
  if (isUtf16(head)) return false;
  const text = head.toString('latin1', hasByteOrderMark(head) ? 3 : 0);
  return /^\s*[[{]/.test(text) && !/"(?:resourceSpans|batches|resource_spans|resourceLogs|resourceMetrics)"\s*:/.test(text);
}

/** A file that one of the tracing systems exports. */
async function vendorExport(text: string): Promise<OtherFile | undefined> {
  for (const { name } of vendorsOf('import')) {
    const importer = await loadImporter(name);
    if (importer.readExport && importer.isExport?.(text)) return { ...importer.readExport(text), source: name, title: importer.title };
  }
  return undefined;
}

/** The entries of a list, the lines of JSON lines, or the one value. */
function recordsIn(text: string): { readonly records: JsonValue[]; readonly unread: Unread[] } {
  try {
    const value = JSON.parse(text) as JsonValue;
    return { records: Array.isArray(value) ? value : [value], unread: [] };
  } catch {
    const records: JsonValue[] = [];
    const unread: Unread[] = [];
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      try {
        records.push(JSON.parse(line) as JsonValue);
      } catch {
        unread.push({ reason: 'the line is not JSON, or was cut off', record: `line ${index + 1}`, kept: false });
      }
    }
    return { records, unread };
  }
}
