import { z } from 'zod';
import { type JsonValue, jsonValueSchema } from './json.ts';
import { ownField } from './own-field.ts';

/** How often each value of a decision field came, most frequent first. */
export const fieldValuesSchema = z.array(z.object({ value: jsonValueSchema, trials: z.int().positive() }));
export type FieldValues = z.infer<typeof fieldValuesSchema>;

/** A decision field whose values differ between two versions on one case. */
export const decisionDifferenceSchema = z.object({ field: z.string(), baseline: fieldValuesSchema, candidate: fieldValuesSchema });
export type DecisionDifference = z.infer<typeof decisionDifferenceSchema>;

type Trials = readonly { readonly decision?: { readonly [field: string]: JsonValue } | undefined }[];

/** Fields that both versions decide: one that only one of them has is a difference of the versions, not of a case. */
export function sharedFields(baseline: Trials, candidate: Trials): string[] {
  const after = fieldsOf(candidate);
  return [...fieldsOf(baseline)].filter((field) => after.has(field));
}

/** The fields whose values, or how often each came, differ between two versions on one case. Prose differs in every trial and is left out. */
export function decisionDifferences(fields: readonly string[], baseline: Trials, candidate: Trials): DecisionDifference[] {
  return fields.flatMap((field) => {
    const [before, after] = [valuesOf(baseline, field), valuesOf(candidate, field)];
    if ([...before, ...after].some(({ value }) => isProse(value)) || sameValues(before, after)) return [];
    return [{ field, baseline: before, candidate: after }];
  });
}

function fieldsOf(trials: Trials): Set<string> {
  return new Set(trials.flatMap(({ decision }) => Object.keys(decision ?? {})));
}

function valuesOf(trials: Trials, field: string): FieldValues {
  const values = new Map<string, FieldValues[number]>();
  for (const { decision } of trials) {
    const value = ownField(decision, field);
    if (value === undefined) continue;
    const key = JSON.stringify(value);
    const known = values.get(key) ?? { value, trials: 0 };
    known.trials += 1;
    values.set(key, known);
  }
  return [...values.values()].sort((one, other) => other.trials - one.trials);
}

/** The same values, each as often. */
function sameValues(baseline: FieldValues, candidate: FieldValues): boolean {
  const key = (values: FieldValues) => JSON.stringify(values.map(({ value, trials }) => `${JSON.stringify(value)} ${trials}`).sort());
  return key(baseline) === key(candidate);
}

/** Free text differs in every trial and says nothing by differing. */
export function isProse(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && (value.length > 40 || value.includes('\n'));
}
