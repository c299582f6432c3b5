import { z } from 'zod';

/** A case that got worse, for whoever has to mend it: what, where, and what to do. */
export const accusedCaseSchema = z.object({
  caseId: z.string(),
  /** Case file, below the folder of the configuration. */
  file: z.string(),
  /** What is wrong, in words, most frequent first. */
  findings: z.array(z.object({ code: z.string(), message: z.string(), trials: z.int().positive(), of: z.int().positive() })),
  /** Fields of the decision that differ from the label in trials that failed, with an example. */
  fields: z.array(z.object({ field: z.string(), expected: z.string(), actual: z.string() })),
  /** The first step of a failed trial that no passing one of main has, in words; absent where nothing is at hand to compare with. */
  step: z.string().optional(),
  /** The command that shows it again. */
  again: z.string(),
  /** What to do, in a sentence or two. */
  remedy: z.string(),
});
export type AccusedCase = z.infer<typeof accusedCaseSchema>;
