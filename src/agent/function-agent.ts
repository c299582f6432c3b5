import { SpanKind } from '@opentelemetry/api';
import { z } from 'zod';
import { unnamedModel } from '../contracts/answered-by.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { fromJsonSchema } from '../contracts/from-json-schema.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Scorer } from '../contracts/scorer.ts';
import { type Transcript, transcriptSchema, type Usage } from '../contracts/transcript.ts';
import { type Outcome, outcomeSchema } from '../contracts/trial.ts';
import type { VersionDefinition } from '../contracts/version.ts';
import { infraFailureOf } from '../model/infra-failure.ts';
import type { AgentRun, OwnAnswers, RunContext } from './agent-run.ts';
import { checkScorers } from './check-scorers.ts';
import { Deadline } from './deadline.ts';
import type { Agent, CommandLineInput, DomainKnowledge } from './define-agent.ts';
import { errorStatus, inSpan } from './in-span.ts';
import { agentEnd, agentInput, agentStart } from './span-attributes.ts';
import { untilAborted } from './tool-loop.ts';
import type { ToolVariant } from './tool-variant.ts';
import type { Version } from './version.ts';

/** What a version of a function agent names: all of it is told to the function, and all of it is part of the version's fingerprint. */
export interface FunctionVersion {
  /** Instructions, when the function takes some from here; part `prompt` of the fingerprint. */
  readonly prompt?: string;
  /** The model that the function asks, for reports and prices. */
  readonly model?: string;
  /** Whatever else makes this version another one; part `settings` of the fingerprint. */
  readonly options?: JsonObject;
  /** Longest time for one trial, in milliseconds; two minutes when not given. */
  readonly deadlineMs?: number;
}

/** What a function is told beside the input. Nothing of the case: the expected decision cannot leak. */
export interface FunctionContext {
  readonly version: { readonly name: string; readonly prompt: string; readonly model: string | undefined; readonly options: JsonObject };
  /** Aborted when the trial's deadline is over or the person ends the run. */
  readonly signal: AbortSignal;
}

/** What a function answers: a decision, or in `outcome` how it ended without one; with what happened and what it cost where that is known. */
export type FunctionAnswer<Decision> = ({ readonly decision: Decision } | { readonly outcome: Outcome }) & {
  readonly transcript?: { readonly userMessage?: string; readonly steps: Transcript['steps'] };
  /** Tokens; those of the transcript's model calls when not given. */
  readonly usage?: Partial<Usage>;
};

export interface FunctionAgentDefinition<Input extends object, Decision extends object> extends DomainKnowledge<Input> {
  readonly name: string;
  /** `import.meta.url` of the file with the function: that file and everything it imports are part of the fingerprint. */
  readonly source: string;
  /** The input's schema, zod or JSON Schema. */
  readonly input: z.ZodType<Input> | JsonObject;
  /** The decision's schema, zod or JSON Schema. */
  readonly decision: z.ZodType<Decision> | JsonObject;
  /** One version `v1` that names nothing when not given. */
  readonly versions?: Readonly<Record<string, FunctionVersion>>;
  /**
   * The agent. What it throws counts against it (`no-decision`), but for what says that a server could not be reached, was too busy or refused the
   * key: that is an infra error, and says nothing about the agent.
   */
  run(input: Input, context: FunctionContext): Promise<FunctionAnswer<Decision>> | FunctionAnswer<Decision>;
  /** The rules of the domain as code: the right decision for an input. */
  readonly policy?: (input: Input) => Partial<Decision>;
  readonly scorers: readonly Scorer[];
  /** `import.meta.url` of the file that makes the scorers. In a file of their own they can change without the agent, and the agent without them. */
  readonly scorersSource?: string;
  /** Files that the agent reads while it runs, as patterns relative to `docket.config.ts`. */
  readonly reads?: readonly string[];
  readonly commandLine?: CommandLineInput;
}

/**
 * Declares an agent that is any async function: one written with another framework, or without one. It answers by itself, with whatever keys it
 * finds in its environment; Docket asks no model for it, so there is no simulated or recorded mode.
 * @throws {DocketError} when a version, a scorer or a schema cannot be used
 */
