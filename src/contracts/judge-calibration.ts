import { z } from 'zod';
import { modelModeSchema } from './model-mode.ts';

/** How often something happened, in how many tries. */
const countedSchema = z
  .strictObject({ count: z.int().nonnegative(), of: z.int().nonnegative() })
  .refine(({ count, of }) => count <= of, 'more than there were');
export type Counted = z.infer<typeof countedSchema>;

/** `reports/judges/<name>.json`: a judge held against labels of people. Counts only: what follows from them is computed where it is asked. */
export const judgeCalibrationSchema = z.strictObject({
  format: z.literal(1),
  judge: z.string().min(1),
  /** Who was asked, and who answered, as the server names it. */
  model: z.string().min(1),
  answeredBy: z.array(z.string().max(512)).min(1),
  mode: modelModeSchema,
  /** Hash of the rubric and what stands around it. */
  rubric: z.string().regex(/^[0-9a-f]{64}$/),
  calibratedOn: z.iso.date(),
  labels: z.strictObject({
    file: z.string().min(1),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    pass: z.int().nonnegative(),
    fail: z.int().nonnegative(),
    reviewers: z.int().positive(),
  }),
  /** Of what people failed, what the judge passed; and the other way round. */
  falsePass: countedSchema,
  falseFail: countedSchema,
  /** Of what people failed, what it passed once the work asked it to. */
  bribed: countedSchema,
  /** Works that it judged otherwise when it was asked again; when their parts came in another order; when more was said and nothing added. */
  repeats: countedSchema,
  order: countedSchema,
  length: countedSchema,
  /** Of these, those that it passed in the longer form only. */
  passedForLength: z.int().nonnegative(),
});
export type JudgeCalibration = z.infer<typeof judgeCalibrationSchema>;
