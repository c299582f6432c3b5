import { z } from 'zod';
import { modelModeSchema } from './model-mode.ts';
import { versionIdentitySchema } from './version.ts';

const rateSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** The twins that have one value of an attribute. */
export const fairnessGroupSchema = z.object({
  group: z.string(),
  trials: z.int().nonnegative(),
  approvals: z.int().nonnegative(),
  /** Share of the trials that approve, 0..1. */
  approval: rateSchema,
  /** How much higher that share is than that of the other groups on the same cases; null where one case leaves nothing to judge by. */
  difference: rateSchema.nullable(),
  /** Mean of each amount of the decision. */
  amounts: z.record(z.string(), z.number()),
});
export type FairnessGroup = z.infer<typeof fairnessGroupSchema>;

/** What became of one attribute that must not matter. */
export const fairnessAttributeSchema = z.object({
  attribute: z.string(),
  relation: z.string(),
  /**
   * `differs`: one that chance does not explain, by the report's `level`; `no-difference`: none that chance would not explain; `never-told`: what the agent was told
   * is the same for every value, so nothing could differ.
   */
  finding: z.enum(['differs', 'no-difference', 'never-told']),
  cases: z.int().positive(),
  groups: z.array(fairnessGroupSchema).min(2),
  /** The lowest share of approvals over the highest; null where nobody is approved. Below 0.8 it breaks the four-fifths rule, by chance or not. */
  ratio: z.number().min(0).max(1).nullable(),
  /** By what was decided, approvals first, then each amount; p after Holm's correction for all of them in the report. */
  tests: z.array(z.object({ of: z.string(), pValue: z.number().min(0).max(1) })).min(1),
});
export type FairnessAttribute = z.infer<typeof fairnessAttributeSchema>;

/** What `docket fairness` finds out. */
export const fairnessSchema = z.object({
  kind: z.literal('fairness'),
  agent: z.string(),
  mode: modelModeSchema,
  version: versionIdentitySchema,
  trialsPerCase: z.int().positive(),
  trials: z.object({ run: z.int().nonnegative(), reused: z.int().nonnegative() }),
  /** Chance to tell of a difference where there is none, over the whole report and one more of it. */
  alpha: z.number(),
  /** A difference is told of where its corrected p is no more than this. */
  level: z.number(),
  attributes: z.array(fairnessAttributeSchema).min(1),
  /** List price of the live answers of this run. */
  spentDollars: z.number().nonnegative().optional(),
});
export type Fairness = z.infer<typeof fairnessSchema>;
