import { z } from 'zod';
import type { OwnKind } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import { type Transcript, transcriptSchema, type Usage } from '../contracts/transcript.ts';
import { type Outcome, outcomeSchema } from '../contracts/trial.ts';
import type { ToldRun } from '../contracts/trial-spans.ts';
import type { AgentRun } from './agent-run.ts';
import type { Version } from './version.ts';

/**
 * What an agent that runs by itself answers: a decision, or in `outcome` how it ended without one; with what happened and what it cost where that
 * is known.
 */
export type OwnAnswer<Decision> = ({ readonly decision: Decision } | { readonly outcome: Outcome }) & {
  readonly transcript?: { readonly userMessage?: string; readonly steps: Transcript['steps'] };
  /** Tokens; those of the transcript's model calls when not given. */
  readonly usage?: Partial<Usage>;
};

/** Who answers, in a sentence. */
export const nouns: Readonly<Record<OwnKind, string>> = { function: 'function', command: 'command', http: 'server', promptfoo: 'provider' };

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };

/** Whose answer it is. */
export interface Answered {
  readonly version: Version;
  readonly userMessage: string;
  readonly agent: string;
  readonly kind: OwnKind;
  /** What its spans say; counts where the answer itself has no transcript. */
  readonly heard?: ToldRun | undefined;
}

/** @throws {DocketError} when what is told beside the decision has another shape: that is no answer of the agent's, good or bad */
export function readAnswer(answer: unknown, { version, userMessage, agent, kind, heard }: Answered): AgentRun {
  const told = (typeof answer === 'object' && answer !== null ? answer : {}) as {
    readonly [Name in keyof AgentRun | 'decision']?: unknown;
  };
  const at = `agent "${agent}"`;
  const { steps, userMessage: message = userMessage } = parsed(
    toldTranscript,
    told.transcript ?? heard?.transcript ?? { steps: [] },
    `${at}: its transcript`,
  );
  const transcript = { userMessage: message, steps };
  const counted = told.transcript === undefined && heard ? heard.usage : usageOf(steps);
  const usage = told.usage === undefined ? counted : parsed(toldUsage, told.usage, `${at}: its usage`);
  if (told.outcome !== undefined)
    return { outcome: parsed(outcomeSchema, told.outcome, `${at}: its outcome`) as Outcome, transcript, usage };
  return { outcome: decisionIn(answer, told.decision, version, kind), transcript, usage };
}

const toldTranscript = transcriptSchema.extend({ userMessage: z.string().optional() });
const tokens = z.number().nonnegative().default(0);
const toldUsage = z.strictObject({ inputTokens: tokens, outputTokens: tokens, cacheWriteTokens: tokens, cacheReadTokens: tokens });

function decisionIn(answer: unknown, decision: unknown, { toolVariant }: Version, kind: OwnKind): Outcome {
  if (decision === undefined || decision === null) {
    const what = answer === undefined || answer === null ? 'nothing' : `no "decision" (${shownValue(answer)})`;
    return { kind: 'no-decision', reason: `The ${nouns[kind]} returned ${what}; expected { decision } or { outcome }.` };
  }
  const plain = plainOf(decision);
  if (plain === undefined) return { kind: 'invalid', text: shownValue(decision), issues: ['the decision cannot be written as JSON'] };
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
    throw new DocketError(`${what} failed: ${(cause as Error).message} A schema must check at once: move what takes time into the agent.`, {
      cause,
    });
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

/** The beginning of a value, for a message. */
export function shownValue(value: unknown): string {
  return (plainOf(value) ? JSON.stringify(value) : String(value)).slice(0, 200);
}
