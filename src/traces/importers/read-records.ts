import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import type { SpanPage, Unread } from './importer.ts';
import { isTooDeep, objectOf } from './json-text.ts';

/** What became of one record: a span and perhaps something of it that is lost, or nothing. */
export interface ReadRecord {
  readonly span?: RawSpan;
  /** Reasons, each in words that are the same for every record of the kind. */
  readonly lost?: readonly string[];
}

/** Reads each record for itself: a broken one is counted and named, and the others are kept. */
export function readRecords(records: readonly JsonValue[], read: (record: JsonObject) => ReadRecord): SpanPage {
  const spans: RawSpan[] = [];
  const unread: Unread[] = [];
  for (const [index, value] of records.entries()) {
    const record = objectOf(value);
    const name = nameOf(record, index);
    if (!record || isTooDeep(record)) {
      unread.push({ reason: record ? 'the record nests too deeply' : 'the record is no JSON object', record: name, kept: false });
      continue;
    }
    const { span, lost = [] } = read(record);
    if (span) spans.push(span);
    for (const reason of lost) unread.push({ reason, record: name, kept: span !== undefined });
  }
  return { spans, unread };
}

/**
 * The JSON of an answer.
 * @throws {DocketError} when it is none: a proxy or a wrong address answers so
 */
export function parseAnswer(title: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new DocketError(`${title} answered with something that is no JSON (${text.length} characters). Check the base URL.`, { cause });
  }
}

/**
 * The list under a name in an answer.
 * @throws {DocketError} when it is not there
 */
export function listIn(title: string, answer: JsonValue, name: string): JsonValue[] {
  const list = objectOf(answer)?.[name];
  if (Array.isArray(list)) return list;
  throw new DocketError(
    `${title} answered without a list "${name}". Check the base URL; if it is right, the vendor has changed its interface.`,
  );
}

function nameOf(record: JsonObject | undefined, index: number): string {
  const id = record?.span_id ?? record?.id;
  return typeof id === 'string' && id !== '' ? id.slice(0, 80) : `record ${index + 1}`;
}
