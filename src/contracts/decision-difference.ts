import { z } from 'zod';
import { jsonValueSchema } from './json.ts';

/** How often each value of a decision field came, most frequent first. */
export const fieldValuesSchema = z.array(z.object({ value: jsonValueSchema, trials: z.int().positive() }));
export type FieldValues = z.infer<typeof fieldValuesSchema>;

/** A decision field whose values differ between two versions on one case. */
export const decisionDifferenceSchema = z.object({ field: z.string(), baseline: fieldValuesSchema, candidate: fieldValuesSchema });
export type DecisionDifference = z.infer<typeof decisionDifferenceSchema>;
