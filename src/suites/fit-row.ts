import type { JsonObject, JsonValue } from '../contracts/json.ts';
import { listed } from '../text/figures.ts';
import { fieldsByName } from './fields-by-name.ts';
import { isObject, parsedObject, tagsOf, textOf, valueAt } from './json-values.ts';
import { soleMessage } from './sole-message.ts';
import type { SuiteMapping } from './suite-mapping.ts';
import type { SuiteNote, SuiteRow } from './suite-row.ts';
import { type CellKind, type TypeFault, typedObject } from './typed-cells.ts';

/** What an agent takes and decides, as far as rows have to fit it. */
export interface WantedFields {
  /** Names of the input's fields; none where the agent's schema names none. */
  readonly input: readonly string[];
  readonly decision: readonly string[];
  /** Fields of a decision that take any text. */
  readonly free: ReadonlySet<string>;
  /** The decision's field whose `true` is an approval. */
  readonly approval?: string;
  inputFaults(input: JsonObject): readonly TypeFault[];
  decisionFaults(decision: JsonObject): readonly TypeFault[];
}

/** A row as the agent would take it. */
export interface FittedRow {
  readonly kind: 'fitted';
  readonly id?: string;
  readonly title?: string;
  readonly tags?: readonly string[];
  readonly critical?: boolean;
  readonly input: JsonObject;
  /** Absent where the row has no label. */
  readonly decision?: JsonObject;
  /** True where some of the input is not what would be run. */
  readonly unfinished: boolean;
  readonly notes: readonly SuiteNote[];
}

/** A row that does not fit, and why. */
export interface UnfitRow {
  readonly kind: 'unfit';
  readonly reason: string;
}

/** Fits a row to the agent: by the mapping, else where names fit. Nothing of the row is lost without a note. */
export function fitRow(row: SuiteRow, wanted: WantedFields, mapping: SuiteMapping = {}): FittedRow | UnfitRow {
  const used = new Set<string>();
  const notes: SuiteNote[] = [...row.notes];
  const note = (what: string, value: JsonValue) =>
    notes.push({ kind: 'untranslated', line: row.line, ...(row.file === undefined ? {} : { file: row.file }), what, value });

  const input = inputOf(row, wanted, mapping, used, note);
  if ('reason' in input) return { kind: 'unfit', reason: `${input.reason}${templateHint(row)}` };
  const expected = expectedOf(row, wanted, mapping, used, note);
  if (expected && 'reason' in expected) return { kind: 'unfit', reason: expected.reason };
  for (const [name, value] of Object.entries(row.fields ?? {})) {
    if (!used.has(name) && !isMapped(mapping, name)) note(`"${name}" is no field of the agent's input or decisions`, value);
  }
  const id = mapping.id === undefined ? row.id : textOf(valueAt(row.record, mapping.id));
  const title = mapping.title === undefined ? row.title : textOf(valueAt(row.record, mapping.title));
  const tags = mapping.tags === undefined ? row.tags : tagsOf(valueAt(row.record, mapping.tags));
  return {
    kind: 'fitted',
    ...(id === undefined ? {} : { id }),
    ...(title === undefined ? {} : { title }),
    ...(tags === undefined ? {} : { tags }),
    ...(row.critical ? { critical: true } : {}),
    input: input.value,
    ...(expected ? { decision: expected.value } : {}),
    unfinished: (row.templates ?? []).length > 0,
    notes: notes.filter(({ kind, what }) => kind !== 'kept' || !isMapped(mapping, what)),
  };
}

function templateHint({ templates = [] }: SuiteRow): string {
  return templates.length === 0
    ? ''
    : ` (${listed(templates.map((name) => `"${name}"`))}: a template, which only the tool itself fills in)`;
}

type Found = { readonly value: JsonObject } | { readonly reason: string };
type Note = (what: string, value: JsonValue) => void;

function inputOf(row: SuiteRow, wanted: WantedFields, mapping: SuiteMapping, used: Set<string>, note: Note): Found {
  const mapped = mappedFields(row, mapping, 'input', used);
  const whole = mapping.input === undefined ? (row.input ?? row.fields) : valueAt(row.record, mapping.input);
  if (mapping.input !== undefined) markUsed(used, mapping.input);
  if (whole === undefined || whole === null) {
    if (mapped.length > 0) return typedInput(row, mapping, wanted, Object.fromEntries(mapped));
    return { reason: mapping.input === undefined ? 'it has no input' : `it has nothing at "${mapping.input}" (--input)` };
  }
  const read = typeof whole === 'string' ? (parsedObject(whole) ?? whole) : whole;
  if (!isObject(read)) {
    const { text, rest } = soleMessage(read);
    if (rest !== undefined) note('other messages of the conversation', rest);
    const [only] = wanted.input;
    if (wanted.input.length === 1 && only !== undefined)
      return typedInput(row, mapping, wanted, Object.fromEntries([[only, text ?? read], ...mapped]));
    return {
      reason: `its input is ${kindOf(read)}, and the agent takes the fields ${listed(wanted.input)}; say which is which with --map`,
    };
  }
  if (wanted.input.length === 0) return typedInput(row, mapping, wanted, Object.fromEntries([...Object.entries(read), ...mapped]));
  const taken = new Set(mapped.map(([name]) => name.split('.')[0] ?? ''));
  const { fields, rest } = fieldsByName(
    read,
    wanted.input.filter((name) => !taken.has(name)),
    used,
  );
  if (fields.length + mapped.length === 0) {
    const inner = Object.values(read);
    const [only] = inner;
    if (inner.length === 1 && isObject(only))
      return inputOf({ ...row, input: only }, wanted, { ...mapping, input: undefined } as SuiteMapping, used, note);
    return {
      reason: `none of ${listed(Object.keys(read).map((name) => `"${name}"`))} is a field of the agent's input (${listed(wanted.input)}); say which is which with --map`,
    };
  }
  if (row.fields !== undefined && mapping.input === undefined) for (const [, , from] of fields) used.add(from);
  else for (const [name, value] of rest) if (!isMapped(mapping, name)) note(`"${name}" is no field of the agent's input`, value);
  return typedInput(row, mapping, wanted, assembled([...fields.map(([name, value]): [string, JsonValue] => [name, value]), ...mapped]));
}

