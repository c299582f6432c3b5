import { z } from 'zod';
import { answeredBySchema } from './answered-by.ts';
import { confusionSchema } from './confusion.ts';
import { decisionSchema } from './decision.ts';
import { modelModeSchema, standInSchema } from './model-mode.ts';
import { relationKinds } from './relation.ts';
import { findingSchema, scoreSchema } from './score.ts';
import { infraErrorKindSchema, settledOutcomeSchema } from './trial.ts';
import { versionIdentitySchema } from './version.ts';

/** What the provider's prompt cache did. */
export const cacheUseSchema = z.object({
  /** Input tokens that came from the cache. */
  readTokens: z.number().nonnegative(),
  /** List price of the same input without a cache, less what it cost; below 0 when more was written than read. Absent when the price is not known. */
  savedDollars: z.number().optional(),
});
export type CacheUse = z.infer<typeof cacheUseSchema>;

/** What asking scorers that answer later came to; dollars where any of them says what it cost. */
export const scoringTotalSchema = z.object({
  asked: z.int().nonnegative(),
  reused: z.int().nonnegative(),
  dollars: z.number().nonnegative().optional(),
});
export type ScoringTotal = z.infer<typeof scoringTotalSchema>;

/** What one trial came to. The transcript stays in the store. */
export const evaluatedTrialSchema = z.object({
  number: z.int().positive(),
  /** Every hard scorer passed. */
  pass: z.boolean(),
  outcome: z.enum(settledOutcomeSchema.options.map((option) => option.shape.kind.value)),
  decision: decisionSchema.optional(),
  scores: z.array(scoreSchema),
  /** What the model was told by tool calls that failed; absent when none did. A fault of a tool's code looks like one of the agent otherwise. */
  toolErrors: z.array(z.string()).optional(),
  /** The models that answered; absent when it was the one that was asked and no other. */
  answeredBy: z.array(z.string()).optional(),
  /** Present when a server that says it is no live model answered a live call: then this is no live trial. */
  standIn: standInSchema.optional(),
  /** By the list price of the model that answered; absent when the price is not known. */
  dollars: z.number().nonnegative().optional(),
  tokens: z.number().nonnegative(),
  /** Absent when the cache was neither read nor written. */
  cache: cacheUseSchema.optional(),
  durationMs: z.number().nonnegative(),
  /** True when it was taken from the store and no model was called. */
  reused: z.boolean(),
});
export type EvaluatedTrial = z.infer<typeof evaluatedTrialSchema>;

/** A trial that the machinery ended: no run of the agent, so neither a pass nor a fail. */
export const infraErrorResultSchema = z.object({
  number: z.int().positive(),
  error: infraErrorKindSchema,
  message: z.string(),
  /** List price of the answers that came before the error; absent when the price is not known. */
  dollars: z.number().nonnegative().optional(),
});
export type InfraErrorResult = z.infer<typeof infraErrorResultSchema>;

