import { z } from 'zod';
import { modelModeSchema } from './model-mode.ts';
import { countsSchema } from './reported-case.ts';
import { shareIntervalSchema } from './share-interval.ts';
import { evidenceSchema, spendingSchema } from './verdict.ts';
import { versionIdentitySchema } from './version.ts';

const tallySchema = z.strictObject({ runs: z.int().nonnegative(), of: z.int().nonnegative() });

/** One thing that changes promised, and what the trials show of it. */
export const promiseResultSchema = z.strictObject({
  /** Ids of the changes that promise it. */
  changes: z.array(z.string()).min(1),
  /** `falls`: a finding falls; the others must not move. */
  what: z.enum(['falls', 'finding', 'cases', 'field', 'dollars']),
  /** The finding, the field, or what is held, in words. */
  name: z.string().min(1),
  by: z.enum(['scorer', 'detector']).optional(),
  /** Cases that it is about; empty for all. */
  cases: z.array(z.string()),
  /** Largest share of runs that was promised, 0..1. */
  most: z.number().min(0).max(1),
  /** Runs that have it, of those that could, in the version of before and in the drafted one. */
  before: tallySchema,
  after: tallySchema,
  result: z.enum(['kept', 'broken', 'not-decidable']),
  p: z.number().min(0).max(1),
  /** Runs of the drafted version that would decide it, if it went on like this; null where no number that anybody runs would. */
  needed: z.int().positive().nullable().optional(),
});
export type PromiseResult = z.infer<typeof promiseResultSchema>;

/** What one change does: the drafted version beside the same without it, on all cases. */
export const changeEffectSchema = z.strictObject({
  id: z.string(),
  what: z.string(),
  result: z.enum(['gain', 'loss', 'not-decidable', 'not-built', 'not-run']),
  with: countsSchema,
  without: countsSchema,
  /** Pass rate with it less that without it, with bounds that hold for all changes together, at every look. */
  difference: shareIntervalSchema,
  /** Why it could not be built or run. */
  why: z.string().optional(),
});
export type ChangeEffect = z.infer<typeof changeEffectSchema>;

/** `reports/version-try.json`: a drafted version beside the one that it began as. */
export const versionTrySchema = z.strictObject({
  kind: z.literal('version-try'),
  schemaVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  rerun: z.string().min(1),
  agent: z.string().min(1),
  mode: modelModeSchema,
  version: z.string().min(1),
  from: z.string().min(1),
  branch: z.string().min(1),
  /** Where the draft begins and where it is now. */
  commits: z.strictObject({ base: z.string(), tip: z.string() }),
  exitCode: z.int().min(0).max(255),
  /** One sentence or two for a person. */
  reason: z.string().min(1),
  before: versionIdentitySchema,
  after: versionIdentitySchema,
  cases: z.int().positive(),
  trialsPerCase: z.int().positive(),
  /** Trials that passed, in the fixed number of each case. */
  passes: z.strictObject({ before: countsSchema, after: countsSchema }),
  promises: z.array(promiseResultSchema),
  /** The gate's own answer; `not-judged` where it could not be reached. */
  verdict: z.strictObject({
    verdict: z.enum(['pass', 'regressed', 'inconclusive', 'incomplete']),
    reason: z.string().min(1),
    caseId: z.string().optional(),
    evidence: evidenceSchema.optional(),
  }),
  /** Empty where nobody wanted it. */
  effects: z.array(changeEffectSchema),
  notices: z.array(z.string()),
  spending: spendingSchema,
});
export type VersionTry = z.infer<typeof versionTrySchema>;
