import { z } from 'zod';
import { modelModeSchema } from './model-mode.ts';

/** One named thing that is wrong with a trial, for example `false-approval`. */
export const findingSchema = z.object({
  /** Short kebab-case name; the same fault has the same code everywhere. */
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** What came and what was expected, in one sentence. */
  message: z.string(),
  /** The decision field that it is about, where it is about one. */
  field: z.string().optional(),
  /** How much harm a wrong decision does by what the agent declares, 0 for none; absent where it declares nothing. */
  harm: z.number().nonnegative().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What one scorer says. `value` is 0..1, higher is better, whatever the scorer measures. */
export const scoreSchema = z.object({
  name: z.string(),
  pass: z.boolean(),
  value: z.number().min(0).max(1),
  reason: z.string(),
  /** A trial passes when every hard scorer passes; soft scores inform. */
  hard: z.boolean(),
  findings: z.array(findingSchema),
  /** Figures worth showing beside the score, for example `dollars`. */
  measures: z.record(z.string(), z.number()).optional(),
  /** The model that gave it, as its server names it, and whether that was a real one; absent where no model did. */
  judge: z.object({ model: z.string(), mode: modelModeSchema }).optional(),
  /** What giving this score cost, where the scorer pays somebody: counted as scoring, beside what the trial cost. */
  dollars: z.number().nonnegative().optional(),
});
export type Score = z.infer<typeof scoreSchema>;
