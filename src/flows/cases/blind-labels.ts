import { decisionFieldsOf } from '../../agent/decision-fields.ts';
import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import type { Case } from '../../contracts/case.ts';
import type { Comparators } from '../../contracts/comparator.ts';
import { sameValue } from '../../contracts/compare-values.ts';
import { comparatorsFor } from '../../contracts/decision-rules.ts';
import type { JsonValue } from '../../contracts/json.ts';
import { otherValue } from '../../contracts/other-value.ts';
import { ownField } from '../../contracts/own-field.ts';
import { decisionScorerOf } from '../../contracts/scorer.ts';
import { listed } from '../../text/figures.ts';

/**
 * Labels that any decision would meet, by the id of their case, with what is wrong: every field is ignored, or compared by what tells no value from another; or
 * the field that says what was decided is. Nothing is said where no scorer compares decisions with labels.
 */
export function blindLabels(agent: Agent, cases: readonly Case[]): Map<string, string> {
  const blind = new Map<string, string>();
  if (!decisionScorerOf(agent.scorers)) return blind;
  const rules = rulesOf(agent);
  const others = otherValues(agent, cases);
  for (const found of cases) {
    const comparators = comparatorsFor(rules, found);
    const fields = Object.keys(found.label.decision);
    const ignored = fields.filter((field) => ownField(comparators, field) === 'ignore');
    const unseeing = fields.filter((field) => !ignored.includes(field) && tellsNothing(field, found, comparators, others.get(field) ?? []));
    const { approvalField } = rules;
    if (ignored.length + unseeing.length === fields.length)
      blind.set(found.id, `label.decision: any decision would meet it, because ${whyOf(ignored, unseeing)}. Compare at least one field.`);
    else if (approvalField !== undefined && unseeing.includes(approvalField))
      blind.set(found.id, `label.decision: any ${approvalField} would meet it, because ${whyOf([], [approvalField])}.`);
  }
  return blind;
}

function whyOf(ignored: readonly string[], unseeing: readonly string[]): string {
  return listed([
    ...(ignored.length > 0 ? [`${listed(ignored)} ${ignored.length === 1 ? 'is' : 'are'} ignored`] : []),
    ...unseeing.map((field) => `what compares ${field} takes every other value for the same`),
  ]);
}

/** Values that a field may have beside the labelled one: those of other labels, and those that its schema names. */
function otherValues({ toolVariants }: Agent, cases: readonly Case[]): Map<string, JsonValue[]> {
  const values = new Map<string, Map<string, JsonValue>>();
  const add = (field: string, value: JsonValue) => {
    const known = values.get(field) ?? new Map<string, JsonValue>();
    values.set(field, known.set(JSON.stringify(value), value));
  };
  for (const { label } of cases) for (const [field, value] of Object.entries(label.decision)) add(field, value);
  for (const { decisionJsonSchema } of Object.values(toolVariants))
    for (const [field, schemas] of decisionFieldsOf(decisionJsonSchema))
      for (const { enum: named, minimum, maximum } of schemas) {
        for (const value of Array.isArray(named) ? named : []) add(field, value);
        for (const bound of [minimum, maximum]) if (typeof bound === 'number') add(field, bound);
      }
  return new Map([...values].map(([field, known]) => [field, [...known.values()]]));
}

/** True when none of the other values is told from the labelled one. */
function tellsNothing(field: string, { label }: Case, comparators: Comparators, others: readonly JsonValue[]): boolean {
  const expected = label.decision[field];
  if (expected === undefined) return true;
  // By the comparison of plain values at once: nearly every field has no comparator.
  if (!Object.keys(comparators).some((path) => path === field || path.startsWith(`${field}.`))) return false;
  const isSame = (other: JsonValue) => {
    try {
      return sameValue(field, other, expected, comparators);
    } catch {
      return false;
    }
  };
  return probesOf(expected).every(isSame) && others.every(isSame);
}

/** Nothing in the place of the value, and as much again: a tolerance that takes both for the same is wider than the value. */
function probesOf(expected: JsonValue): JsonValue[] {
  if (typeof expected === 'number' && expected !== 0) return [0, 2 * expected];
  return [otherValue(expected, ''), otherValue(expected, 'something else')];
}
