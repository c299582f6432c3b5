import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { isObject, parsedObject } from '../../suites/json-values.ts';
import { loadSuiteFormat, recognisedFormat } from '../../suites/suite-formats.ts';
import type { SuiteRow } from '../../suites/suite-row.ts';
import { readOtherFile } from '../../traces/files/read-file.ts';
import { importOtlpFile } from '../../traces/importers/otlp-file.ts';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import { openSuite } from '../suites/open-suite.ts';
import type { Example } from './answers.ts';

/** As many as say what a shape is; a suite is brought in by `docket cases import`. */
const most = 1000;

/**
 * Rows of a suite or table.
 * @param decides columns of a table that are the decision's fields
 * @throws {DocketError} for a file that cannot be read, a row without an input, or a table of which nobody said what is the decision
 */
export async function examplesInSuite(path: string, directory: string, decides: readonly string[]): Promise<Example[]> {
  const { source, file } = await openSuite(path, directory);
  const name = await recognisedFormat(file, source.sample);
  const format = await loadSuiteFormat(name);
  const examples: Example[] = [];
  for await (const item of format.read(source)) {
    if (item.kind === 'suite') continue;
    if (item.kind === 'unread') throw new DocketError(`${file}, line ${item.line}: ${item.reason}.`);
    const { id, title, line } = item;
    const row = { format: name, file, line, ...(id === undefined ? {} : { id }), ...(title === undefined ? {} : { title }) };
    examples.push({ ...exampleOf(item, file, decides), row });
    if (examples.length === most) break;
  }
  if (examples.length === 0) throw new DocketError(`${file}: it has no examples.`);
  return examples;
}

function exampleOf(row: SuiteRow, file: string, decides: readonly string[]): Example {
  const from = `${file}, line ${row.line}`;
  if (row.fields) return fromColumns(row.fields, from, decides, row.cells !== undefined);
  const input = objectOf(row.input);
  if (!input)
    throw new DocketError(`${from}: its input is ${shown(row.input)}, expected an object. An agent takes an object with named fields.`);
  const decision = objectOf(row.expected);
  if (!decision && row.expected !== undefined && row.expected !== null)
    throw new DocketError(`${from}: its decision is ${shown(row.expected)}, expected an object: a decision has named fields.`);
  return { input, ...(decision ? { decision } : {}), from };
}

function fromColumns(fields: JsonObject, from: string, decides: readonly string[], cells: boolean): Example {
  const names = Object.keys(fields);
  const missing = decides.find((name) => !names.includes(name));
  if (decides.length === 0 || missing !== undefined)
    throw new DocketError(
      `${from}: ${missing === undefined ? 'which of its columns are the decision' : `there is no column "${missing}"`}? Name them with --decides, for example --decides ${names.at(-1)}. There are ${names.join(', ')}.`,
    );
  const value = (name: string) => (cells ? typed(fields[name] ?? null) : (fields[name] ?? null));
  const pick = (wanted: readonly string[]) => Object.fromEntries(wanted.map((name) => [name, value(name)]));
  return { input: pick(names.filter((name) => !decides.includes(name))), decision: pick(decides), from };
}

/** A cell is text; what reads as a number or a yes or no is taken for one. */
function typed(cell: JsonValue): JsonValue {
  if (typeof cell !== 'string') return cell;
  if (/^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === 'true';
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell) ? Number(cell) : cell;
}

/** Runs that were recorded. What they decided says what a decision looks like; what is right it does not. */
export async function examplesInTraces(path: string, file: string): Promise<Example[]> {
  const store = openTraceStore(':memory:');
  try {
    const others = await readOtherFile(path);
    for (const other of others ?? []) {
      await store.saveSpans(other.spans, { source: other.source });
      await store.saveLogs(other.logs ?? []);
    }
    if (!others) await importOtlpFile(path, store, new AbortController().signal, { again: false });
    const examples: Example[] = [];
    for await (const trace of store.traces({})) {
      const input = objectOf(trace.input ?? undefined);
      if (!input) continue;
      const decision = objectOf(trace.decision ?? undefined);
      examples.push({ input, ...(decision ? { decision } : {}), from: `${file}, trace ${trace.traceId}` });
      if (examples.length === most) break;
    }
    if (examples.length === 0)
      throw new DocketError(`${file}: none of its traces says what the input was as an object. Give --input and --decision a schema.`);
    return examples;
  } finally {
    await store.close();
  }
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  const read = typeof value === 'string' ? parsedObject(value) : value;
  return isObject(read) ? read : undefined;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
}