export function functionAgent<Input extends object, Decision extends object>(definition: FunctionAgentDefinition<Input, Decision>): Agent {
  const { name, source, input, decision, versions = { v1: {} }, run, ...rest } = definition;
  const at = `agent "${name}"`;
  if (typeof run !== 'function') throw new DocketError(`${at}: "run" is no function. Expected async (input, context) => ({ decision }).`);
  if (Object.keys(versions).length === 0) throw new DocketError(`${at}: has no versions. Add one to "versions", or leave it out.`);
  for (const version of Object.keys(versions)) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version))
      throw new DocketError(`${at}: the version name "${version}" may hold letters, digits, ".", "_" and "-" only.`);
  }
  const answers = run as unknown as Answering;
  const agent = {
    ...rest,
    name,
    input: schemaOf(input, `${at}: "input"`),
    prompts: Object.fromEntries(Object.entries(versions).map(([key, { prompt = '' }]) => [key, prompt])),
    toolVariants: { function: variantOf(decision, source, at) },
    versions: Object.fromEntries(Object.entries(versions).map(([key, version]) => [key, definitionOf(key, version)])),
    userMessage: { source, render: (given: JsonObject) => JSON.stringify(given) },
    own: {
      kind: 'function',
      run: (version, given, context) => runFunction({ name, answers, version, input: given, context }),
    } satisfies OwnAnswers,
    docket: import.meta.url,
  } as unknown as Agent;
  checkScorers(agent);
  return agent;
}

/** The function as the framework knows it: types of input and decision are erased, schemas check the values. */
type Answering = (input: JsonObject, context: FunctionContext) => Promise<unknown> | unknown;

function definitionOf(name: string, { model = unnamedModel, options, deadlineMs }: FunctionVersion): VersionDefinition {
  const settings = { ...(options ? { options } : {}), ...(deadlineMs === undefined ? {} : { deadlineMs }) };
  return { prompt: name, toolVariant: 'function', model, settings };
}

/** The code counts as the one tool of the version, and is no tool that a model is told of. */
function variantOf(decision: z.ZodType | JsonObject, source: string, at: string): ToolVariant<JsonObject, JsonObject> {
  const schema = schemaOf(decision, `${at}: "decision"`);
  const run = () => {
    throw new Error('A function agent has no tools that Docket runs.');
  };
  return {
    definitions: [],
    decisionJsonSchema: isZod(decision) ? jsonSchemaOf(decision) : decision,
    decisionSchema: schema,
    tools: new Map([['run', { source, run }]]),
    inputSchemas: new Map(),
  };
}

function isZod(schema: z.ZodType | JsonObject): schema is z.ZodType {
  return typeof (schema as { safeParse?: unknown }).safeParse === 'function';
}

function schemaOf(schema: z.ZodType | JsonObject, what: string): z.ZodType<JsonObject> {
  if (isZod(schema)) return schema as z.ZodType<JsonObject>;
  try {
    return fromJsonSchema(schema) as z.ZodType<JsonObject>;
  } catch (cause) {
    throw new DocketError(`${what} is no schema that can be used: ${(cause as Error).message}. Expected a zod schema or JSON Schema.`, {
      cause,
    });
  }
}

/** As a function writes it. What JSON Schema cannot say is left to the schema itself. */
function jsonSchemaOf(schema: z.ZodType): JsonObject {
  return JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', cycles: 'ref' }))) as JsonObject;
}

interface FunctionRun {
  readonly name: string;
  readonly answers: Answering;
  readonly version: Version;
  readonly input: JsonObject;
  readonly context: RunContext;
}

function runFunction({ name, answers, version, input, context }: FunctionRun): Promise<AgentRun> {
  const { signal, now, trace } = context;
  const traced = { agent: { name, own: true }, version, input, ...(trace ? { trace } : {}) };
  const start = { name: `invoke_agent ${name}`, kind: SpanKind.INTERNAL, attributes: agentStart(traced), content: trace?.content };
  return inSpan(start, async (span) => {
    const userMessage = JSON.stringify(input);
    if (span.isRecording()) span.setAttributes(agentInput(traced, userMessage));
    const { deadlineMs } = version.settings;
    const deadline = new Deadline(deadlineMs, signal, now);
    try {
      const run = await untilAborted(askFunction(answers, input, contextOf(version, deadline.signal)), deadline.signal)
        .then((answer) => readAnswer(answer, version, userMessage, name))
        .catch((error: unknown) => failureOf(error, { signal, deadline, deadlineMs, userMessage }));
      if (span.isRecording()) span.setAttributes(agentEnd(traced, run.outcome, run.usage, run.transcript));
      if (run.outcome.kind === 'infra-error') span.setStatus(errorStatus(run.outcome.message, trace?.content));
      return span.isRecording() ? { ...run, span: span.spanContext() } : run;
    } finally {
      deadline.end();
    }
  });
}

