import { context as activeContext, trace as otel, SpanKind } from '@opentelemetry/api';
import { unnamedModel } from '../contracts/answered-by.ts';
import type { OwnKind } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Outcome } from '../contracts/trial.ts';
import type { HeardTrial, SpanListener, ToldRun } from '../contracts/trial-spans.ts';
import { infraFailureOf } from '../model/infra-failure.ts';
import type { AgentRun, RunContext } from './agent-run.ts';
import { Deadline } from './deadline.ts';
import { errorStatus, inSpan } from './in-span.ts';
import { noUsage, nouns, readAnswer, shownValue } from './own-answer.ts';
import { replaySteps } from './replay-spans.ts';
import { agentEnd, agentInput, agentStart } from './span-attributes.ts';
import { untilAborted } from './tool-loop.ts';
import type { Version } from './version.ts';

/** What an agent that answers by itself is told beside the input. Nothing of the case: the expected decision cannot leak. */
export interface OwnContext {
  readonly version: { readonly name: string; readonly prompt: string; readonly model: string | undefined; readonly options: JsonObject };
  /** Aborted when the trial's deadline is over or the person ends the run. */
  readonly signal: AbortSignal;
}

/** What a kind of agents is given for a trial: what the agent is told, and what helps to run it. */
export interface OwnTrial extends OwnContext {
  /** Given every wait for a turn: it is not the agent's own time. */
  readonly waiting: <Value>(turn: Promise<Value>) => Promise<Value>;
  /** Has a sentence said beside that the deadline is over: what the agent had done until then. */
  readonly atDeadline: (sentence: () => string) => void;
  /** Hears the spans of this trial, where somebody listens. */
  readonly heard: HeardTrial | undefined;
  /** Hears those of every trial. */
  readonly spans: SpanListener | undefined;
}

/** The agent as the framework knows it: types of input and decision are erased, schemas check the values. */
export type Answering = (input: JsonObject, trial: OwnTrial) => Promise<unknown> | unknown;

interface OwnRun {
  readonly name: string;
  readonly kind: OwnKind;
  readonly answers: Answering;
  readonly version: Version;
  readonly input: JsonObject;
  readonly context: RunContext;
}

/** Has an agent answer once. Every end is an outcome, but for an abort from outside and for what says that the agent was declared wrongly. */
export function runOwn({ name, kind, answers, version, input, context }: OwnRun): Promise<AgentRun> {
  const { signal, now, trace } = context;
  const traced = { agent: { name, own: true }, version, input, ...(trace ? { trace } : {}) };
  const start = { name: `invoke_agent ${name}`, kind: SpanKind.INTERNAL, attributes: agentStart(traced), content: trace?.content };
  return inSpan(start, async (span) => {
    const userMessage = JSON.stringify(input);
    const begun = Date.now();
    if (span.isRecording()) span.setAttributes(agentInput(traced, userMessage));
    const { deadlineMs } = version.settings;
    const deadline = new Deadline(deadlineMs, signal, now);
    const heard = context.spans?.hear();
    let sentence = () => '';
    const atDeadline: OwnTrial['atDeadline'] = (given) => (sentence = given);
    try {
      const told = { ...contextOf(version, deadline.signal), waiting: deadline.waiting, atDeadline, heard, spans: context.spans };
      const run = await untilAborted(ask(answers, input, told), deadline.signal)
        .then((answer) => readAnswer(answer, { version, userMessage, agent: name, kind, heard: heard?.told() }))
        .catch((error: unknown) => failureOf(error, { kind, signal, deadline, deadlineMs, sentence, userMessage, heard: heard?.told() }));
      // What another process said was received here, and not where spans are sent; those of this process went there themselves.
      if (span.isRecording() && kind !== 'function')
        replaySteps(traced, run.transcript, { start: begun, parent: otel.setSpan(activeContext.active(), span) });
      if (span.isRecording()) span.setAttributes(agentEnd(traced, run.outcome, run.usage, run.transcript));
      if (run.outcome.kind === 'infra-error') span.setStatus(errorStatus(run.outcome.message, trace?.content));
      return span.isRecording() ? { ...run, span: span.spanContext() } : run;
    } finally {
      deadline.end();
      heard?.end();
    }
  });
}

async function ask(answers: Answering, input: JsonObject, trial: OwnTrial): Promise<unknown> {
  // A copy: an agent that writes into its input must not change the next trial's.
  return answers(structuredClone(input), trial);
}

function contextOf({ name, prompt, model, settings }: Version, signal: AbortSignal): OwnContext {
  const named = model === unnamedModel ? undefined : model;
  return { version: { name, prompt: prompt.text, model: named, options: settings.options ?? {} }, signal };
}

interface Failing {
  readonly kind: OwnKind;
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly deadlineMs: number;
  readonly sentence: () => string;
  readonly userMessage: string;
  readonly heard: ToldRun | undefined;
}

function failureOf(error: unknown, { kind, signal, deadline, deadlineMs, sentence, userMessage, heard }: Failing): AgentRun {
  if (signal.aborted) throw signal.reason;
  if (error instanceof DocketError) throw error;
  const ended = (outcome: Outcome): AgentRun => ({
    outcome,
    transcript: { userMessage, steps: [], ...heard?.transcript },
    usage: heard?.usage ?? noUsage,
  });
  if (deadline.signal.aborted) {
    const message = `The trial did not end within its deadline of ${deadlineMs / 1000} s (deadlineMs of the version).${sentence()}`;
    return ended({ kind: 'infra-error', error: 'timeout', message, retryable: true });
  }
  const failure = infraFailureOf(error);
  if (failure) return ended({ kind: 'infra-error', ...failure });
  return ended({
    kind: 'no-decision',
    reason: `The ${nouns[kind]} threw ${error instanceof Error ? `${error.name}: ${error.message}` : shownValue(error)}`,
  });
}
