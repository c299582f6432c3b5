import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { counted } from '../../text/figures.ts';
import type { SpanPage, Unread } from './importer.ts';
import { hasEndlessNumber, isTooDeep, objectOf } from './json-text.ts';

/** What became of one record: a span, or all of a run, and perhaps something of it that is lost; or nothing. */
export interface ReadRecord {
  readonly span?: RawSpan;
  /** Where a record is a whole run. */
  readonly spans?: readonly RawSpan[];
  /** Reasons, each in words that are the same for every record of the kind. */
  readonly lost?: readonly string[];
}

/** Reads each record for itself: a broken one is counted and named, and the others are kept. */
export function readRecords(records: readonly JsonValue[], read: (record: JsonObject) => ReadRecord): SpanPage {
  const spans: RawSpan[] = [];
  const unread: Unread[] = [];
  for (const [index, value] of records.entries()) {
    const record = objectOf(value);
    const {
      span,
      spans: run = span ? [span] : [],
      lost = [],
    } = record ? readWhole(record, read) : { lost: ['the record is not a JSON object'] };
    for (const each of run) spans.push(each);
    for (const reason of lost) unread.push({ reason, record: nameOf(record, index), kept: run.length > 0 });
  }
  return { spans, unread };
}

/** Whatever a vendor may have written into a record, it costs that record and no other. */
function readWhole(record: JsonObject, read: (record: JsonObject) => ReadRecord): ReadRecord {
  if (isTooDeep(record)) return { lost: ['the record nests too deeply'] };
  try {
    const found = read(record);
    return hasEndlessNumber(record) ? { ...found, lost: [...(found.lost ?? []), endlessNumber] } : found;
  } catch (error) {
    return { lost: [`the record cannot be read (${(error as Error).name})`] };
  }
}

/** Why a part of a record is lost: JSON text has no largest number. */
export const endlessNumber = 'a number is too large to store';

/**
 * The JSON of a file that a vendor exported.
 * @throws {DocketError} when it is none
 */
export function parseExport(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new DocketError(`it is not JSON, or not complete (${counted(text.length, 'character')}). Export it again.`, { cause });
  }
}

/**
 * The JSON of an answer.
 * @throws {DocketError} when it is none: a proxy or a wrong address answers so
 */
export function parseAnswer(title: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new DocketError(`${title} answered with something other than JSON (${counted(text.length, 'character')}). Check the base URL.`, {
      cause,
    });
  }
}

/**
 * The list under a name in an answer.
 * @throws {DocketError} when it is not there
 */
export function listIn(title: string, answer: JsonValue, name: string): JsonValue[] {
  const list = objectOf(answer)?.[name];
  if (Array.isArray(list)) return list;
  throw new DocketError(`${title} answered without a list "${name}". Check the base URL; if it is right, the vendor has changed its API.`);
}

function nameOf(record: JsonObject | undefined, index: number): string {
  const id = record?.span_id ?? record?.id;
  return typeof id === 'string' && id !== '' ? id.slice(0, 80) : `record ${index + 1}`;
}
