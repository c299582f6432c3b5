import { z } from 'zod';
import { jsonValueSchema } from './json.ts';

/** So many trials of cases with one right outcome that were decided in one way. */
export const confusionCellSchema = z.object({
  expected: jsonValueSchema,
  /** Absent for trials without a decision. */
  decided: jsonValueSchema.optional(),
  trials: z.int().positive(),
  /** True when that is another decision than the right one. */
  wrong: z.boolean(),
  /** How much harm each of these does by what the agent declares; absent where it declares nothing. */
  harm: z.number().nonnegative().optional(),
});

/** What was decided against what was right: the confusion matrix of the trials whose decisions are at hand. */
export const confusionSchema = z.object({ field: z.string(), cells: z.array(confusionCellSchema).min(1) });
export type Confusion = z.infer<typeof confusionSchema>;
