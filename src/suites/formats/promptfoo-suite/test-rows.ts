import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import { isObject, tagsOf, textOf, without } from '../../json-values.ts';
import type { BesideFiles } from '../../source/suite-source.ts';
import type { SuiteItem, SuiteNote, SuiteRow } from '../../suite-row.ts';
import { keptNotes } from '../record-rows.ts';
import { type PlacedAssertion, readAssertions } from './assertions.ts';
import { referencedIn } from './references.ts';
import { filledIn } from './templates.ts';

/** A test with where it stands, and what it takes over from `defaultTest` and its scenario. */
export interface PlacedTest {
  readonly value: JsonObject;
  readonly file?: string;
  lineOf(...path: readonly (string | number)[]): number;
  readonly cells?: boolean;
}

/** Most tests that one test with lists of values may stand for. */
const mostCombinations = 10_000;

/** What of a test's members is read; the others change how promptfoo runs or judges it. */
const read = ['description', 'vars', 'assert', 'metadata', 'options'];

/**
 * The rows of one test: as many as its lists of texts have combinations, as promptfoo runs them.
 * @param layers what the test takes over, the farthest first, and the test itself
 */
export function* testRows(layers: readonly PlacedTest[], beside: BesideFiles): Generator<SuiteItem> {
  const test = layers.at(-1);
  if (!test) return;
  const place = { line: test.lineOf(), ...(test.file === undefined ? {} : { file: test.file }) };
  const vars = mergedVars(layers, beside);
  if ('fault' in vars) {
    yield { kind: 'unread', ...place, reason: vars.fault };
    return;
  }
  const options = Object.assign({}, ...layers.map(({ value }) => (isObject(value.options) ? value.options : {}))) as JsonObject;
  const combinations = options.disableVarExpansion === true ? [vars.vars] : expanded(vars.vars);
  if (!combinations) {
    yield { kind: 'unread', ...place, reason: `its lists of values stand for more than ${mostCombinations} tests` };
    return;
  }
  const { expected, notes } = readAssertions(layers.flatMap(assertionsOf));
  const metadata = Object.assign({}, ...layers.map(({ value }) => (isObject(value.metadata) ? value.metadata : {}))) as JsonObject;
  const id = combinations.length === 1 ? (textOf(metadata.caseId) ?? textOf(metadata.id)) : undefined;
  const title = textOf(test.value.description);
  const tags = tagsOf(metadata.tags);
  const about: Omit<SuiteRow, 'input' | 'record' | 'kind' | 'line'> = {
    ...(id === undefined ? {} : { id }),
    ...(title === undefined ? {} : { title }),
    ...(tags === undefined ? {} : { tags }),
    ...(metadata.critical === true || metadata.critical === 'true' ? { critical: true } : {}),
    ...(expected === undefined ? {} : { expected }),
    ...(test.cells ? { cells: 'table' as const } : {}),
    notes: [
      ...vars.notes,
      ...notes,
      ...layers.flatMap(memberNotes),
      ...keptNotes(without(metadata, ['caseId', 'id', 'tags', 'critical']), place.line),
    ],
  };
  for (const combination of combinations) yield rowOf(combination, test.value, about, place, id);
}

function rowOf(
  vars: JsonObject,
  test: JsonObject,
  about: Omit<SuiteRow, 'input' | 'record' | 'kind' | 'line'>,
  place: { readonly line: number; readonly file?: string },
  id: string | undefined,
): SuiteRow {
  // The variable by which Docket's own provider finds the case.
  const given = id !== undefined && vars.caseId === id ? without(vars, ['caseId']) : vars;
  const filled = Object.entries(given).map(([name, value]) => ({ name, ...filledIn(value) }));
  const templates = filled.filter(({ isTemplate }) => isTemplate).map(({ name }) => name);
  return {
    kind: 'row',
    ...place,
    ...about,
    input: Object.fromEntries(filled.map(({ name, value }) => [name, value])),
    record: { ...test, vars },
    ...(templates.length === 0 ? {} : { templates }),
    notes: [
      ...templates.map((name) => ({
        kind: 'untranslated' as const,
        ...place,
        what: `the value of "${name}" is a template, which only promptfoo fills in; it stands here as it is written`,
        value: vars[name] ?? null,
      })),
      ...about.notes,
    ],
  };
}

interface MergedVars {
  readonly vars: JsonObject;
  readonly notes: readonly SuiteNote[];
}

function mergedVars(layers: readonly PlacedTest[], beside: BesideFiles): MergedVars | { readonly fault: string } {
  const vars: [string, JsonValue][] = [];
  for (const { value } of layers) {
    const whole = typeof value.vars === 'string' ? referencedIn(value.vars, beside) : { value: value.vars ?? {} };
    if ('fault' in whole) return { fault: `vars: ${whole.fault}` };
    if (!isObject(whole.value)) return { fault: 'vars: expected an object' };
    for (const [name, given] of Object.entries(whole.value)) {
      const read = typeof given === 'string' && given.startsWith('file://') ? referencedIn(given, beside) : { value: given };
      if ('fault' in read) return { fault: `${name}: ${read.fault}` };
      vars.push([name, read.value]);
    }
  }
  return { vars: Object.fromEntries(vars), notes: [] };
}

/** promptfoo runs a test once for every text of a list; other lists are values. */
function expanded(vars: JsonObject): JsonObject[] | undefined {
  let combinations: JsonObject[] = [{}];
  for (const [name, value] of Object.entries(vars)) {
    const values = Array.isArray(value) && typeof value[0] === 'string' ? value : [value];
    if (combinations.length * values.length > mostCombinations) return undefined;
    combinations = combinations.flatMap((each) => values.map((one) => Object.fromEntries([...Object.entries(each), [name, one]])));
  }
  return combinations;
}

function assertionsOf({ value, file, lineOf }: PlacedTest): PlacedAssertion[] {
  if (!Array.isArray(value.assert)) return [];
  return value.assert.map((each, index) => ({ value: each, line: lineOf('assert', index), ...(file === undefined ? {} : { file }) }));
}

/** What changes how promptfoo runs or judges a test. */
function memberNotes({ value, file, lineOf }: PlacedTest): SuiteNote[] {
  const note = (path: readonly string[], member: JsonValue): SuiteNote => ({
    kind: 'untranslated',
    line: lineOf(...path),
    ...(file === undefined ? {} : { file }),
    what: path.join('.'),
    value: member,
  });
  const options = isObject(value.options) ? without(value.options, ['disableVarExpansion']) : {};
  return [
    ...Object.entries(options).map(([name, member]) => note(['options', name], member)),
    ...Object.entries(without(value, read)).map(([name, member]) => note([name], member)),
  ];
}
