import { z } from 'zod';
import { draftSchema } from './draft.ts';
import { modelModeSchema } from './model-mode.ts';
import { promiseSchema } from './promise.ts';
import { shareIntervalSchema } from './share-interval.ts';

/** Where in the sources something stands, relative to the folder of `docket.config.ts`. */
export const sourcePlaceSchema = z.strictObject({ file: z.string().min(1), line: z.int().positive() });
export type SourcePlace = z.infer<typeof sourcePlaceSchema>;

/** What is to blame. */
export const problemCauses = ['tool', 'prompt', 'schema', 'flow', 'model'] as const;

/** One run that shows a problem: what was said, by whom, and what is right. All of it is quoted, and none of it believed. */
export const problemExampleSchema = z.strictObject({
  /** A trace's id, or a trial as `case, trial 2`. */
  run: z.string().min(1),
  kind: z.enum(['trace', 'trial']),
  /** The case, where the run is a trial. */
  case: z.string().optional(),
  quotes: z.array(z.strictObject({ from: z.string().min(1), text: z.string() })),
  /** The policy's arithmetic, or why the quoted words do not fit together. */
  arithmetic: z.string().optional(),
});
export type ProblemExample = z.infer<typeof problemExampleSchema>;

/** How one field was arrived at, and how often. */
export const methodSchema = z.strictObject({ method: z.string().min(1), runs: z.int().positive(), example: z.string().optional() });
export type Method = z.infer<typeof methodSchema>;

