import { SpanKind } from '@opentelemetry/api';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { Transcript, Usage } from '../contracts/transcript.ts';
import type { Outcome, SettledOutcome } from '../contracts/trial.ts';
import type { ModelAnswer, ModelContext, ModelRequest } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import type { AgentRun, RunContext, ToolAnswer } from './agent-run.ts';
import { answerEnd, strangeEnd } from './answer-end.ts';
import { Deadline } from './deadline.ts';
import { decisionToolOf, givenDecision } from './decision-tool.ts';
import type { Agent } from './define-agent.ts';
import { errorStatus, inSpan } from './in-span.ts';
import { modelCallStep } from './model-call-step.ts';
import { modelRequest } from './model-request.ts';
import { openingMessages } from './opening-messages.ts';
import { requireTaken } from './parse-input.ts';
import { checkedDecision, differentDecisions, holdsDecision, readDecision } from './read-decision.ts';
import { type AnsweredToolCall, runToolCall, type ToolCall, toldToolCall } from './run-tool-call.ts';
import { SendingBack, type SentBack, wellFormed, withoutTrailingBlanks } from './sent-back.ts';
import {
  agentEnd,
  agentInput,
  agentStart,
  modelCallEnd,
  modelCallInput,
  modelCallStart,
  toolCallEnd,
  toolCallStart,
} from './span-attributes.ts';
import type { ToolDefinition } from './tool.ts';
import type { Version } from './version.ts';

/** What a run needs beside the version and the input. */
export interface AgentRunOptions extends RunContext {
  readonly agent: Agent;
  readonly version: Version;
  /** Already parsed by the agent's input schema. */
  readonly input: JsonObject;
}

/**
 * Runs the agent once: calls the model, runs the tools it asks for in parallel, and reads the decision when it ends its turn.
 * Every end is an outcome; only an abort from outside is thrown.
 */
export async function runAgent(options: AgentRunOptions): Promise<AgentRun> {
  const content = options.trace?.content;
  const start = { name: `invoke_agent ${options.agent.name}`, kind: SpanKind.INTERNAL, attributes: agentStart(options), content };
  return inSpan(start, async (span) => {
    const deadline = new Deadline(options.version.settings.deadlineMs, options.signal, options.now);
    // The deadline keeps the process alive until it ends, so whatever the agent's own code throws must end it.
    try {
      const loop = new ToolLoop(options, deadline);
      if (span.isRecording()) span.setAttributes(agentInput(options, loop.transcript.userMessage));
      const outcome = await loop.run().catch((error: unknown): Outcome => {
        if (options.signal.aborted) throw options.signal.reason;
        if (deadline.signal.aborted) {
          const seconds = options.version.settings.deadlineMs / 1000;
          return infraError(
            new ModelError('timeout', `The trial did not end within its deadline of ${seconds} s (settings.deadlineMs of the version).`, {
              retryable: true,
              lost: loop.asking,
            }),
          );
        }
        if (error instanceof ModelError) return infraError(error);
        throw error;
      });
      if (span.isRecording()) span.setAttributes(agentEnd(options, outcome, loop.usage, loop.transcript));
      if (outcome.kind === 'infra-error') span.setStatus(errorStatus(outcome.message, content));
      const run = { outcome, transcript: loop.transcript, usage: loop.usage };
      return span.isRecording() ? { ...run, span: span.spanContext() } : run;
    } finally {
      deadline.end();
    }
  });
}

function infraError(error: ModelError): Outcome {
  const { kind, message, retryable, lost } = error;
  return { kind: 'infra-error', error: kind, message, retryable, ...(lost ? { lost } : {}) };
}

/** The state of one run: the conversation so far and what it cost. */
class ToolLoop {
  readonly transcript: Transcript;
  readonly usage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  readonly #options: AgentRunOptions;
  readonly #context: ModelContext;
  readonly #messages: ModelRequest['messages'];
  readonly #sendingBack = new SendingBack();
  readonly #decisionTool: ToolDefinition | undefined;
  /** What the model said so far of a turn that goes on. */
  #paused: ModelAnswer['content'] = [];
  /** What came of the last decision beside tool calls. */
  #early: { readonly outcome: Extract<SettledOutcome, { readonly kind: 'decided' | 'invalid' }>; readonly turn: number } | undefined;
  #askedToDecide = false;
  /** True while the model is being asked. */
  asking = false;