/** All trials of one version on one case. */
export const caseResultSchema = z.object({
  caseId: z.string(),
  title: z.string(),
  passes: z.int().nonnegative(),
  runs: z.int().nonnegative(),
  trials: z.array(evaluatedTrialSchema),
  /** Scores of the repeats together. */
  scores: z.array(scoreSchema),
  /** Every different fault of the hard scorers with the number of trials that show it, most frequent first. */
  findings: z.array(findingSchema.extend({ trials: z.int().positive() })),
  infraErrors: z.array(infraErrorResultSchema),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

/** What became of one relation over all cases of a version. A case and its twins are one family, and count as one. */
export const relationResultSchema = z.object({
  name: z.string(),
  kind: z.enum(relationKinds),
  /** Families that were judged by it, and how many twins they have in all. */
  cases: z.int().nonnegative(),
  twins: z.int().nonnegative(),
  /** Families in which it does not hold. */
  broken: z.array(
    z.object({
      caseId: z.string(),
      /** Trials in which it does not hold, of how many. */
      trials: z.int().positive(),
      runs: z.int().positive(),
      example: findingSchema,
      /** True when the decisions on the case itself differ from trial to trial as well: then luck may be the reason. */
      repeatsDiffer: z.boolean(),
    }),
  ),
  /** True when it finds nothing wrong with any of its twins, whatever is decided: then that it holds says nothing. Absent otherwise. */
  idle: z.literal(true).optional(),
  /** Cases of which it says nothing, with the different reasons. */
  notJudged: z.object({ cases: z.int().nonnegative(), why: z.array(z.string()) }),
});
export type RelationResult = z.infer<typeof relationResultSchema>;

/** All trials of one version. */
export const versionResultSchema = z.object({
  version: versionIdentitySchema,
  /** The current version decides the exit code; others are there for comparison. */
  role: z.enum(['current', 'comparison']),
  /** Who answered its trials, most often first; absent when it was the model that was asked and no other. */
  answeredBy: z.array(answeredBySchema).optional(),
  /** Live calls that a server answered which says it is no live model; absent where none was. */
  standIn: z.object({ trials: z.int().positive(), mode: standInSchema }).optional(),
  cases: z.array(caseResultSchema),
  /** What was decided against what was right; absent where nothing says which field decides. */
  confusion: confusionSchema.optional(),
  /** Relations that were checked; absent where nobody asked. */
  relations: z.array(relationResultSchema).optional(),
  /** Fields that labels name and this version's decision does not have, so that they are not compared; absent when there is none. */
  notCompared: z.array(z.string()).min(1).optional(),
  totals: z.object({
    passes: z.int().nonnegative(),
    runs: z.int().nonnegative(),
    falseApprovals: z.int().nonnegative(),
    falseDenials: z.int().nonnegative(),
    /** Decisions that differ in a field that is no yes/no, so that nothing tells approvals from denials; absent when there is none. */
    wrongDecisions: z.int().positive().optional(),
    infraErrors: z.int().nonnegative(),
    /** Undone because the run was stopped. */
    notRun: z.int().nonnegative(),
    /** Share of pairs of repeats that agree, mean over cases; absent with one trial a case. */
    agreement: z.number().min(0).max(1).optional(),
    tokens: z.number().nonnegative(),
    /** List price of all trials, and of what infra errors ended; absent when a part of it is not known. */
    dollars: z.number().nonnegative().optional(),
    /** Absent when no trial read or wrote the cache. */
    cache: cacheUseSchema.optional(),
    meanDurationMs: z.number().nonnegative(),
  }),
});
export type VersionResult = z.infer<typeof versionResultSchema>;

/** What `docket eval` finds out; `reports/evaluation.json`. */
export const evaluationSchema = z.object({
  kind: z.literal('evaluation'),
  /** Who answered: live only when no stand-in did. */
  mode: modelModeSchema,
  /** Where live calls went; absent when that is the vendor's own server. */
  endpoint: z.string().optional(),
  agent: z.string(),
  current: z.string(),
  trialsPerCase: z.int().positive(),
  versions: z.array(versionResultSchema),
  /** Model calls were made for `run` trials; `reused` came from the store. */
  trials: z.object({ run: z.int().nonnegative(), reused: z.int().nonnegative(), failed: z.int().nonnegative() }),
  /** Where workers ran them: also those that another run asked for at the same time, which counts and prices them too. */
  ranBy: z.literal('workers').optional(),
  /** List price of the live answers of this run alone: reused trials left out, trials that an infra error ended counted in. */
  spentDollars: z.number().nonnegative().optional(),
  /** The part of it that is known, where the price of some answers is not, or answers were lost that may have been charged. */
  spentAtLeastDollars: z.number().nonnegative().optional(),
  /** Where the prices of the models that answered are from, with their date. */
  priceSources: z.array(z.string()).optional(),
  /** Scorers that answer later: how often one was asked now, how often what was kept was taken, and what those asked say to have cost. */
  scoring: scoringTotalSchema.optional(),
  /** Why the passes say less than they seem to, though no trial failed: every case wants the same answer, a scorer judged nothing; absent when there is nothing. */
  doubts: z.array(z.string()).min(1).optional(),
  /** Why the run ended early. */
  stopped: z.string().optional(),
});
export type Evaluation = z.infer<typeof evaluationSchema>;