function typedInput(row: SuiteRow, mapping: SuiteMapping, wanted: WantedFields, input: JsonObject): Found {
  const typed = typedObject(renamed(input, mapping, 'input'), row.cells, (value) => wanted.inputFaults(value));
  return typed.faults.length === 0 ? typed : { reason: reasonOf('input', typed.faults) };
}

/** Columns that are expected values by their name, where the format does not say. */
const expectedColumns = [
  'expected',
  'expected_output',
  'expected_decision',
  'ideal',
  'ground_truth',
  'label',
  'correct_label',
  'answer',
  'correct_answer',
  'target',
  'reference',
  'reference_answer',
];

function expectedOf(row: SuiteRow, wanted: WantedFields, mapping: SuiteMapping, used: Set<string>, note: Note): Found | undefined {
  const mapped = mappedFields(row, mapping, 'expected', used);
  const decides = (fields: readonly [string, JsonValue][]): Found => {
    const typed = typedObject(renamed(assembled(fields), mapping, 'expected'), row.cells, (value) => wanted.decisionFaults(value));
    return typed.faults.length === 0 ? typed : { reason: reasonOf('expected', typed.faults) };
  };
  const whole =
    mapping.expected === undefined ? (row.expected ?? guessedExpected(row, wanted, mapped, used)) : valueAt(row.record, mapping.expected);
  if (mapping.expected !== undefined) markUsed(used, mapping.expected);
  if (whole === undefined || whole === null || whole === '') return mapped.length > 0 ? decides(mapped) : undefined;
  const read = typeof whole === 'string' ? (parsedObject(whole) ?? whole) : whole;
  if (!isObject(read)) {
    const { text } = soleMessage(read);
    return mapped.length > 0
      ? decides(mapped)
      : oneValue(text === undefined ? read : (parsedObject(text) ?? text), row.cells, wanted, mapping, decides);
  }
  if (Object.keys(read).length === 0) return mapped.length > 0 ? decides(mapped) : undefined;
  const { fields, rest } = fieldsByName(read, wanted.decision, new Set());
  if (fields.length + mapped.length === 0) {
    // `{"answer": "approve"}`: one value in an object.
    const [only] = Object.values(read);
    if (rest.length === 1 && only !== undefined && !isObject(only)) return oneValue(only, row.cells, wanted, mapping, decides);
    return {
      reason: `none of ${listed(rest.map(([name]) => `"${name}"`))} is a field of the agent's decisions (${listed(wanted.decision)}); say which is which with --map`,
    };
  }
  for (const [name, value] of rest) if (!isMapped(mapping, name)) note(`expected "${name}" is no field of the agent's decisions`, value);
  return decides([...fields.map(([name, value]): [string, JsonValue] => [name, value]), ...mapped]);
}

/** Among columns: those named as fields of a decision, else the one that is called what is expected. */
function guessedExpected(row: SuiteRow, wanted: WantedFields, mapped: readonly unknown[], used: Set<string>): JsonValue | undefined {
  if (row.fields === undefined) return undefined;
  const free = Object.entries(row.fields).filter(([name]) => !used.has(name));
  const named = free.flatMap(([name, value]): [string, JsonValue][] => {
    const bare = name.replace(/^expected[._ ]/i, '');
    const { fields } = fieldsByName({ [bare]: value }, wanted.decision, new Set());
    const [field] = fields;
    if (!field) return [];
    used.add(name);
    return [[field[0], field[1]]];
  });
  if (named.length > 0) return Object.fromEntries(named);
  if (mapped.length > 0) return undefined;
  const column = free.find(([name]) => expectedColumns.includes(name.toLowerCase().replaceAll(/[ -]/g, '_')));
  if (column) used.add(column[0]);
  return column?.[1];
}

/**
 * A value for which the file names no field goes to the only field that can have it. A field of free text can have any, so it counts only where the
 * decision has no other.
 */
