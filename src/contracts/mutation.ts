import { z } from 'zod';
import { jsonObjectSchema } from './json.ts';
import { mutationFamilies } from './mutation-families.ts';
import { versionIdentitySchema } from './version.ts';

const mutationFamilySchema = z.enum(mutationFamilies);

/**
 * What became of a mutant. `killed`: the gate would not let it pass. `equivalent`: over the whole input space it behaves as the original.
 * `not-expressible`: the model is sent something else or made to answer otherwise, and the simulated one answers the same on every input that was tried.
 */
export const fates = ['killed', 'survived', 'equivalent', 'not-expressible'] as const;
export const fateSchema = z.enum(fates);
export type Fate = z.infer<typeof fateSchema>;

/** An input that tells a mutant from the original. */
export const killerSchema = z.strictObject({
  input: jsonObjectSchema,
  /** The policy's decision, where the agent has a policy. */
  decision: jsonObjectSchema.optional(),
  /** What the mutant does there, in a few words. */
  seen: z.array(z.string()),
  /** True when the gate was run on the suite with this case, and blocked the mutant. */
  kills: z.boolean(),
});
export type Killer = z.infer<typeof killerSchema>;

export const mutantResultSchema = z.strictObject({
  /** `tools/off-by-one: calc_dti, "Post-loan DTI"`. */
  id: z.string().min(1),
  family: mutationFamilySchema,
  mutator: z.string().min(1),
  what: z.string().min(1),
  fate: fateSchema,
  /** How the gate ended. */
  end: z.enum(['pass', 'regressed', 'inconclusive', 'incomplete']),
  /** In the gate's words, or what the proof rests on. */
  reason: z.string(),
  /** Cases in which it failed a trial that the version itself does not fail. */
  cases: z.array(z.string()),
  /** Scorers that failed it. */
  scorers: z.array(z.string()),
  /** Of a survivor, the smallest input found that would kill it. */
  killer: killerSchema.optional(),
});
export type MutantResult = z.infer<typeof mutantResultSchema>;

const shareSchema = z.strictObject({ killed: z.int(), of: z.int(), value: z.number(), low: z.number(), high: z.number() });

/** `reports/mutation.json`: which known faults the suite would let through. */
export const mutationReportSchema = z.strictObject({
  format: z.literal(1),
  agent: z.string().min(1),
  version: versionIdentitySchema,
  mode: z.literal('simulated'),
  /** Cases that judge. */
  cases: z.array(z.string()).min(1),
  /** Runs of the version itself on each case. */
  trials: z.int().positive(),
  /** Families that were tried, when not all. */
  families: z.array(mutationFamilySchema).optional(),
  /** Killed of killed and survived, with 95 % bounds; null when there is nothing to count. */
  score: shareSchema.nullable(),
  /** The same with what the simulated model cannot express counted as survived. */
  lowerScore: shareSchema.nullable(),
  mutants: z.array(mutantResultSchema),
  /** Cases without which every killed mutant would still be noticed by another one. */
  idleCases: z.array(z.string()),
  /** Scorers that failed no trial of any mutant. */
  idleScorers: z.array(z.string()),
});
export type MutationReport = z.infer<typeof mutationReportSchema>;