/** Something that is wrong, uneven or wasteful, as a detector found it. */
export const problemSchema = z.strictObject({
  /** The same for the same problem in every plan: `<detector>/<what it is about>`. */
  id: z.string().min(1),
  detector: z.string().min(1),
  kind: z.enum(['bug', 'inconsistency', 'inefficiency', 'drift']),
  severity: z.enum(['critical', 'serious', 'minor']),
  what: z.string().min(1),
  about: z.strictObject({
    tool: z.string().optional(),
    figure: z.string().optional(),
    field: z.string().optional(),
    /** A rule of the prompt, as it stands there. */
    rule: z.string().optional(),
  }),
  /** Runs that have it, of those that could. */
  seen: z.strictObject({ runs: z.int().nonnegative(), of: z.int().positive(), share: shareIntervalSchema }),
  /** Trace ids, or trials, the first of them. */
  runs: z.array(z.string()),
  cases: z.array(z.string()),
  examples: z.array(problemExampleSchema),
  methods: z.array(methodSchema).optional(),
  cause: z.enum(problemCauses),
  because: z.string().min(1),
  place: sourcePlaceSchema.optional(),
  /** Findings of the scorers in the runs that have it, the most frequent first. */
  findings: z.array(z.strictObject({ code: z.string(), runs: z.int().positive() })),
  /** What a reader cannot see of the figures: a p value with the number of looks, say. */
  statistics: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** In the order in which a plan lists them. */
export const changeGroups = ['tools', 'new-tools', 'prompt', 'schema', 'flow', 'cases'] as const;
export type ChangeGroup = (typeof changeGroups)[number];

export const changeSchema = z.strictObject({
  /** `P0-1`: priority and number. */
  id: z.string().regex(/^P[012]-\d+$/),
  /** P0: wrong outputs; P1: uneven ones; P2: nice to have. */
  priority: z.enum(['P0', 'P1', 'P2']),
  group: z.enum(changeGroups),
  what: z.string().min(1),
  /** What it touches: a prompt by name, a tool, a field. */
  target: z.string().min(1),
  place: sourcePlaceSchema.optional(),
  before: z.string(),
  after: z.string().min(1),
  /** True where `after` is the text itself; false where somebody has to write code that does what it says. */
  literal: z.boolean(),
  /** True where `before` and `after` are the whole prompt, and not a rule of it. */
  whole: z.literal(true).optional(),
  /** The model that proposed it; absent where a detector did. */
  by: z.string().optional(),
  /** Ids of the problems that are its evidence. */
  evidence: z.array(z.string()).min(1),
  promise: promiseSchema.optional(),
});
export type Change = z.infer<typeof changeSchema>;

/** Words of a person, or of another system, on a run or a case. */
export const noteSchema = z.strictObject({
  on: z.string().min(1),
  who: z.string().min(1),
  /** A day or a time, as it was recorded; null when it was not. */
  when: z.string().nullable(),
  text: z.string(),
});
export type Note = z.infer<typeof noteSchema>;

const measureSchema = z.strictObject({ runs: z.int(), median: z.number(), p95: z.number(), total: z.number() });

/** What a model made of the problems: only what holds against the evidence that it names. */
export const modelReadingSchema = z.strictObject({
  model: z.string(),
  /** `simulated` where no model answered. */
  mode: modelModeSchema,
  claims: z.array(z.strictObject({ text: z.string().min(1), evidence: z.array(z.string()).min(1) })),
  /** Claims and changes that do not hold, by why. */
  dropped: z.array(z.strictObject({ why: z.string().min(1), many: z.int().positive() })),
  /** Why there is nothing of it at all. */
  fault: z.string().optional(),
  dollars: z.number().optional(),
});
export type ModelReading = z.infer<typeof modelReadingSchema>;

/** `reports/improvement-plan.json`. */
export const improvementPlanSchema = z.strictObject({
  kind: z.literal('improvement-plan'),
  schemaVersion: z.literal(1),
  agent: z.string().min(1),
  version: z.strictObject({ name: z.string().min(1), fingerprints: z.array(z.string()) }),
  context: z.strictObject({
    /** Of what the plan is made. */
    source: z.enum(['traces', 'trials']),
    /** Milliseconds since 1970; null where the runs do not say. */
    from: z.number().nullable(),
    to: z.number().nullable(),
    /** Runs that were read whole. */
    runs: z.int().positive(),
    /** Traces of the window, where more than were read whole: those were drawn so that each had the same chance. */
    drawnFrom: z.int().positive().optional(),
    /** What scorers found, in all runs of the window, those too that were not read whole; with the newest trace that has it. */
    findings: z.array(z.strictObject({ code: z.string(), runs: z.int().positive(), example: z.string().optional() })),
    /** Runs whose input is whole, so that the policy could answer it. */
    withInput: z.int().nonnegative(),
    withDecision: z.int().nonnegative(),
    /** Cases, of trials. */
    cases: z.int().nonnegative(),
    models: z.array(z.strictObject({ model: z.string(), runs: z.int().positive() })),
    /** True where a simulated model answered all or some of them. */
    simulated: z.boolean(),
    /** Runs that do not name their version, or one that is not known, and were taken for this one. */
    takenFor: z.int().nonnegative(),
    /** Runs in the window that are not in the plan, by version and by why. */
    leftOut: z.array(z.strictObject({ version: z.string(), runs: z.int().positive(), why: z.string() })),
    tokensIn: measureSchema.nullable(),
    tokensOut: measureSchema.nullable(),
    durationMs: measureSchema.nullable(),
    dollars: measureSchema.nullable(),
    errors: z.int().nonnegative(),
    policy: z.boolean(),
    /** What the runs were compared with; `tooFew` where one of the sides has less than so many. */
    against: z.strictObject({ name: z.string(), runs: z.int().nonnegative(), tooFew: z.int().optional() }).optional(),
  }),
  core: z.array(z.string().min(1)).length(2),
  problems: z.array(problemSchema),
  worksWell: z.array(z.string().min(1)),
  changes: z.array(changeSchema),
  notes: z.array(noteSchema),
  /** As `docket cases draft` would write them; nothing is written by a plan. */
  drafts: z.array(draftSchema),
  verification: z.array(z.string().min(1)),
  /** With `--with-model`. */
  reading: modelReadingSchema.optional(),
});
export type ImprovementPlan = z.infer<typeof improvementPlanSchema>;
