import { DocketError } from '../../contracts/docket-error.ts';
import type { SuiteSample } from '../suite-sample.ts';
import { jsonElements, type ListPath, topNames } from './json-elements.ts';
import { jsonLines, recordOf, type SourceRecord } from './read-json.ts';
import { tableColumns, tableRecords } from './read-table.ts';
import { type SuiteDocument, suiteDocument } from './suite-document.ts';
import type { SuiteText } from './suite-text.ts';

/** A file that another one refers to, or why it is not read. */
export type BesideFile = { readonly file: string; readonly text: string } | { readonly fault: string };

/** The files in the folder of the imported one, and below; nothing else is reached. */
export interface BesideFiles {
  read(path: string): BesideFile;
  /** Paths that a pattern names, sorted. */
  matching(pattern: string): readonly string[];
}

/** A file of a suite, however it is written. */
export interface SuiteSource {
  readonly file: string;
  readonly container: SuiteSample['container'];
  readonly sample: SuiteSample;
  readonly beside: BesideFiles;
  /** The whole document. @throws {DocketError} when it is no YAML or JSON */
  document(): SuiteDocument;
  /** The records: lines, rows, or the members of the list at the top or at the first of these paths that is there. */
  records(...paths: readonly ListPath[]): AsyncIterable<SourceRecord>;
}

/** Records from which is told what a file is. */
const sampled = 20;

/** Names of the list in an object that wraps it, as interfaces answer. */
export const wrappedLists: readonly ListPath[] = [[], ['data'], ['items'], ['rows'], ['examples'], ['events'], ['records']];

/**
 * A source over a file's text.
 * @throws {DocketError} when it is nothing that a suite is written in
 */
export async function suiteSource(file: string, { text }: SuiteText, beside: BesideFiles): Promise<SuiteSource> {
  if (text.trim() === '') throw new DocketError(`${file}: the file is empty.`);
  const container = containerOf(file, text);
  if (!container) {
    throw new DocketError(
      `${file}: it is neither JSON, JSON lines, YAML nor a table with a header line; it begins with "${text.trim().slice(0, 40)}".`,
    );
  }
  let document: SuiteDocument | undefined;
  const source = {
    file,
    container,
    beside,
    document: () => {
      document ??= suiteDocument(text, file);
      return document;
    },
    records: (...paths: readonly ListPath[]) => recordsOf(file, text, container, paths.length > 0 ? paths : wrappedLists),
  };
  return { ...source, sample: await sampleOf(text, container, source) };
}

async function* recordsOf(
  file: string,
  text: string,
  container: SuiteSample['container'],
  paths: readonly ListPath[],
): AsyncGenerator<SourceRecord> {
  if (container === 'csv') yield* tableRecords(text, file);
  else if (container === 'jsonl') for (const line of jsonLines(text)) yield recordOf(line.text, line.line);
  else if (container === 'yaml') yield* documentRecords(suiteDocument(text, file));
  else {
    let found = false;
    for (const path of paths) {
      for (const element of jsonElements(text, path)) {
        found = true;
        yield recordOf(element.text, element.line, element.cut);
      }
      if (found) return;
    }
    // One record that is not in a list.
    if (/^\s*\{/.test(text)) yield recordOf(text, 1);
  }
}

function* documentRecords({ value, lineOf }: SuiteDocument): Generator<SourceRecord> {
  for (const [index, each] of (Array.isArray(value) ? value : [value]).entries()) {
    const line = lineOf(Array.isArray(value) ? [index] : []);
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) yield { line, value: each };
    else yield { line, fault: 'it is no object' };
  }
}

async function sampleOf(text: string, container: SuiteSample['container'], source: Omit<SuiteSource, 'sample'>): Promise<SuiteSample> {
  if (container === 'csv') return { container, keys: [], columns: await tableColumns(text) };
  const keys = container === 'json' ? topNames(text) : container === 'yaml' ? documentKeys(source.document()) : [];
  const columns = new Set<string>();
  let read = 0;
  for await (const record of source.records()) {
    read += 1;
    if ('value' in record) for (const name of Object.keys(record.value)) columns.add(name);
    if (read === sampled) break;
  }
  return { container, keys, columns: [...columns].slice(0, 100) };
}

function documentKeys({ value }: SuiteDocument): string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/** By the content; the ending tells apart what could be both. */
function containerOf(file: string, text: string): SuiteSample['container'] | undefined {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase();
  const start = text.trimStart();
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl';
  if (start.startsWith('{') || start.startsWith('[')) return isJsonLines(text) ? 'jsonl' : ending === 'csv' ? 'csv' : 'json';
  if (ending === 'csv' || ending === 'tsv') return 'csv';
  if (ending === 'yaml' || ending === 'yml' || ending === 'json') return 'yaml';
  const first = start.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  if (/^(?:- |---|["']?[\w$. -]+["']?:(?:\s|$))/.test(first)) return 'yaml';
  return /[,;\t]/.test(first) ? 'csv' : undefined;
}

/** Several lines, and most of the first ones are an object each. */
function isJsonLines(text: string): boolean {
  let objects = 0;
  let read = 0;
  for (const line of jsonLines(text)) {
    read += 1;
    if ('value' in recordOf(line.text, line.line)) objects += 1;
    if (read === sampled) break;
  }
  return read > 1 && objects * 2 >= read;
}
