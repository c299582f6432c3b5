import { z } from 'zod';
import { jsonObjectSchema } from './json.ts';
import { modelModeSchema } from './model-mode.ts';
import { versionIdentitySchema } from './version.ts';

/** One kind of fault with the smallest input on which it was seen to repeat. */
export const findSchema = z.strictObject({
  /** Code of the finding, `false-approval`; with the decision's field where it is about one that the code does not name. */
  fault: z.string().min(1),
  /** What said so: a scorer, a relation, or the policy. */
  saidBy: z.string().min(1),
  /** Where the run first leaves what runs without this fault do. */
  divergence: z.string().min(1),
  input: jsonObjectSchema,
  /** The other input of a pair, where two of them have to agree. */
  twin: jsonObjectSchema.optional(),
  /** The policy's decision, where the agent has a policy. */
  expected: jsonObjectSchema.optional(),
  /** A decision in which the fault shows; absent where the run ended without one. */
  decision: jsonObjectSchema.optional(),
  /** What is wrong there, in the words of whoever said so. */
  seen: z.array(z.string()).min(1),
  /** One message of each other way in which it shows on other inputs. */
  elsewhere: z.array(z.string()),
  /** Trials on this input, and those of them that show the fault. */
  trials: z.int().positive(),
  failures: z.int().positive(),
  /** How many trials had been run when it was known to repeat. */
  foundAfter: z.int().positive(),
  /** False where the budget ended before nothing plainer was left to try. */
  smallest: z.boolean(),
  /** Inputs on which it was seen, this one among them. */
  inputs: z.int().positive(),
});
export type Find = z.infer<typeof findSchema>;

/** `reports/exploration.json`: what a search for failing inputs found. */
export const explorationSchema = z.strictObject({
  kind: z.literal('exploration'),
  /** Raised when a field changes its meaning or goes. */
  schemaVersion: z.literal(1),
  agent: z.string().min(1),
  version: versionIdentitySchema,
  mode: modelModeSchema,
  seed: z.int(),
  /** Most trials, and those that were run: shrinking counts. */
  budget: z.int().positive(),
  trials: z.int().nonnegative(),
  /** Trials that the machinery ended, and not the agent. */
  failed: z.int().nonnegative(),
  /** Inputs that were tried; that the schema did not take; for which the policy had no answer; and on which nothing could be judged. */
  inputs: z.strictObject({
    tried: z.int().nonnegative(),
    invalid: z.int().nonnegative(),
    withoutPolicy: z.int().nonnegative(),
    notJudged: z.int().nonnegative(),
  }),
  finds: z.array(findSchema),
  /** Faults that were seen and did not repeat often enough to be a find. */
  notRepeated: z.array(z.strictObject({ fault: z.string(), seen: z.string(), input: jsonObjectSchema })),
  /** Why it ended before the budget did. */
  stopped: z.string().optional(),
});
export type Exploration = z.infer<typeof explorationSchema>;
