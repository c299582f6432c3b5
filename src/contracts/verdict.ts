import { z } from 'zod';
import { accusedCaseSchema } from './accused-case.ts';
import { proposalSchema } from './approval.ts';
import { attributionSchema } from './attribution.ts';
import { confusionSchema } from './confusion.ts';
import { modelModeSchema } from './model-mode.ts';
import { noticeSchema } from './notice.ts';
import { countsSchema, reportedCaseSchema } from './reported-case.ts';
import { ruleChangeSchema } from './rule-change.ts';
import { shareIntervalSchema } from './share-interval.ts';
import { changedFileSchema } from './text-diff.ts';
import { versionIdentitySchema } from './version.ts';

/** One of the two versions that are compared, with what all its reported runs came to. */
export const reportedVersionSchema = z.object({
  version: versionIdentitySchema,
  /** Series of the stored runs, for a baseline. */
  epoch: z.string().optional(),
  git: z.object({ ref: z.string().optional(), commit: z.string().optional() }).optional(),
  /** What was decided against what was right, in the trials at hand; absent where nothing says which field decides. */
  confusion: confusionSchema.optional(),
  totals: z.object({
    passes: z.int().nonnegative(),
    runs: z.int().nonnegative(),
    falseApprovals: z.int().nonnegative(),
    falseDenials: z.int().nonnegative(),
    /** Decisions that differ in a field that is no yes/no, so that nothing tells approvals from denials; absent when there is none. */
    wrongDecisions: z.int().positive().optional(),
    /** Share of pairs of repeats that agree, mean over cases. */
    agreement: z.number().min(0).max(1).optional(),
    /** Means a trial; absent where only counts are known, dollars also where the price is not. */
    meanTokens: z.number().nonnegative().optional(),
    meanDollars: z.number().nonnegative().optional(),
    meanDurationMs: z.number().nonnegative().optional(),
  }),
});
export type ReportedVersion = z.infer<typeof reportedVersionSchema>;

const harmCountsSchema = z.object({ harm: z.int().nonnegative(), runs: z.int().nonnegative() });

/** What the gate computed, for every verdict that rests on trials. */
export const evidenceSchema = z.object({
  /** Complete screening rounds. */
  round: z.int().nonnegative(),
  /** The strongest evidence that one case got worse. */
  case: z.object({
    caseId: z.string(),
    eValue: z.number().nonnegative(),
    /** Mean of all e-values, weighted by severity; a block needs `threshold`. */
    meanEValue: z.number().nonnegative(),
    threshold: z.number().positive(),
    baseline: countsSchema,
    candidate: countsSchema,
    drop: shareIntervalSchema,
  }),
  /** The strongest evidence that a critical case is falsely approved more often; absent without a critical case. */
  critical: z
    .object({
      caseId: z.string(),
      eValue: z.number().nonnegative(),
      /** Mean over the critical cases, weighted by severity; a block needs `threshold`. */
      meanEValue: z.number().nonnegative(),
      threshold: z.number().positive(),
      /** What the counts are of: false approvals, or wrong decisions where nothing tells approvals from denials. Approvals when absent. */
      harmKind: z.enum(['approval', 'decision']).optional(),
      /** Harm among the runs of that case. */
      baseline: harmCountsSchema,
      candidate: harmCountsSchema,
    })
    .optional(),
  /** The evidence that the suite got worse: the mean drop of the pass rate, and the exact test where one was due. */
  suite: z.object({
    drop: shareIntervalSchema,
    margin: z.number().min(0).max(1),
    test: z.object({ pValue: z.number().min(0).max(1), level: z.number().min(0).max(1) }).optional(),
  }),
});
export type ReportedEvidence = z.infer<typeof evidenceSchema>;

/** What got worse. `critical`: a critical case is falsely approved more often. */
export const accusationSchema = z.discriminatedUnion('cause', [
  z.object({ cause: z.literal('case'), caseId: z.string(), confirmPValue: z.number().min(0).max(1).optional() }),
  z.object({ cause: z.literal('suite'), confirmPValue: z.number().min(0).max(1).optional() }),
  z.object({ cause: z.literal('critical'), caseId: z.string(), confirmPValue: z.number().min(0).max(1).optional() }),
]);
export type Accusation = z.infer<typeof accusationSchema>;

/** A person's permission to merge in spite of a regression, for one version only. */
export const reportedWaiverSchema = z.object({
  caseIds: z.array(z.string()).min(1),
  versionFingerprint: z.string(),
  reason: z.string().min(1),
  approver: z.string().min(1),
  /** Last day on which it holds, as YYYY-MM-DD. */
  expires: z.string(),
});
export type ReportedWaiver = z.infer<typeof reportedWaiverSchema>;

/** What was run and what it cost. */
export const spendingSchema = z.object({
  /** Trials, both sides together; `saved` is what a fixed design would have needed more, `reused` came from the store. */
  trials: z.object({
    spent: z.int().nonnegative(),
    saved: z.int().nonnegative(),
    reused: z.int().nonnegative(),
    budget: z.number().nonnegative().optional(),
  }),
  /** By list price; absent when a price is not known. */
  dollars: z.number().nonnegative().optional(),
});
export type Spending = z.infer<typeof spendingSchema>;

