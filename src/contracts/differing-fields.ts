import type { Comparators } from './comparator.ts';
import { sameValue } from './compare-values.ts';
import type { DecisionDifference, FieldValues } from './decision-difference.ts';
import type { JsonValue } from './json.ts';
import { ownField } from './own-field.ts';
import { isProse } from './prose.ts';

type Trials = Iterable<{ readonly decision?: { readonly [field: string]: JsonValue } | undefined }>;

/** Fields that both versions decide: one that only one of them has is a difference of the versions, not of a case. */
export function sharedFields(baseline: ReadonlySet<string>, candidate: ReadonlySet<string>): string[] {
  return [...baseline].filter((field) => candidate.has(field));
}

/**
 * The fields whose values, or how often each came, differ between two versions on one case, by what the case says is the same. Prose differs in every
 * trial and is left out, unless a comparator says when it is the same.
 */
export function decisionDifferences(
  fields: readonly string[],
  baseline: Trials,
  candidate: Trials,
  comparators: Comparators = {},
): DecisionDifference[] {
  return fields.flatMap((field) => {
    const [before, after] = [valuesOf(baseline, field, comparators), valuesOf(candidate, field, comparators)];
    const prose = !Object.hasOwn(comparators, field) && [...before, ...after].some(({ value }) => isProse(value));
    if (prose || sameValues(field, before, after, comparators)) return [];
    return [{ field, baseline: before, candidate: after }];
  });
}

/** A value that is the same as one that came before counts with it. */
function valuesOf(trials: Trials, field: string, comparators: Comparators): FieldValues {
  const values: FieldValues = [];
  for (const { decision } of trials) {
    const value = ownField(decision, field);
    if (value === undefined) continue;
    const known = values.find((each) => sameValue(field, value, each.value, comparators));
    if (known) known.trials += 1;
    else values.push({ value, trials: 1 });
  }
  return values.sort((one, other) => other.trials - one.trials);
}

/** The same values, each as often. */
function sameValues(field: string, baseline: FieldValues, candidate: FieldValues, comparators: Comparators): boolean {
  if (baseline.length !== candidate.length) return false;
  const left = [...candidate];
  return baseline.every((one) => {
    const index = left.findIndex((other) => other.trials === one.trials && sameValue(field, other.value, one.value, comparators));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}
