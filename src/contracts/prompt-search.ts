import { z } from 'zod';
import { modelModeSchema } from './model-mode.ts';
import { shareIntervalSchema } from './share-interval.ts';
import { versionIdentitySchema } from './version.ts';

const countsSchema = z.strictObject({ passes: z.int().nonnegative(), runs: z.int().nonnegative() });

/** What two prompts came to on cases that no proposal was made from. */
export const heldOutFiguresSchema = z.strictObject({
  cases: z.array(z.strictObject({ case: z.string(), original: countsSchema, candidate: countsSchema })).min(1),
  /** Shares of trials that pass, with bounds by cases. */
  original: shareIntervalSchema,
  candidate: shareIntervalSchema,
  /** The candidate's less the original's, -1..1. */
  difference: shareIntervalSchema,
  /** Chance of so large a difference, either way, were both alike: runs are exchanged within each case. */
  p: z.number(),
});
export type HeldOutFigures = z.infer<typeof heldOutFiguresSchema>;

/** One look at held-out cases. It stands here before they are run, and its figures once they were: no case is held out twice. */
export const heldOutLookSchema = z.strictObject({
  /** Hash of all that makes a search the same. */
  search: z.string(),
  at: z.string(),
  original: z.string(),
  candidate: z.string(),
  cases: z.array(z.strictObject({ case: z.string(), fingerprint: z.string() })).min(1),
  figures: heldOutFiguresSchema.optional(),
});
export type HeldOutLook = z.infer<typeof heldOutLookSchema>;

/** `reports/held-out.json`. */
export const heldOutLooksSchema = z.strictObject({
  kind: z.literal('held-out'),
  format: z.literal(1),
  agent: z.string(),
  looks: z.array(heldOutLookSchema),
});

/** `reports/prompt-search.json`. */
export const promptSearchSchema = z.strictObject({
  kind: z.literal('prompt-search'),
  format: z.literal(1),
  agent: z.string(),
  version: versionIdentitySchema,
  mode: modelModeSchema,
  seed: z.int(),
  trials: z.int().positive(),
  /** Who proposed; `mode` simulated where no model did. */
  proposer: z.strictObject({ model: z.string(), mode: modelModeSchema }).optional(),
  /** Chosen by the hash of each input before anything was run. */
  split: z.strictObject({ training: z.array(z.string()), heldOut: z.array(z.string()) }),
  /** Why it ended. */
  stopped: z.string(),
  rounds: z.array(
    z.strictObject({
      /** Number of the prompt that it was made from. */
      from: z.int().nonnegative(),
      by: z.enum(['model', 'merge']),
      cases: z.array(z.string()),
      /** What became of it: the number of the prompt, or why there is none. */
      prompt: z.int().positive().optional(),
      dropped: z.string().optional(),
      why: z.string(),
    }),
  ),
  /** The original is the first. */
  prompts: z.array(
    z.strictObject({ text: z.string(), training: countsSchema, onFront: z.boolean(), from: z.array(z.int().nonnegative()) }),
  ),
  /** Number of the best on the training cases; 0 where nothing was better than the original. */
  best: z.int().nonnegative(),
  heldOut: heldOutFiguresSchema.optional(),
  /** Why the held-out cases were not looked at, or not to the end. */
  notLooked: z.string().optional(),
  /** The change of the plan that holds the candidate; absent where there is nothing to draft. */
  change: z.string().optional(),
  spent: z.strictObject({ trials: z.int().nonnegative(), questions: z.int().nonnegative(), dollars: z.number().optional() }),
});
export type PromptSearch = z.infer<typeof promptSearchSchema>;