async function askFunction(answers: Answering, input: JsonObject, context: FunctionContext): Promise<unknown> {
  // A copy: a function that writes into its input must not change the next trial's.
  return answers(structuredClone(input), context);
}

function contextOf({ name, prompt, model, settings }: Version, signal: AbortSignal): FunctionContext {
  const named = model === unnamedModel ? undefined : model;
  return { version: { name, prompt: prompt.text, model: named, options: settings.options ?? {} }, signal };
}

const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };

/** @throws {DocketError} when what is told beside the decision has another shape: that is no answer of the agent's, good or bad */
function readAnswer(answer: unknown, version: Version, userMessage: string, agent: string): AgentRun {
  const told = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly [Name in keyof AgentRun | 'decision']?: unknown;
  };
  const at = `agent "${agent}"`;
  const { steps, userMessage: message = userMessage } = parsed(toldTranscript, told.transcript ?? { steps: [] }, `${at}: its transcript`);
  const transcript = { userMessage: message, steps };
  const usage = told.usage === undefined ? usageOf(steps) : parsed(toldUsage, told.usage, `${at}: its usage`);
  if (told.outcome !== undefined)
    return { outcome: parsed(outcomeSchema, told.outcome, `${at}: its outcome`) as Outcome, transcript, usage };
  return { outcome: decisionIn(answer, told.decision, version), transcript, usage };
}

const toldTranscript = transcriptSchema.extend({ userMessage: z.string().optional() });
const tokens = z.number().nonnegative().default(0);
const toldUsage = z.strictObject({ inputTokens: tokens, outputTokens: tokens, cacheWriteTokens: tokens, cacheReadTokens: tokens });

function decisionIn(answer: unknown, decision: unknown, { toolVariant }: Version): Outcome {
  if (decision === undefined || decision === null) {
    const what = answer === undefined || answer === null ? 'nothing' : `no "decision" (${shown(answer)})`;
    return { kind: 'no-decision', reason: `The function returned ${what}; expected { decision } or { outcome }.` };
  }
  const plain = plainOf(decision);
  if (plain === undefined) return { kind: 'invalid', text: shown(decision), issues: ['the decision cannot be written as JSON'] };
  const read = safely(() => toolVariant.decisionSchema.safeParse(plain.value), 'its decision schema');
  if (read.success) return { kind: 'decided', decision: (plainOf(read.data)?.value ?? {}) as JsonObject };
  const issues = read.error.issues.map((issue) => `${issue.path.join('.') || 'the decision'}: ${issue.message}`);
  return { kind: 'invalid', text: JSON.stringify(plain.value), issues };
}

function usageOf(steps: Transcript['steps']): Usage {
  const usage = { ...noUsage };
  for (const step of steps)
    if (step.kind === 'model-call') for (const key of Object.keys(usage) as (keyof Usage)[]) usage[key] += step.usage[key];
  return usage;
}

interface Failing {
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly deadlineMs: number;
  readonly userMessage: string;
}

function failureOf(error: unknown, { signal, deadline, deadlineMs, userMessage }: Failing): AgentRun {
  if (signal.aborted) throw signal.reason;
  if (error instanceof DocketError) throw error;
  const ended = (outcome: Outcome): AgentRun => ({ outcome, transcript: { userMessage, steps: [] }, usage: noUsage });
  if (deadline.signal.aborted) {
    const message = `The trial did not end within its deadline of ${deadlineMs / 1000} s (deadlineMs of the version).`;
    return ended({ kind: 'infra-error', error: 'timeout', message, retryable: true });
  }
  const failure = infraFailureOf(error);
  if (failure) return ended({ kind: 'infra-error', ...failure });
  return ended({
    kind: 'no-decision',
    reason: `The function threw ${error instanceof Error ? `${error.name}: ${error.message}` : shown(error)}`,
  });
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const read = schema.safeParse(plainOf(value)?.value);
  if (read.success) return read.data;
  throw new DocketError(`${what} has another shape than expected:\n${z.prettifyError(read.error)}`);
}

/** @throws {DocketError} where a schema waits for something */
function safely<Result>(parse: () => Result, what: string): Result {
  try {
    return parse();
  } catch (cause) {
    throw new DocketError(
      `${what} failed: ${(cause as Error).message} A schema must check at once: move what takes time into the function.`,
      { cause },
    );
  }
}

/** As it is after a way through JSON; undefined where there is none. */
function plainOf(value: unknown): { readonly value: unknown } | undefined {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? undefined : { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  return (plainOf(value) ? JSON.stringify(value) : String(value)).slice(0, 200);
}
