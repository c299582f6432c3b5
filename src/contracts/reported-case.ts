import { z } from 'zod';
import { labelSourceSchema } from './case.ts';
import { decisionSchema } from './decision.ts';
import { decisionDifferenceSchema } from './decision-difference.ts';
import { evaluatedTrialSchema, infraErrorResultSchema } from './evaluation.ts';
import { jsonObjectSchema } from './json.ts';
import { findingSchema } from './score.ts';
import { transcriptSchema } from './transcript.ts';
import { trialKeySchema } from './trial.ts';

/** How often something was tried and how often it passed. */
export const countsSchema = z
  .object({ passes: z.int().nonnegative(), runs: z.int().nonnegative() })
  .refine(({ passes, runs }) => passes <= runs, 'more passes than runs');

/**
 * What became of a case from the baseline to the candidate. `flipped-…`: one side passes every run and the other none; `worse` and `better`:
 * the pass rates differ in another way; `decision-changed`: passed as often, and decided otherwise; `same`; `new`: only the candidate has it;
 * `label-changed`: the change proposes another label, and both sides are judged by main's; `incomplete`: infra errors took runs away.
 */
export const caseChangeSchema = z.enum([
  'flipped-to-fail',
  'worse',
  'label-changed',
  'incomplete',
  'flipped-to-pass',
  'better',
  'decision-changed',
  'new',
  'same',
]);
export type CaseChange = z.infer<typeof caseChangeSchema>;

/** What a trial was run for. `stored`: an epoch of the baseline; `compare`: a run outside the gate. */
export const trialPurposeSchema = z.enum(['stored', 'screen', 'retry', 'confirm', 'compare']);

/** One trial as a report shows it. */
export const reportedTrialSchema = evaluatedTrialSchema
  .pick({ number: true, pass: true, outcome: true, decision: true, dollars: true })
  .extend({
    series: z.string().min(1),
    purpose: trialPurposeSchema,
    /** Faults that the hard scorers found; none in a trial that passes. */
    findings: z.array(findingSchema),
    /** What a refusal, an invalid answer or a missing decision said of itself. */
    detail: z.string().optional(),
    tokens: z.number().nonnegative(),
    durationMs: z.number().nonnegative(),
    /** What happened; absent where it was not kept. */
    transcript: transcriptSchema.optional(),
  });
export type ReportedTrial = z.infer<typeof reportedTrialSchema>;

/** One side of a case. `trials` may hold fewer than `runs`: of a committed baseline often only the counts are known. */
export const caseArmSchema = z.object({
  passes: z.int().nonnegative(),
  runs: z.int().nonnegative(),
  falseApprovals: z.int().nonnegative(),
  falseDenials: z.int().nonnegative(),
  /** Decisions that differ in a field that is no yes/no, so that nothing tells approvals from denials; absent when there is none. */
  wrongDecisions: z.int().positive().optional(),
  /** Share of pairs of repeats that agree, 0..1; absent below two trials. */
  agreement: z.number().min(0).max(1).optional(),
  trials: z.array(reportedTrialSchema),
  /** Under which version and input the trial store has them. */
  stored: trialKeySchema.pick({ versionFingerprint: true, caseFingerprint: true }).optional(),
  infraErrors: z.array(infraErrorResultSchema),
});
export type CaseArm = z.infer<typeof caseArmSchema>;

/** One case with both sides. Where a side does not have the case, its counts are 0 and its lists empty. */
export const reportedCaseSchema = z.object({
  id: z.string().min(1),
  title: z.string(),
  critical: z.boolean(),
  tags: z.array(z.string()).optional(),
  input: jsonObjectSchema,
  /** The decision that a person expects. */
  expected: decisionSchema,
  labelSource: labelSourceSchema,
  change: caseChangeSchema,
  /** Evidence that the case got worse; absent outside the gate and for a case without a baseline. */
  eValue: z.number().nonnegative().optional(),
  baseline: caseArmSchema,
  candidate: caseArmSchema,
  /** Decision fields whose values differ between the sides; only where both sides made the same number of runs, all at hand. */
  differences: z.array(decisionDifferenceSchema).optional(),
  /** Earlier runs of this case, oldest first. */
  history: z
    .array(z.object({ at: z.iso.datetime(), commit: z.string().optional(), passes: z.int().nonnegative(), runs: z.int().nonnegative() }))
    .optional(),
});
export type ReportedCase = z.infer<typeof reportedCaseSchema>;
