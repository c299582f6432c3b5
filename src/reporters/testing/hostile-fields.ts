import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { ReportedCase, ReportedTrial } from '../../contracts/reported-case.ts';
import type { Comparison } from '../../contracts/verdict.ts';
import { exampleComparison } from './example-report.ts';

/** Names of fields that every object, list, text or promise has already. */
export const inheritedNames: readonly string[] = [
  ...new Set([
    ...Object.getOwnPropertyNames(Object.prototype),
    ...Object.getOwnPropertyNames(Array.prototype).filter((name) => /^[a-z]+$/i.test(name)),
    ...['name', 'prototype', 'caller', 'arguments', 'then', 'toJSON', 'key', 'ref', 'children', 'nodeType', 'dangerouslySetInnerHTML'],
  ]),
];

/** A field name that a view may stumble over. */
export const hostileName: fc.Arbitrary<string> = fc.constantFrom(...inheritedNames);

/** An object with a member of any name; an assignment would set the prototype where the name is `__proto__`. */
export function withField(object: JsonObject, name: string, value: JsonValue): JsonObject {
  return Object.fromEntries([...Object.entries(object), [name, value]]);
}

/**
 * A comparison of which one case has a field of the given name: in its input everywhere, in its decisions only where `decided` says so, so that
 * every view also looks for the field where it is not.
 */
export function comparisonWithField(
  name: string,
  decided: { readonly expected: boolean; readonly trial: (number: number) => boolean },
): Comparison {
  const comparison = exampleComparison();
  const trial = (each: ReportedTrial): ReportedTrial =>
    each.decision && decided.trial(each.number) ? { ...each, decision: withField(each.decision, name, 'x') } : each;
  const reported = (each: ReportedCase): ReportedCase => ({
    ...each,
    input: withField(each.input, name, 7),
    expected: decided.expected ? withField(each.expected, name, 'x') : each.expected,
    baseline: { ...each.baseline, trials: each.baseline.trials.map(trial) },
    candidate: { ...each.candidate, trials: each.candidate.trials.map(trial) },
  });
  return { ...comparison, cases: comparison.cases.map(reported) };
}
