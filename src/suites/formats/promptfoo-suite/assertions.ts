import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import { isObject, parsedObject, textOf, without } from '../../json-values.ts';
import type { SuiteNote } from '../../suite-row.ts';
import { filledIn } from './templates.ts';

/** An assertion with where it stands. */
export interface PlacedAssertion {
  readonly value: JsonValue;
  readonly line: number;
  readonly file?: string;
}

/** What assertions say of the decision that is expected; everything else they want is a note. */
export interface ReadAssertions {
  readonly expected?: JsonValue;
  readonly notes: readonly SuiteNote[];
}

/** Reads the assertions of a test. `equals` and the constants of an `is-json` schema are what a label can say; no assertion's code is run. */
export function readAssertions(assertions: readonly PlacedAssertion[]): ReadAssertions {
  const notes: SuiteNote[] = [];
  let expected: JsonValue | undefined;
  for (const assertion of assertions) {
    const { value, line, file } = assertion;
    const note = (why = '') => {
      const type = textOf(isObject(value) ? value.type : undefined) ?? 'without a type';
      notes.push({ kind: 'untranslated', line, ...(file === undefined ? {} : { file }), what: `assertion ${type}${why}`, value });
    };
    const said = isObject(value) ? saidBy(value) : undefined;
    if (!said) note();
    else if (said.isTemplate) note(': its value is a template, which only promptfoo fills in');
    else {
      const both = expected === undefined ? said.value : joined(expected, said.value);
      if (both === undefined) note(': another assertion of the test expects something else');
      else expected = both;
      if (said.more) note(': its schema asks for more than a label can say');
    }
  }
  return { ...(expected === undefined ? {} : { expected }), notes };
}

interface Said {
  readonly value: JsonValue;
  readonly isTemplate: boolean;
  /** True when the assertion wants more than the value. */
  readonly more: boolean;
}

function saidBy(assertion: JsonObject): Said | undefined {
  const { type, value } = assertion;
  // What changes the output first, or does not count, is another question than the label's.
  if (value === undefined || value === null || assertion.transform !== undefined || assertion.weight === 0) return undefined;
  if (typeof value === 'string' && value.startsWith('file://')) return undefined;
  if (type === 'equals') return { ...filledIn(typeof value === 'string' ? (parsedObject(value) ?? value) : value), more: false };
  if (type !== 'is-json' && type !== 'contains-json') return undefined;
  const schema = typeof value === 'string' ? parsedObject(value) : value;
  return isObject(schema) ? constantsOf(schema) : undefined;
}

/** The fields for which a schema takes one value only. */
function constantsOf(schema: JsonObject): Said | undefined {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const constants: [string, JsonValue][] = [];
  let more = Object.keys(without(schema, ['type', 'properties', 'required', '$schema'])).length > 0;
  for (const [name, property] of Object.entries(properties)) {
    if (!isObject(property)) continue;
    if (property.const !== undefined) constants.push([name, property.const]);
    else if (Array.isArray(property.enum) && property.enum.length === 1) constants.push([name, property.enum[0] ?? null]);
    // That a field has a type is what the agent's own schema says.
    else if (Object.keys(without(property, ['type', 'description'])).length > 0) more = true;
  }
  return constants.length === 0 ? undefined : { value: Object.fromEntries(constants), isTemplate: false, more };
}

/** Two expectations of one decision as one; undefined where they contradict each other. */
function joined(one: JsonValue, other: JsonValue): JsonValue | undefined {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  if (!isObject(one) || !isObject(other)) return undefined;
  const clash = Object.entries(other).some(
    ([name, value]) => Object.hasOwn(one, name) && JSON.stringify(one[name]) !== JSON.stringify(value),
  );
  return clash ? undefined : { ...one, ...other };
}

/** An assertion as a cell of an `__expected` column writes it: `equals: …`, `llm-rubric: …`, or the expected output itself. */
export function assertionOfCell(cell: string): JsonObject {
  const text = cell.trim();
  const code = /^(?:javascript|fn|eval):/.exec(text);
  if (code) return { type: 'javascript', value: text.slice(code[0].length).trim() };
  if (/^file:\/\/.*\.[cm]?[jt]s(?::\w+)?$/.test(text)) return { type: 'javascript', value: text };
  if (/^file:\/\/.*\.py(?::\w+)?$/.test(text)) return { type: 'python', value: text };
  const typed = /^(?:(grade)|((?:not-)?[a-z]+(?:-[a-z]+)*)(?:\(([\d.]+)\))?):\s*([\s\S]*)$/.exec(text);
  if (typed?.[1] !== undefined) return { type: 'llm-rubric', value: text.slice('grade:'.length).trim() };
  if (typed?.[2] !== undefined && cellTypes.test(typed[2])) {
    const [, , type = '', threshold, value = ''] = typed;
    return { type, value: value.trim(), ...(threshold === undefined ? {} : { threshold: Number(threshold) }) };
  }
  return /^(?:not-)?(?:is|contains)-(?:json|xml|sql|html)$/.test(text) ? { type: text } : { type: 'equals', value: text };
}

/** Other words before a colon are the beginning of an expected text. */
const cellTypes =
  /^(?:not-)?(?:equals|contains|icontains|contains-(?:all|any|json|xml|sql|html)|icontains-(?:all|any)|starts-with|ends-with|regex|is-(?:json|xml|sql|html|refusal|valid-.*)|javascript|python|ruby|webhook|llm-rubric|g-eval|factuality|closedqa|model-graded-.*|answer-relevance|context-.*|similar|classifier|moderation|select-best|max-score|levenshtein|rouge-[a-z]|bleu|gleu|meteor|perplexity(?:-score)?|cost|latency|guardrails|pi|tool-call-f1|trace-.*|trajectory-.*|skill-used|search-rubric|agent-rubric|conversation-relevance|word-count|finish-reason)$/;
