import type { Case } from '../../../contracts/case.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import { isObject } from '../../json-values.ts';
import { jsonLines, recordOf, type SourceRecord } from '../../source/read-json.ts';
import { tableRecords } from '../../source/read-table.ts';
import { type SuiteDocument, suiteDocument } from '../../source/suite-document.ts';
import type { BesideFiles, SuiteSource } from '../../source/suite-source.ts';
import type { SuiteFormat } from '../../suite-format.ts';
import type { SuiteItem, SuitePlace } from '../../suite-row.ts';
import { caseMetadata } from '../jsonl.ts';
import { yamlText } from '../yaml-text.ts';
import { referencedFiles, referencedIn } from './references.ts';
import { testOfRow } from './table.ts';
import { literal } from './templates.ts';
import { type PlacedTest, testRows } from './test-rows.ts';

/** What of a configuration is read. */
const readMembers = ['tests', 'scenarios', 'defaultTest', 'description', '$schema'];
/** A file of tests may name another one. */
const deepestReference = 5;

/** promptfoo's configuration (`tests`, `defaultTest`, `scenarios`), a file of its tests, or a table with `__expected` columns. */
export const promptfoo: SuiteFormat = {
  recognises({ container, keys, columns }) {
    if (container === 'csv') return columns.some((name) => /^__(?:expected\d*|description|metadata:.*)$/.test(name));
    const has = (name: string) => keys.includes(name);
    return (
      has('scenarios') ||
      has('defaultTest') ||
      (has('tests') && !has('cases')) ||
      (has('prompts') && has('providers')) ||
      (!has('vars') && columns.includes('vars'))
    );
  },
  async *read(source) {
    const { container, beside } = source;
    if (container === 'csv') yield* tableTests(source.records(), [], beside);
    else if (container === 'jsonl') yield* lineTests(source.records(), [], beside);
    else yield* configurationTests(source);
  },
  *write(cases) {
    yield '# In promptfooconfig.yaml: "tests: file://<this file>". The variable caseId is for Docket\'s own provider, the others for any.\n';
    for (const each of cases) yield yamlText([testOf(each)]);
  },
};

/** A case as a test that any provider passes which answers with the decision as JSON. */
function testOf(each: Case): JsonObject {
  const { id, title, input, label } = each;
  const { title: _, ...metadata } = caseMetadata(each);
  const lists = Object.values(input).some((value) => Array.isArray(value));
  const constants = Object.entries(label.decision).map(([name, value]) => [name, { const: value }]);
  return {
    description: title,
    vars: { ...(Object.hasOwn(input, 'caseId') ? {} : { caseId: id }), ...(literal(input) as JsonObject) },
    assert: [
      { type: 'is-json', value: { type: 'object', required: Object.keys(label.decision), properties: Object.fromEntries(constants) } },
    ],
    metadata: { caseId: id, ...metadata },
    ...(lists ? { options: { disableVarExpansion: true } } : {}),
  };
}

async function* configurationTests(source: SuiteSource): AsyncGenerator<SuiteItem> {
  const { beside, file } = source;
  const document = source.document();
  const { value, lineOf } = document;
  if (Array.isArray(value)) {
    yield* documentTests(document, [], [], beside, 0);
    return;
  }
  if (!isObject(value)) throw new DocketError(`${file}: a configuration of promptfoo is an object, or a list of tests.`);
  const others = Object.keys(value).filter((name) => !readMembers.includes(name));
  if (others.length > 0) {
    const lines = others.map((name) => lineOf([name]));
    const what = `${others.map((name) => `"${name}"`).join(', ')}: how promptfoo runs the tests, which is no part of a case`;
    yield { kind: 'suite', note: { kind: 'kept', line: Math.min(...lines), what } };
  }
  const layers = defaultLayers(document, beside, file);
  yield* documentTests(document, ['tests'], layers, beside, 0);
  for (const [index, scenario] of (Array.isArray(value.scenarios) ? value.scenarios : []).entries()) {
    yield* scenarioTests(document, scenario, ['scenarios', index], layers, beside);
  }
}

function defaultLayers({ value, lineOf }: SuiteDocument, beside: BesideFiles, file: string): PlacedTest[] {
  const given = isObject(value) ? value.defaultTest : undefined;
  if (given === undefined || given === null) return [];
  if (isObject(given)) return [{ value: given, lineOf: (...path) => lineOf(['defaultTest', ...path]) }];
  const read = typeof given === 'string' ? referencedIn(given, beside) : { fault: 'expected an object' };
  // Every test would be another one without it.
  if ('fault' in read || !isObject(read.value)) {
    throw new DocketError(`${file}:${lineOf(['defaultTest'])}: defaultTest: ${'fault' in read ? read.fault : 'expected an object'}.`);
  }
  return [{ value: read.value, lineOf: () => lineOf(['defaultTest']) }];
}

