import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { isObject, parsedObject, without } from '../json-values.ts';
import type { SuiteFormat } from '../suite-format.ts';
import { described } from './jsonl.ts';
import { prefixed, recordRows, unpacked } from './record-rows.ts';

const own = ['id', 'title', 'tags', 'critical'];

/**
 * Any table with a header line. Docket's own has columns `id`, `title`, `tags`, `critical`, `input.…` and `expected.…`; a cell that could be taken for
 * a number, for JSON or for a formula is written as a JSON text, in quotation marks.
 */
export const csv: SuiteFormat = {
  recognises: ({ container, columns }) => container === 'csv' && columns.length > 0,
  read: (source) =>
    recordRows(source.records(), (record) => {
      if (!source.sample.columns.some((column) => column.startsWith('input.'))) {
        return { ...described({ ...record, tags: tagCell(record.tags) }), fields: without(record, own), cells: 'table' };
      }
      const plain = Object.fromEntries(Object.entries(record).map(([name, cell]) => [name, ownCell(cell)]));
      const others = Object.keys(record).filter((name) => /^(?:input|expected)\./.test(name));
      return {
        ...described({ ...plain, tags: tagCell(plain.tags) }),
        input: nested(prefixed(record, 'input.') ?? {}),
        expected: nested(prefixed(record, 'expected.') ?? {}),
        cells: 'docket',
        kept: without(record, [...own, ...others]),
      };
    }),
  *write(cases) {
    const rows = cases.map(({ id, title, tags, critical, input, label }) => ({
      id,
      title: cellOf(title),
      ...(tags && tags.length > 0 ? { tags: jsonCell([...tags]) } : {}),
      ...(critical ? { critical: 'true' } : {}),
      ...Object.fromEntries(flattened('input', input)),
      ...Object.fromEntries(flattened('expected', label.decision)),
    }));
    const names = new Set<string>(['id', 'title']);
    for (const row of rows) for (const name of Object.keys(row)) names.add(name);
    const columns = [...names].sort((one, other) => rank(one) - rank(other));
    // Spreadsheets take a table for UTF-8 only with its mark.
    yield `\ufeff${columns.map((name) => quoted(name)).join(',')}\r\n`;
    for (const row of rows as JsonObject[]) {
      yield `${columns.map((name) => (Object.hasOwn(row, name) ? quoted(String(row[name])) : '')).join(',')}\r\n`;
    }
  },
};

function rank(column: string): number {
  const at = own.indexOf(column);
  if (at !== -1) return at;
  return column.startsWith('input.') ? own.length : own.length + 1;
}

function tagCell(value: JsonValue | undefined): JsonValue {
  const list = unpacked(value);
  if (Array.isArray(list)) return list;
  return typeof list === 'string' ? list.split(/[,;|]/).map((tag) => tag.trim()) : (list ?? null);
}

/** Each leaf with the name of its column. Lists, and objects whose names would not survive, stay together. */
function flattened(name: string, value: JsonValue): [string, string][] {
  if (isObject(value)) {
    const members = Object.entries(value);
    const splits =
      members.length > 0 &&
      members.every(([key]) => /^[^.\s"=+@-][^.\n\r]*$/.test(key) && key.trim() === key && visibleText(key) === key && key !== '__proto__');
    if (splits) return members.flatMap(([key, member]) => flattened(`${name}.${key}`, member));
    // A column of its own even at the top, where everything else is below it.
    return [[name.includes('.') ? name : `${name}.`, jsonCell(value)]];
  }
  return [[name, typeof value === 'string' ? cellOf(value) : jsonCell(value)]];
}

/** A text as a cell: as it is, where nothing takes it for something else; otherwise as JSON, which no spreadsheet computes. */
function cellOf(text: string): string {
  const safe =
    text !== '' &&
    text.trim() === text &&
    !/^[=+\-@"'{[\t\r|%]/.test(text) &&
    !/[\r\0]/.test(text) &&
    visibleText(text) === text &&
    !isJson(text);
  return safe ? text : jsonCell(text);
}

/** A terminal shows it as it is: what would be obeyed is an escape of JSON. */
function jsonCell(value: JsonValue): string {
  return visibleText(JSON.stringify(value));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.toLowerCase());
    return true;
  } catch {
    return false;
  }
}

/** What `cellOf` wrote. */
function ownCell(cell: JsonValue): JsonValue {
  if (typeof cell !== 'string' || !cell.startsWith('"')) return cell;
  try {
    return JSON.parse(cell) as JsonValue;
  } catch {
    return cell;
  }
}

/** The object whose leaves the columns are; each leaf stays a cell, whose type the agent's schema says. */
function nested(columns: JsonObject): JsonObject {
  const whole: JsonObject = {};
  for (const [name, cell] of Object.entries(columns)) {
    if (name === '') {
      const parsed = typeof cell === 'string' ? parsedObject(cell) : undefined;
      for (const [key, member] of isObject(parsed) ? Object.entries(parsed) : []) put(whole, [key], member);
    } else put(whole, name.split('.'), cell);
  }
  return whole;
}

function put(object: JsonObject, [head = '', ...rest]: readonly string[], value: JsonValue): void {
  if (rest.length === 0) {
    Object.defineProperty(object, head, { value, enumerable: true, writable: true, configurable: true });
    return;
  }
  const inner = Object.hasOwn(object, head) && isObject(object[head]) ? object[head] : {};
  put(inner, rest, value);
  Object.defineProperty(object, head, { value: inner, enumerable: true, writable: true, configurable: true });
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
