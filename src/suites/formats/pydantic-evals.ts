import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { isObject, tagsOf, textOf, without } from '../json-values.ts';
import type { SuiteFormat } from '../suite-format.ts';
import type { SuiteItem, SuiteNote } from '../suite-row.ts';
import { caseMetadata } from './jsonl.ts';
import { keptNotes, metadataOf } from './record-rows.ts';
import { yamlText } from './yaml-text.ts';

/** An evaluator that says what a label says anyway. */
const comparesWithLabel = 'EqualsExpected';

/** A Dataset file of Pydantic Evals: `cases` with `name`, `inputs`, `expected_output`, `metadata` and `evaluators`; YAML or JSON. */
export const pydanticEvals: SuiteFormat = {
  recognises: ({ container, keys }) => (container === 'yaml' || container === 'json') && keys.includes('cases'),
  async *read(source) {
    const { value, lineOf } = source.document();
    const cases = isObject(value) ? value.cases : undefined;
    if (!isObject(value) || !Array.isArray(cases)) throw new DocketError(`${source.file}: a Dataset of Pydantic Evals has a list "cases".`);
    const everywhere = evaluatorNotes(value.evaluators, (index) => lineOf(['evaluators', index]));
    for (const name of Object.keys(without(value, ['cases', 'evaluators', '$schema', 'name']))) {
      yield {
        kind: 'suite',
        note: { kind: 'untranslated', line: lineOf([name]), what: `"${name}" is no part of a case`, value: value[name] ?? null },
      };
    }
    for (const [index, each] of cases.entries()) yield caseRow(each, (...path) => lineOf(['cases', index, ...path]), everywhere);
  },
  *write(cases) {
    const dataset = {
      name: 'docket',
      cases: cases.map((each) => ({
        name: each.id,
        inputs: each.input,
        expected_output: each.label.decision,
        metadata: caseMetadata(each),
      })),
      evaluators: [],
    };
    yield yamlText(dataset);
  },
};

function caseRow(each: JsonValue, lineOf: (...path: (string | number)[]) => number, everywhere: readonly SuiteNote[]): SuiteItem {
  const line = lineOf();
  if (!isObject(each) || !Object.hasOwn(each, 'inputs')) return { kind: 'unread', line, reason: 'a case has "inputs"' };
  const { metadata, kept } = metadataOf(each.metadata);
  const id = textOf(each.name);
  const title = textOf(metadata.title);
  const tags = tagsOf(metadata.tags);
  const other: JsonObject = without(each, ['name', 'inputs', 'expected_output', 'metadata', 'evaluators']);
  return {
    kind: 'row',
    line,
    ...(id === undefined ? {} : { id }),
    ...(title === undefined ? {} : { title }),
    ...(tags === undefined ? {} : { tags }),
    ...(metadata.critical === true ? { critical: true } : {}),
    input: each.inputs ?? null,
    expected: each.expected_output ?? null,
    record: each,
    notes: [
      ...everywhere,
      ...evaluatorNotes(each.evaluators, (index) => lineOf('evaluators', index)),
      ...keptNotes({ ...kept, ...other }, line),
    ],
  };
}

/** An evaluator is a name, or an object with the name as its only key. */
function evaluatorNotes(evaluators: JsonValue | undefined, lineOf: (index: number) => number): SuiteNote[] {
  if (!Array.isArray(evaluators)) return [];
  return evaluators.flatMap((evaluator, index) => {
    const name = typeof evaluator === 'string' ? evaluator : isObject(evaluator) ? Object.keys(evaluator)[0] : undefined;
    if (name === comparesWithLabel) return [];
    return [{ kind: 'untranslated' as const, line: lineOf(index), what: `evaluator ${name ?? 'without a name'}`, value: evaluator }];
  });
}
