import { z } from 'zod';
import { modelModeSchema } from './model-mode.ts';

/** What was run. */
export const runKinds = ['eval', 'compare', 'gate', 'promptfoo', 'vitest'] as const;
export type RunKind = (typeof runKinds)[number];

/** How a run stands. `broken`: its process is gone and never said how it ended; nobody writes that, who reads it finds it out. */
export const runStates = ['running', 'done', 'stopped', 'failed', 'broken'] as const;

/** One version of a run, with what its trials came to so far. */
export const ranVersionSchema = z.object({
  name: z.string(),
  /** Absent where it is not known, as of a side whose trials nobody counted. */
  fingerprint: z.string().optional(),
  passes: z.int().nonnegative(),
  runs: z.int().nonnegative(),
  /** Trials of critical cases whose decision does harm; absent where nobody counted them. */
  harm: z.int().nonnegative().optional(),
  infraErrors: z.int().nonnegative(),
  /** List price of all trials that were counted; absent when the price of one is not known. */
  dollars: z.number().nonnegative().optional(),
});
export type RanVersion = z.infer<typeof ranVersionSchema>;

/** One invocation that was kept: `.docket/runs/<id>/run.json`. */
export const keptRunSchema = z.object({
  /** Raised when a field changes its meaning or goes. */
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[0-9a-z-]{1,80}$/),
  kind: z.enum(runKinds),
  /** As a person would type it, without secrets. */
  command: z.string(),
  /** Docket's own arguments, for going on; absent where they cannot be given again. */
  words: z.array(z.string()).optional(),
  /** Version of Docket. */
  docket: z.string(),
  agent: z.string().optional(),
  mode: modelModeSchema.optional(),
  commit: z.string().optional(),
  versions: z.array(ranVersionSchema),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  state: z.enum(runStates),
  /** Whose lock file beside this one says that the process lives. */
  owner: z.string(),
  trials: z.object({
    done: z.int().nonnegative(),
    /** Absent where nobody knows yet, as in a gate. */
    wanted: z.int().nonnegative().optional(),
    reused: z.int().nonnegative(),
  }),
  cases: z.int().nonnegative(),
  /** What it does now, in words; only while it runs. */
  step: z.string().optional(),
  /** What came of it. */
  verdict: z.object({ name: z.string(), tone: z.enum(['good', 'bad', 'warn', 'calm']), reason: z.string() }).optional(),
  exitCode: z.int().optional(),
  /** List price of what was run now; absent when it is not known. */
  dollars: z.number().nonnegative().optional(),
  /** The trial store, below the project where it can be; absent where it is the usual one. */
  store: z.string().optional(),
  /** True where the report stands beside it. */
  hasReport: z.boolean(),
});
export type KeptRun = z.infer<typeof keptRunSchema>;

/** What became of one case in a run: a line of `cases.ndjson`, passes and runs in the order of the run's versions. */
export const ranCaseSchema = z.tuple([z.string(), z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()]))]);
export type RanCase = z.infer<typeof ranCaseSchema>;

/** How a trial ended, in a letter: passed, failed, failed without a decision, ended by the machinery. */
export const trialEnds = ['p', 'f', 'u', 'i'] as const;
export type TrialEnd = (typeof trialEnds)[number];

/** A trial that ended: a line of `trials.ndjson`. Place of the version among the run's, case, number of the trial, end. */
export const ranTrialSchema = z.tuple([z.int().nonnegative(), z.string(), z.int().positive(), z.enum(trialEnds)]);
export type RanTrial = z.infer<typeof ranTrialSchema>;
