import { SpanKind } from '@opentelemetry/api';
import type { JsonObject, JsonValue } from '../contracts/json.ts';
import type { ModelCallStep, Transcript, Usage } from '../contracts/transcript.ts';
import type { Outcome } from '../contracts/trial.ts';
import type { ModelAnswer, ModelContext, ModelRequest } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { usageOf } from '../model/usage.ts';
import type { AgentRun, RunContext } from './agent-run.ts';
import { Deadline } from './deadline.ts';
import type { Agent } from './define-agent.ts';
import { errorStatus, inSpan } from './in-span.ts';
import { modelRequest } from './model-request.ts';
import { readDecision } from './read-decision.ts';
import { type AnsweredToolCall, runToolCall, type ToolCall } from './run-tool-call.ts';
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
  return { kind: 'infra-error', error: error.kind, message: error.message, retryable: error.retryable };
}

/** The state of one run: the conversation so far and what it cost. */
class ToolLoop {
  readonly transcript: Transcript;
  readonly usage: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  readonly #options: AgentRunOptions;
  readonly #context: ModelContext;
  readonly #messages: ModelRequest['messages'];

  constructor(options: AgentRunOptions, { signal, waiting }: Deadline) {
    this.#options = options;
    this.#context = { series: options.series, trialNumber: options.trialNumber, signal, waiting };
    const userMessage = options.agent.userMessage.render(options.input);
    this.transcript = { userMessage, steps: [] };
    this.#messages = [{ role: 'user', content: [{ type: 'text', text: userMessage }] }];
  }

  async run(): Promise<Outcome> {
    const { maxTurns } = this.#options.version.settings;
    for (let turn = 1; turn <= maxTurns; turn += 1) {
      this.#context.signal.throwIfAborted();
      const answer = await this.#callModel();
      // Pushed back unchanged: thinking blocks are bound to what precedes them.
      this.#messages.push({ role: 'assistant', content: answer.content });
      switch (answer.stop_reason) {
        case 'end_turn':
        case 'stop_sequence':
          return readDecision(answer.content, this.#options.version.toolVariant.decisionSchema);
        case 'tool_use':
          this.#messages.push({ role: 'user', content: await this.#runTools(answer) });
          break;
        case 'pause_turn':
          break;
        case 'max_tokens':
        case 'model_context_window_exceeded':
          return { kind: 'truncated', stopReason: answer.stop_reason };
        case 'refusal':
          return {
            kind: 'refused',
            category: answer.stop_details?.category ?? null,
            explanation: answer.stop_details?.explanation ?? null,
          };
        default:
          throw new ModelError('response', `The model stopped for an unknown reason (${JSON.stringify(answer.stop_reason)}).`, {
            retryable: false,
          });
      }
    }
    return { kind: 'no-decision', reason: `No decision within ${maxTurns} model calls (settings.maxTurns).` };
  }

  async #callModel(): Promise<ModelAnswer> {
    const { version, model, now, trace } = this.#options;
    const request = modelRequest(version, this.#messages);
    const call = {
      name: `chat ${version.model}`,
      kind: SpanKind.CLIENT,
      attributes: modelCallStart(this.#options),
      content: trace?.content,
    };
    return inSpan(call, async (span) => {
      if (span.isRecording()) span.setAttributes(modelCallInput(this.#options, request.messages));
      const start = now();
      const answer = await untilAborted(model.create(request, this.#context), this.#context.signal);
      const usage = usageOf(answer);
      for (const key of Object.keys(usage) as (keyof Usage)[]) this.usage[key] += usage[key];
      const step: ModelCallStep = {
        kind: 'model-call',
        model: answer.model,
        ...(answer._stand_in ? { standIn: answer._stand_in } : {}),
        stopReason: answer.stop_reason,
        content: answer.content as unknown as JsonValue[],
        usage,
        durationMs: now() - start,
        ...(answer._request_id ? { requestId: answer._request_id } : {}),
      };
      this.transcript.steps.push(step);
      if (span.isRecording()) span.setAttributes(modelCallEnd(this.#options, step, answer.id));
      return answer;
    });
  }

  async #runTools(answer: ModelAnswer) {
    const calls = answer.content.filter((block) => block.type === 'tool_use') as ToolCall[];
    if (calls.length === 0) throw new ModelError('response', 'The model stopped to use a tool and named none.', { retryable: true });
    if (new Set(calls.map((call) => call.id)).size < calls.length) {
      throw new ModelError('response', 'The model gave two tool calls the same id.', { retryable: true });
    }
    const answered = await untilAborted(Promise.all(calls.map((call) => this.#runTool(call))), this.#context.signal);
    for (const call of answered) this.transcript.steps.push(call);
    return answered.map((call) => ({ type: 'tool_result' as const, tool_use_id: call.id, content: call.result, is_error: call.isError }));
  }

  #runTool(call: ToolCall): Promise<AnsweredToolCall> {
    const { version, input, now, trace } = this.#options;
    const attributes = toolCallStart(call.name, call.id);
    const start = { name: `execute_tool ${call.name}`, kind: SpanKind.INTERNAL, attributes, content: trace?.content };
    return inSpan(start, async (span) => {
      const answered = await runToolCall(call, version.toolVariant, input, now);
      if (span.isRecording()) span.setAttributes(toolCallEnd(this.#options, answered));
      if (answered.isError) span.setStatus(errorStatus(answered.result, trace?.content));
      return answered;
    });
  }
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