function oneValue(
  value: JsonValue,
  cells: CellKind | undefined,
  wanted: WantedFields,
  mapping: SuiteMapping,
  decides: (fields: readonly [string, JsonValue][]) => Found,
): Found {
  if (isObject(value)) return decides(Object.entries(value));
  const fits = fieldsFor(value, cells, wanted, mapping);
  const [only] = fits.length > 1 && wanted.approval !== undefined && fits.includes(wanted.approval) ? [wanted.approval] : fits;
  if (only !== undefined && (fits.length === 1 || only === wanted.approval)) return decides([[only, cellValue(only, value, wanted)]]);
  const shown = JSON.stringify(value).slice(0, 60);
  return {
    reason:
      fits.length === 0
        ? `what it expects, ${shown}, is a value of none of the agent's decision fields (${listed(wanted.decision)}); say what it means with --map and --value`
        : `what it expects, ${shown}, could be any of ${listed(fits)}; say which with --map`,
  };
}

/** Thousands of rows expect one of few values. */
const known = new WeakMap<WantedFields, Map<string, readonly string[]>>();
const mostKnown = 1000;

/** The fields that can have a value. */
function fieldsFor(value: JsonValue, cells: CellKind | undefined, wanted: WantedFields, mapping: SuiteMapping): readonly string[] {
  const answers = known.get(wanted) ?? new Map<string, readonly string[]>();
  known.set(wanted, answers);
  const question = JSON.stringify([value, cells, mapping.values]);
  const answer = answers.get(question);
  if (answer) return answer;
  const fits = wanted.decision.filter((name) => {
    if (wanted.free.has(name) && wanted.decision.length > 1) return false;
    return (
      typedObject(renamed({ [name]: value }, mapping, 'expected'), cells ?? 'table', (tried) => wanted.decisionFaults(tried)).faults
        .length === 0
    );
  });
  if (answers.size < mostKnown) answers.set(question, fits);
  return fits;
}

/** A word of a file that is not a table may be a value all the same: `"true"`. */
function cellValue(name: string, value: JsonValue, wanted: WantedFields): JsonValue {
  const { value: typed } = typedObject({ [name]: value }, 'table', (tried) => wanted.decisionFaults(tried));
  return typed[name] ?? value;
}

/** Single fields that the mapping names: `input.weight`, or `weight`. */
function mappedFields(row: SuiteRow, { fields = {} }: SuiteMapping, side: 'input' | 'expected', used: Set<string>): [string, JsonValue][] {
  return Object.entries(fields).flatMap(([name, path]): [string, JsonValue][] => {
    if (!name.startsWith(`${side}.`)) return [];
    const value =
      valueAt(row.record, path) ??
      (isObject(row.input) ? valueAt(row.input, path) : undefined) ??
      (row.fields ? valueAt(row.fields, path) : undefined);
    markUsed(used, path);
    return value === undefined ? [] : [[name.slice(side.length + 1), value]];
  });
}

function markUsed(used: Set<string>, path: string): void {
  used.add(path);
  used.add(path.split('.')[0] ?? path);
  used.add(path.slice(path.lastIndexOf('.') + 1));
}

/** Every name that the mapping takes a value from. */
function mappedNames({ input, expected, id, title, tags, fields = {} }: SuiteMapping): ReadonlySet<string> {
  return new Set([input, expected, id, title, tags, ...Object.values(fields)].flatMap((path) => (path === undefined ? [] : [path])));
}

function isMapped(mapping: SuiteMapping, name: string): boolean {
  return [...mappedNames(mapping)].some((path) => path === name || path.endsWith(`.${name}`));
}

/** Fields with dots in their names go into the objects around them. */
function assembled(fields: readonly (readonly [string, JsonValue])[]): JsonObject {
  const whole: JsonObject = {};
  for (const [name, value] of fields) put(whole, name.split('.'), value);
  return whole;
}

function put(object: JsonObject, [head = '', ...rest]: readonly string[], value: JsonValue): void {
  const known = Object.hasOwn(object, head) ? object[head] : undefined;
  const inner = rest.length === 0 ? value : isObject(known) ? { ...known } : {};
  if (rest.length > 0 && isObject(inner)) put(inner, rest, value);
  Object.defineProperty(object, head, { value: inner, enumerable: true, writable: true, configurable: true });
}

/** The file's words for values, as the mapping translates them. */
function renamed(object: JsonObject, { values = {} }: SuiteMapping, side: 'input' | 'expected'): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const words = Object.hasOwn(values, `${side}.${name}`) ? values[`${side}.${name}`] : undefined;
      const word = typeof value === 'string' ? value.trim() : JSON.stringify(value);
      return [name, words && Object.hasOwn(words, word) ? (words[word] ?? null) : value];
    }),
  );
}

function reasonOf(side: string, faults: readonly TypeFault[]): string {
  return faults
    .slice(0, 5)
    .map(({ path, message }) => `${[side, ...path.map(String)].join('.')}: ${message}`)
    .join('; ');
}

function kindOf(value: JsonValue): string {
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