/** Every combination of a scenario's data with its tests. */
async function* scenarioTests(
  document: SuiteDocument,
  scenario: JsonValue,
  path: readonly (string | number)[],
  layers: readonly PlacedTest[],
  beside: BesideFiles,
): AsyncGenerator<SuiteItem> {
  if (!isObject(scenario)) {
    yield { kind: 'unread', line: document.lineOf(path), reason: 'a scenario in a file of its own is not read: import the file by itself' };
    return;
  }
  for (const [index, config] of (Array.isArray(scenario.config) ? scenario.config : []).entries()) {
    const at = [...path, 'config', index];
    if (isObject(config)) {
      const layer: PlacedTest = { value: config, lineOf: (...inner) => document.lineOf([...at, ...inner]) };
      // A scenario without tests of its own runs its data as they are.
      if (Array.isArray(scenario.tests) && scenario.tests.length > 0)
        yield* documentTests(document, [...path, 'tests'], [...layers, layer], beside, 0);
      else yield* testRows([...layers, layer], beside);
    } else yield { kind: 'unread', line: document.lineOf(at), reason: 'data of a scenario: expected an object' };
  }
}

/** The tests at a path of a document: a list, a reference to a file, or both mixed. */
async function* documentTests(
  document: SuiteDocument,
  path: readonly (string | number)[],
  layers: readonly PlacedTest[],
  beside: BesideFiles,
  depth: number,
  file?: string,
): AsyncGenerator<SuiteItem> {
  const tests = path.reduce<JsonValue | undefined>(
    (part, step) => (part as Readonly<Record<string | number, JsonValue>>)?.[step],
    document.value,
  );
  const list = Array.isArray(tests) ? tests : tests === undefined || tests === null ? [] : [tests];
  for (const [index, test] of list.entries()) {
    const at = Array.isArray(tests) ? [...path, index] : path;
    const place = { line: document.lineOf(at), ...(file === undefined ? {} : { file }) };
    const reference = referenceOf(test);
    if (reference !== undefined) yield* referencedTests(reference, place, layers, beside, depth + 1);
    else if (isObject(test))
      yield* testRows([...layers, { value: test, ...place, lineOf: (...inner) => document.lineOf([...at, ...inner]) }], beside);
    else yield { kind: 'unread', ...place, reason: 'a test is an object, or the name of a file' };
  }
}

function referenceOf(test: JsonValue): string | undefined {
  if (typeof test === 'string') return test;
  return isObject(test) && typeof test.path === 'string' && !Object.hasOwn(test, 'vars') ? test.path : undefined;
}

async function* referencedTests(
  reference: string,
  place: SuitePlace,
  layers: readonly PlacedTest[],
  beside: BesideFiles,
  depth: number,
): AsyncGenerator<SuiteItem> {
  if (depth > deepestReference) {
    yield { kind: 'unread', ...place, reason: `${reference} is not read: files name each other more than ${deepestReference} deep` };
    return;
  }
  for (const found of referencedFiles(reference, beside)) {
    if ('fault' in found) yield { kind: 'unread', ...place, reason: found.fault };
    else if (/\.csv$/i.test(found.file)) yield* tableTests(tableRecords(found.text, found.file), layers, beside, found.file);
    else if (/\.jsonl$/i.test(found.file)) yield* lineTests(lineRecords(found.text), layers, beside, found.file);
    else yield* documentTests(suiteDocument(found.text, found.file), [], layers, beside, depth, found.file);
  }
}

function* lineRecords(text: string): Generator<SourceRecord> {
  for (const line of jsonLines(text)) yield recordOf(line.text, line.line);
}

async function* tableTests(
  records: AsyncIterable<SourceRecord>,
  layers: readonly PlacedTest[],
  beside: BesideFiles,
  file?: string,
): AsyncGenerator<SuiteItem> {
  yield* recordTests(records, layers, beside, { ...(file === undefined ? {} : { file }), cells: true }, testOfRow);
}

async function* lineTests(
  records: AsyncIterable<SourceRecord> | Iterable<SourceRecord>,
  layers: readonly PlacedTest[],
  beside: BesideFiles,
  file?: string,
): AsyncGenerator<SuiteItem> {
  yield* recordTests(records, layers, beside, file === undefined ? {} : { file }, (record) => record);
}

async function* recordTests(
  records: AsyncIterable<SourceRecord> | Iterable<SourceRecord>,
  layers: readonly PlacedTest[],
  beside: BesideFiles,
  about: Pick<PlacedTest, 'file' | 'cells'>,
  read: (record: JsonObject) => JsonObject,
): AsyncGenerator<SuiteItem> {
  for await (const record of records) {
    const { line } = record;
    if ('fault' in record) yield { kind: 'unread', line, ...(about.file === undefined ? {} : { file: about.file }), reason: record.fault };
    else yield* testRows([...layers, { ...about, value: read(record.value), lineOf: () => line }], beside);
  }
}