const common = {
  /** Raised when a field changes its meaning or goes. */
  schemaVersion: z.literal(1),
  createdAt: z.iso.datetime(),
  /** The command that shows this again. */
  rerun: z.string().min(1),
  notices: z.array(noticeSchema),
};

const compared = {
  ...common,
  agent: z.string().min(1),
  /** Never mixed in one report. */
  mode: modelModeSchema,
  baseline: reportedVersionSchema,
  candidate: reportedVersionSchema,
  cases: z.array(reportedCaseSchema),
  spending: spendingSchema,
};

const answer = {
  kind: z.literal('verdict'),
  exitCode: z.int().min(0).max(255),
  /** One sentence or two for a person. */
  reason: z.string().min(1),
  /** How the rules that judged differ from main's, what weighs first; absent where a verdict was reached before they could be compared. */
  ruleChanges: z.array(ruleChangeSchema).optional(),
};

const judged = {
  ...answer,
  ...compared,
  /** Absent when no statistics were needed: nothing changed, or a replay. */
  evidence: evidenceSchema.optional(),
  attribution: attributionSchema.optional(),
  /** The rules that the pull request proposes, where the verdict depends on them. */
  proposal: proposalSchema.optional(),
  /** Files that differ from main; `leftOut` more are not listed. */
  changedFiles: z.object({ files: z.array(changedFileSchema), leftOut: z.int().nonnegative() }).optional(),
  /** For each case that got worse: what is wrong, where, and what to do. */
  accused: z.array(accusedCaseSchema).optional(),
  /** The smallest regressions that this run would have found with the given power, as drops of a pass rate, 0..1. */
  detectable: z
    .object({
      power: z.number().gt(0).lt(1),
      suiteDrop: z.number().min(0).max(1).optional(),
      caseDrop: z.number().min(0).max(1).optional(),
      /** Share of runs in which a critical case that main never approves falsely would have to be falsely approved. */
      harmRate: z.number().min(0).max(1).optional(),
    })
    .optional(),
};

/** The gate's answer as data: `reports/verdict.json`. It is the truth; everything else renders it. */
export const verdictSchema = z.discriminatedUnion('verdict', [
  /**
   * `unchanged`: the same fingerprint on both sides; `replayed`: stored answers led to the same decisions, which is no statistical verdict.
   * `failingNewCases` names cases that main does not have and that both sides fail: no regression, and nothing to keep silent about.
   */
  z.object({
    ...judged,
    verdict: z.literal('pass'),
    basis: z.enum(['tested', 'unchanged', 'replayed']),
    failingNewCases: z.array(z.string()).optional(),
  }),
  z.object({ ...judged, verdict: z.literal('regressed'), accusation: accusationSchema }),
  z.object({ ...judged, verdict: z.literal('waived'), accusation: accusationSchema, waiver: reportedWaiverSchema }),
  z.object({
    ...judged,
    verdict: z.literal('inconclusive'),
    cause: z.enum([
      'harm',
      'stuck',
      'budget',
      'rounds',
      'margin',
      'main-moved',
      'not-confirmed',
      'not-cleared',
      'rules-changed',
      'input-refused',
      'too-flaky',
      'other-docket',
      'shared-packages',
    ]),
    caseId: z.string().optional(),
  }),
  /** Passes by the rules that it proposes itself, which nobody else has approved. */
  z.object({ ...judged, verdict: z.literal('needs-approval'), proposal: proposalSchema }),
  /** Infra errors took runs away that the verdict needs. */
  z.object({ ...judged, verdict: z.literal('incomplete') }),
  /** No key and changed inputs: somebody with a key must run it. */
  z.object({ ...answer, ...common, verdict: z.literal('not-evaluated'), agent: z.string().min(1) }),
  /** A configuration, case or baseline that cannot be used. */
  z.object({ ...answer, ...common, verdict: z.literal('error') }),
]);
export type Verdict = z.infer<typeof verdictSchema>;

/** Two versions side by side, without a statistical verdict. */
export const comparisonSchema = z.object({ ...compared, kind: z.literal('comparison') });
export type Comparison = z.infer<typeof comparisonSchema>;

/** What every reporter renders. */
export const reportSchema = z.discriminatedUnion('kind', [verdictSchema, comparisonSchema]);
export type Report = z.infer<typeof reportSchema>;

/** A report that rests on two versions and their cases. */
export type ComparedReport = Extract<Report, { readonly cases: unknown }>;

type WithoutCases<Shape> = Shape extends { readonly cases: unknown } ? Omit<Shape, 'cases'> : Shape;

/** A report without its cases; a whole report is one, too. */
export type ReportHead = WithoutCases<Report>;

/** The head of a report that rests on two versions. */
export type ComparedHead = WithoutCases<ComparedReport>;

/** True when there are versions and cases to show. */
export function isCompared(report: Report): report is ComparedReport {
  return 'cases' in report;
}
