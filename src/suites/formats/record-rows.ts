import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { isObject, parsedObject, textOf, without } from '../json-values.ts';
import type { SourceRecord } from '../source/read-json.ts';
import type { SuiteItem, SuiteNote, SuiteRow } from '../suite-row.ts';

/** What a format makes of one record; a text says why it is no row. */
export type ReadRecord = Omit<SuiteRow, 'kind' | 'line' | 'record' | 'notes'> & {
  /** Members that go into the case as a note each. */
  readonly kept?: JsonObject;
  readonly notes?: readonly Omit<SuiteNote, 'line'>[];
};

/** The records of a file as rows; what is no record is told with its line. */
export async function* recordRows(
  records: AsyncIterable<SourceRecord>,
  read: (record: JsonObject) => ReadRecord | string,
): AsyncGenerator<SuiteItem> {
  for await (const record of records) {
    const { line } = record;
    if ('fault' in record) yield { kind: 'unread', line, reason: record.fault };
    else {
      const row = read(record.value);
      if (typeof row === 'string') yield { kind: 'unread', line, reason: row };
      else {
        const { kept = {}, notes = [], ...rest } = row;
        yield {
          kind: 'row',
          ...rest,
          line,
          record: record.value,
          notes: [...notes.map((note) => ({ ...note, line })), ...keptNotes(kept, line)],
        };
      }
    }
  }
}

/** One note for each member that says something. */
export function keptNotes(members: JsonObject, line: number): SuiteNote[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === null || value === '' || (isObject(value) && Object.keys(value).length === 0)
      ? []
      : [{ kind: 'kept' as const, line, what: name, value }],
  );
}

/** Tags stand beside a record or in its metadata; whatever else is there goes into the case as a note. */
export function metadataOf(value: JsonValue | undefined): { readonly metadata: JsonObject; readonly kept: JsonObject } {
  const read = typeof value === 'string' ? (parsedObject(value) ?? value) : value;
  if (isObject(read)) return { metadata: read, kept: without(read, ['tags', 'title', 'name', 'critical']) };
  return { metadata: {}, kept: read === undefined || read === null ? {} : { metadata: read } };
}

/** A cell of a table that holds JSON, as exports write objects into tables. */
export function unpacked(value: JsonValue | undefined): JsonValue | undefined {
  return typeof value === 'string' ? (parsedObject(value) ?? value) : value;
}

/** The members below a prefix, of a table whose columns were made of nested objects; undefined when there are none. */
export function prefixed(record: JsonObject, ...prefixes: readonly string[]): JsonObject | undefined {
  for (const prefix of prefixes) {
    const found = Object.entries(record).filter(([name]) => name.startsWith(prefix) && name.length > prefix.length);
    if (found.length > 0) return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
  }
  return undefined;
}

/** A member that is there and says something. */
export function idOf(record: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const id = Object.hasOwn(record, name) ? textOf(record[name]) : undefined;
    if (id !== undefined) return id;
  }
  return undefined;
}