  constructor(options: AgentRunOptions, { signal, waiting }: Deadline) {
    this.#options = options;
    const { series, trialNumber } = options;
    this.#context = { series, trialNumber, signal, waiting, deadlineMs: options.version.settings.deadlineMs };
    this.#decisionTool = decisionToolOf(options.version);
    requireTaken(options.version, options.input);
    const told = options.version.toolVariant.userMessage ?? options.agent.userMessage;
    const { userMessage, messages } = openingMessages(told.render(options.input), this.#sendingBack);
    this.transcript = { userMessage, steps: [] };
    this.#messages = messages;
  }

  async run(): Promise<Outcome> {
    const { maxTurns } = this.#options.version.settings;
    for (let turn = 1; turn <= maxTurns; turn += 1) {
      this.#context.signal.throwIfAborted();
      const answer = await this.#callModel();
      const end = answerEnd(answer);
      if (typeof end === 'object') return end;
      const sent = this.#sendingBack.fit(answer);
      const said = [...this.#paused, ...answer.content];
      this.#paused = end === 'resume' ? said : [];
      const ended =
        end === 'decision'
          ? this.#end(said, sent.content, { more: turn < maxTurns, strange: strangeEnd(answer) })
          : end === 'tools'
            ? await this.#use(sent, turn)
            : undefined;
      if (ended) return ended;
      if (end === 'resume') this.#push('assistant', withoutTrailingBlanks(sent.content));
    }
    const early = this.#early ? `; ${lostDecision(this.#early.turn)}` : '';
    return { kind: 'no-decision', reason: `No decision within ${maxTurns} model calls (settings.maxTurns)${early}.` };
  }

  /** The outcome of a turn that the model ended; undefined when it is asked for the decision once more. */
  #end(said: ModelAnswer['content'], content: SentBack['content'], { more, strange }: TurnEnd): Outcome | undefined {
    const outcome = endedStrangely(readDecision(said, this.#options.version.toolVariant.decisionSchema), strange);
    if (outcome.kind === 'decided') return outcome;
    // A model that has said it all ends its turn without a word.
    if (outcome.kind === 'no-decision' && this.#early?.outcome.kind === 'decided') return this.#early.outcome;
    if (this.#decisionTool && !this.#askedToDecide && more) {
      this.#askedToDecide = true;
      this.#push('assistant', content);
      this.#push('user', [{ type: 'text', text: `Call ${this.#decisionTool.name} with your decision now.` }]);
      return undefined;
    }
    if (!this.#early) return outcome;
    const { outcome: early, turn } = this.#early;
    if (outcome.kind === 'no-decision' && early.kind === 'invalid')
      return { ...early, issues: [...early.issues, `that came beside tool calls, in model call ${turn}, and none followed`] };
    return outcome.kind === 'invalid' ? { ...outcome, issues: [...outcome.issues, lostDecision(turn)] } : outcome;
  }

  /** Runs the tools that an answer asks for; gives the outcome where one of them decides alone. */
  async #use({ content, calls }: SentBack, turn: number): Promise<Outcome | undefined> {
    const { decisionSchema } = this.#options.version.toolVariant;
    const decisions = calls.filter(({ call }) => call.name === this.#decisionTool?.name).map(({ call }) => givenDecision(call.input));
    if (decisions.length === calls.length) return decidedBy(decisions, decisionSchema);
    // Made before the results were known: it counts where no other one follows.
    const beside =
      decisions.length > 0
        ? decidedBy(decisions, decisionSchema)
        : holdsDecision(content)
          ? readDecision(content, decisionSchema)
          : undefined;
    if (beside?.kind === 'decided' || beside?.kind === 'invalid') this.#early = { outcome: beside, turn };
    this.#push('assistant', content);
    this.#push('user', await this.#runTools(calls));
    return undefined;
  }

  /** Adds to the conversation. Roles take turns, and a message says something: the API and its like insist on both. */
  #push(role: 'user' | 'assistant', content: SentBack['content']): void {
    if (content.length === 0) return;
    const last = this.#messages.at(-1);
    if (last?.role === role && typeof last.content !== 'string')
      this.#messages[this.#messages.length - 1] = { role, content: [...last.content, ...content] };
    else this.#messages.push({ role, content });
  }

  async #callModel(): Promise<ModelAnswer> {
    const { version, model, now, trace } = this.#options;
    const request = modelRequest(version, this.#messages, this.#askedToDecide);
    const call = {
      name: `chat ${version.model}`,
      kind: SpanKind.CLIENT,
      attributes: modelCallStart(this.#options),
      content: trace?.content,
    };
    return inSpan(call, async (span) => {
      if (span.isRecording()) span.setAttributes(modelCallInput(this.#options, request.messages));
      const start = now();
      this.asking = true;
      const answer = await untilAborted(model.create(request, this.#context), this.#context.signal);
      this.asking = false;
      const step = modelCallStep(answer, request.model, now() - start);
      for (const key of Object.keys(step.usage) as (keyof Usage)[]) this.usage[key] += step.usage[key];
      this.transcript.steps.push(step);
      if (span.isRecording()) span.setAttributes(modelCallEnd(this.#options, step, answer.id));
      return answer;
    });
  }

  async #runTools(calls: SentBack['calls']): Promise<SentBack['content']> {
    const answers = calls.map(async ({ call, sentId }) => {
      if (call.name === this.#decisionTool?.name) return { sentId, content: decidedTooEarly, isError: false };
      const step = await this.#runTool(call, this.#options.toolAnswer?.(call));
      return { sentId, content: step.result, isError: step.isError, step };
    });
    const answered = await untilAborted(Promise.all(answers), this.#context.signal);
    for (const { step } of answered) if (step) this.transcript.steps.push(step);
    return answered.map(({ sentId, content, isError }) => ({
      type: 'tool_result',
      tool_use_id: sentId,
      content: wellFormed(content),
      is_error: isError,
    }));
  }

  #runTool(call: ToolCall, given: ToolAnswer | undefined): Promise<AnsweredToolCall> {
    const { version, input, now, trace } = this.#options;
    const attributes = toolCallStart(call.name, call.id);
    const start = { name: `execute_tool ${call.name}`, kind: SpanKind.INTERNAL, attributes, content: trace?.content };
    return inSpan(start, async (span) => {
      const answered = given ? toldToolCall(call, given) : await runToolCall(call, version.toolVariant, input, now);
      if (span.isRecording()) span.setAttributes(toolCallEnd(this.#options, answered));
      if (answered.isError) span.setStatus(errorStatus(answered.result, trace?.content));
      return answered;
    });
  }
}

/** The outcome of decisions that were given to the tool. */
function decidedBy(decisions: readonly unknown[], schema: DecisionSchema): SettledOutcome {
  const text = JSON.stringify(decisions.at(-1)) ?? '';
  return differentDecisions(decisions as JsonValue[], text) ?? checkedDecision(decisions.at(-1), text, schema);
}

type DecisionSchema = Parameters<typeof checkedDecision>[2];

interface TurnEnd {
  /** True where the model may be asked again. */
  readonly more: boolean;
  /** What is strange about how it ended. */
  readonly strange: string | undefined;
}

/** An answer without a decision, with the strange end that may have cost it. */
function endedStrangely(outcome: SettledOutcome, strange: string | undefined): SettledOutcome {
  if (strange === undefined) return outcome;
  if (outcome.kind === 'invalid') return { ...outcome, issues: [...outcome.issues, strange] };
  return outcome.kind === 'no-decision' ? { ...outcome, reason: `${outcome.reason.replace(/\.$/, '')}: ${strange}.` } : outcome;
}

const decidedTooEarly = 'This decision came beside other calls. Call the tool again, alone, now that their results are known.';

function lostDecision(turn: number): string {
  return `the decision of model call ${turn} came beside tool calls, before their results, and does not count`;
}

/** Ends the wait at an abort even when the work ignores the signal. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
