import { z } from 'zod';
import { caseSchema } from '../contracts/case.ts';
import { describedAgentSchema, describedVersionSchema } from '../contracts/described-agent.ts';
import { factorNames } from '../contracts/factor.ts';
import { jsonObjectSchema, jsonValueSchema } from '../contracts/json.ts';
import { modelModeSchema } from '../contracts/model-mode.ts';
import { scoreSchema } from '../contracts/score.ts';
import { transcriptSchema, usageSchema } from '../contracts/transcript.ts';
import { infraErrorKindSchema, outcomeSchema, trialSchema } from '../contracts/trial.ts';
import { versionSettingsSchema } from '../contracts/version.ts';

/**
 * The lines that a judge and a worker write to each other: one JSON object a line, UTF-8, over two pipes. The judge opens with `start`, the
 * worker answers `hello` or `refused`; from then on the judge asks (`parse`, `run`, `cancel`) and the worker answers, in any order. For each
 * model call of a run the worker asks the judge, who has the key, the limits and the budget.
 */
export const protocolVersion = 1;

/** Longest line in bytes: who writes a longer one is at fault. */
export const longestLine = 64 * 1024 * 1024;

const id = z.int().nonnegative();

/** A configuration and the version of it that the worker runs. */
const sideSchema = z.object({
  /** Folder of `docket.config.ts`. */
  root: z.string(),
  /** Version as people write it; the configured current one when absent. */
  reference: z.string().optional(),
});

/** Judge to worker. */
export const toWorkerSchema = z.discriminatedUnion('type', [
  sideSchema.extend({
    type: z.literal('start'),
    protocol: z.int(),
    /** Where the agent's code finds itself; the configuration's folder when absent. */
    directory: z.string().optional(),
    /** Parts to be taken from another checkout's version instead: for finding the cause of a regression. */
    mixture: sideSchema.extend({ parts: z.array(z.enum(factorNames)) }).optional(),
    /** Values of the version that are told instead of those that the checkout's own files say: for finding the cause, too. */
    told: z.object({ prompt: z.string(), model: z.string(), settings: versionSettingsSchema }).partial().optional(),
  }),
  /** Inputs as they stand in case files, to be parsed by the agent's own schema. */
  z.object({ type: z.literal('parse'), id, inputs: z.array(jsonValueSchema) }),
  /** The cases of the checkout. */
  z.object({ type: z.literal('cases'), id }),
  /** What the agent's policy decides for inputs that its schema parsed. */
  z.object({ type: z.literal('decide'), id, inputs: z.array(jsonObjectSchema) }),
  /** Trials that were run elsewhere, to be scored by the checkout's own scorers and cases. */
  z.object({
    type: z.literal('score'),
    id,
    version: describedVersionSchema,
    /** Fields that a decision must have beside those of the version's own schema. */
    owed: z.array(z.string()),
    trials: z.array(z.object({ case: caseSchema, input: jsonObjectSchema, trial: trialSchema })),
  }),
  /** A request to the checkout's own simulated model. */
  z.object({ type: z.literal('simulate'), id, request: jsonObjectSchema, series: z.string(), trialNumber: z.int(), slipRate: z.number() }),
  z.object({ type: z.literal('run'), id, input: jsonObjectSchema, mode: modelModeSchema, deadlineMs: z.int().positive().optional() }),
  z.object({ type: z.literal('cancel'), id }),
  /** The model's answer to a call, as the Messages API gave it. */
  z.object({ type: z.literal('answer'), call: id, answer: jsonObjectSchema }),
  z.object({
    type: z.literal('failure'),
    call: id,
    error: z.object({ kind: infraErrorKindSchema, message: z.string(), retryable: z.boolean(), lost: z.boolean().optional() }),
  }),
  /** The call waits for its turn: such time is not the trial's own. `working` ends it. */
  z.object({ type: z.literal('waiting'), call: id }),
  z.object({ type: z.literal('working'), call: id }),
]);
export type ToWorker = z.infer<typeof toWorkerSchema>;

/** A case file as the worker's agent takes it. */
const workerCaseSchema = z.object({ case: caseSchema, input: jsonObjectSchema, file: z.string() });
export type WorkerCase = z.infer<typeof workerCaseSchema>;

/** Worker to judge. */
export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    protocol: z.int(),
    /** Docket's own version. */
    docket: z.string(),
    agent: describedAgentSchema,
    /** The version that is served. */
    version: describedVersionSchema,
    /** What `docket.config.ts` says beside the agent, with every default filled in. */
    settings: jsonObjectSchema,
  }),
  /** The configuration does not load, or there is no such version: a sentence for people. */
  z.object({ type: z.literal('refused'), message: z.string() }),
  z.object({
    type: z.literal('parsed'),
    id,
    inputs: z.array(z.union([z.object({ input: jsonObjectSchema }), z.object({ issue: z.string() })])),
  }),
  z.object({ type: z.literal('cases'), id, cases: z.array(workerCaseSchema) }),
  /** What was asked cannot be answered: a sentence for people. */
  z.object({ type: z.literal('unanswered'), id, message: z.string() }),
  z.object({ type: z.literal('scores'), id, scored: z.array(z.object({ pass: z.boolean(), scores: z.array(scoreSchema) })) }),
  z.object({ type: z.literal('simulated'), id, answer: jsonObjectSchema }),
  z.object({ type: z.literal('policy'), id, decisions: z.array(jsonValueSchema) }),
  /** A model call of a run; the request as the Messages API takes it. */
  z.object({ type: z.literal('model'), call: id, run: id, request: jsonObjectSchema }),
  z.object({ type: z.literal('decided'), id, outcome: outcomeSchema, transcript: transcriptSchema, usage: usageSchema }),
  /** The agent's own code threw: a fault of the agent, not of the machinery. */
  z.object({ type: z.literal('thrown'), id, message: z.string() }),
]);
export type FromWorker = z.infer<typeof fromWorkerSchema>;
