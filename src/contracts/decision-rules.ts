import { z } from 'zod';
import type { Case } from './case.ts';
import type { Comparators } from './comparator.ts';
import { sameValue } from './compare-values.ts';
import { type JsonValue, jsonValueSchema } from './json.ts';

/** A wrong decision that does harm: what was right, what was decided, and how much the harm weighs beside others (1 when not given). */
export const harmSchema = z.strictObject({
  expected: jsonValueSchema,
  decided: jsonValueSchema,
  weight: z.number().positive().optional(),
});
export type Harm = z.infer<typeof harmSchema>;

/** What an agent says of its decisions: which field says what was decided, when two values are the same, and which wrong decisions do harm. */
export interface DecisionRules {
  /** The field that says what was decided. */
  readonly approvalField?: string;
  readonly comparators: Comparators;
  /**
   * Wrong decisions that do harm. Without it a wrong yes does, and, where nothing says which decisions approve, every wrong one.
   */
  readonly harm?: readonly Harm[];
}

/** The comparators that hold for one case: the agent's, and in their place those of the case's label. */
export function comparatorsFor({ comparators }: DecisionRules, { label }: Pick<Case, 'label'>): Comparators {
  return label.compare ? { ...comparators, ...label.compare } : comparators;
}

/** How much harm a wrong decision does by what the agent declares, 0 for none; undefined where it declares nothing. */
export function harmOf({ harm }: DecisionRules, expected: JsonValue, decided: JsonValue): number | undefined {
  if (!harm) return undefined;
  const found = harm.find((each) => sameValue('', each.expected, expected) && sameValue('', each.decided, decided));
  return found ? (found.weight ?? 1) : 0;
}
