import { posix } from 'node:path';
import { unjudging } from '../contracts/assertion-type.ts';
import { canonicalJson } from '../contracts/canonical-json.ts';
import type { JsonObject, JsonValue } from '../contracts/json.ts';

/** An assertion of a case that was imported, as promptfoo's file had it. */
export interface ImportedAssertion {
  readonly caseId: string;
  readonly value: JsonObject & { readonly type: string };
}

export interface AssertionModule {
  readonly text: string;
  /** Scorers in it: assertions that are alike are one. */
  readonly scorers: number;
}

/**
 * A module whose `assertions` are scorers, one for each assertion with the cases that it is about.
 * @param from the suite's file, as people see it, for the comment
 * @param toSuite the folder of the suite's file, from that of the module
 */
export function assertionModule(assertions: readonly ImportedAssertion[], from: string, toSuite: string): AssertionModule {
  const alike = Map.groupBy(assertions, ({ value }) => canonicalJson(value));
  const names = new Map<string, number>();
  const scorers = [...alike.values()].map((group) => {
    const { value } = group[0] as ImportedAssertion;
    const why = unjudging(value.type);
    // As a comment: nothing that the suite asserts is lost in silence.
    if (why !== undefined) return `  // ${literal(value.type)} ${why}. ${literal(value)}`;
    const { metric } = value;
    const title = typeof metric === 'string' && metric !== '' ? metric : value.type;
    const times = (names.get(title) ?? 0) + 1;
    names.set(title, times);
    const cases = group.map(({ caseId }) => caseId).sort();
    const options = [
      `name: ${literal(times === 1 ? title : `${title}-${times}`)}`,
      "output: 'text'",
      ...(value.weight === 0 ? ['hard: false'] : []),
      `cases: ${literal(cases)}`,
    ];
    return `  assertion(${written(value, toSuite)}, { ${options.join(', ')} }),`;
  });
  const text = [
    "import { assertion } from 'docket-evals';",
    '',
    `/** What ${from.replaceAll(/[\r\n\u2028\u2029]|\*\//g, ' ')} asserts beside the decisions that it expects. Written once by "docket cases import", and yours from then on. */`,
    'export const assertions = [',
    ...scorers,
    '];',
    '',
  ].join('\n');
  return { text, scorers: scorers.filter((line) => !line.startsWith('  //')).length };
}

/** As code; what promptfoo finds beside its own file is found from the module. */
function written(value: JsonValue, toSuite: string): string {
  if (typeof value === 'string' && /^file:\/\/(?!\/)/.test(value))
    return `new URL(${literal(posix.join(toSuite, value.slice('file://'.length)))}, import.meta.url).href`;
  if (Array.isArray(value)) return `[${value.map((each) => written(each, toSuite)).join(', ')}]`;
  if (value === null || typeof value !== 'object') return literal(value);
  return `{ ${Object.entries(value)
    .map(([name, member]) => `${literal(name)}: ${written(member, toSuite)}`)
    .join(', ')} }`;
}

/** JSON is code, but for two line separators that older tools take for an end of line. */
function literal(value: JsonValue): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
