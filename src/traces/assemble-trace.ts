import type { JsonValue } from '../contracts/json.ts';
import { isSimulatedSpan } from '../contracts/simulated-answer.ts';
import type { RawSpan, Trace, TraceGap, TraceMessage, TraceSource, TraceSpan } from '../contracts/trace.ts';
import type { Usage } from '../contracts/transcript.ts';
import { objectOf, parsed } from './dialects/attribute-values.ts';
import { readSpan } from './dialects/dialects.ts';
import { readMessages, textOf } from './dialects/read-messages.ts';
import { sessionOf } from './dialects/session-of.ts';
import { oneCallEach } from './one-call-each.ts';
import { orderSpans } from './order-spans.ts';
import { type OuterRun, outerRun } from './outer-run.ts';
import { evaluationsOf } from './read-evaluations.ts';
import type { AgentReading, ModelReading, ReadSpan } from './read-span.ts';
import { clockGaps, isScrubbed, spanGaps, traceGaps } from './trace-gaps.ts';
import { type LastTurn, lastTurn } from './turns.ts';

/**
 * Makes one trace of its spans, whoever wrote them and in whatever order they came. What is missing, contradictory or senseless is named in
 * `gaps`; nothing is thrown.
 *
 * @param spans all of one trace, at least one, no two with the same id
 * @param about where they came from, how many spans came again with another content, how many the store
 * cannot read any more, the agent and the session that it lists the trace under, and what time it is, in milliseconds since 1970
 */
export function assembleTrace(
  spans: readonly RawSpan[],
  about: {
    readonly source: TraceSource;
    readonly conflicts?: number;
    readonly damaged?: number;
    readonly agent?: string | null;
    readonly session?: string | null;
    readonly now: number;
  },
): Trace {
  const { placed, gaps } = orderSpans(spans);
  const { read, repeated } = oneCallEach(placed.map(({ span, depth }) => ({ raw: span, depth, reading: readSpan(span) })));
  const run = outerRun(read);
  const { agent } = run;
  const calls = read.flatMap(({ reading }) => (reading?.kind === 'model-call' ? [reading] : []));
  const decision = decisionOf(run);
  const turn = lastTurnOf(run);
  const userMessage = turn?.question ?? null;
  const input = inputOf(run, userMessage);
  const { startedAt, durationMs } = spanOfTime(spans);
  return {
    traceId: spans[0]?.traceId ?? '',
    source: about.source,
    agent: about.agent ?? agent?.agent ?? null,
    session: about.session ?? firstSession(spans),
    versionFingerprint: agent?.versionFingerprint ?? null,
    simulated: spans.some(isSimulatedSpan),
    startedAt,
    durationMs,
    input: input.value,
    userMessage,
    conversation: [...(turn?.conversation ?? [])],
    decision,
    usage: usageOf(agent, calls),
    spans: read.map(traceSpanOf),
    evaluations: read.flatMap(({ raw }) => evaluationsOf(raw)),
    gaps: limited([
      ...traceGaps({
        input,
        decision,
        calls,
        repeated,
        conflicts: about.conflicts ?? 0,
        damaged: about.damaged ?? 0,
        otherRuns: run.others,
      }),
      ...read.flatMap(({ raw, reading }) => spanGaps(raw, reading)),
      ...clockGaps(
        read.map(({ raw }) => raw),
        about.now,
      ),
      ...gaps,
    ]),
  };
}

/**
 * What the agent says is its result; when that was scrubbed, is missing or is a whole conversation, what was said last: in the agent's own
 * record, otherwise in the last model call.
 */
function decisionOf({ agent, calls }: OuterRun): JsonValue | null {
  const own = agent?.decision ?? null;
  const said = isConversation(own) ? readMessages(own, 'assistant') : undefined;
  if (own !== null && !said && !isScrubbed(own)) return own;
  const lastCall = calls.findLast(({ output }) => output.length > 0);
  return lastAnswer(said ?? []) ?? lastAnswer(agent?.messages ?? []) ?? lastAnswer(lastCall?.output ?? []) ?? own;
}

/** A whole conversation, and no decision: messages, each with a role or serialised by LangChain. */
function isConversation(value: JsonValue | null): boolean {
  const list = Array.isArray(value) ? value : objectOf(value)?.messages;
  return (
    Array.isArray(list) && list.length > 0 && list.every((entry) => ['role', 'kwargs'].some((name) => name in (objectOf(entry) ?? {})))
  );
}

/** Arguments of the last call of an output tool (`final_result…`), otherwise the last text of the assistant when nothing follows it. */
function lastAnswer(messages: readonly TraceMessage[]): JsonValue | null {
  const outputCall = messages
    .flatMap(({ parts }) => parts)
    .findLast((part) => part.type === 'tool_call' && part.name.startsWith('final_result'));
  if (outputCall?.type === 'tool_call') return outputCall.arguments;
  const last = messages.at(-1);
  const text = last?.role === 'assistant' && !last.parts.some(({ type }) => type === 'tool_call') ? textOf(last) : null;
  return text === null ? null : parsed(text);
}

/**
 * The agent's own record from where this run begins, otherwise what its first model call was asked. An agent that was given the question only has
 * the earlier turns from what it sent its model.
 */
function lastTurnOf({ agent, calls }: OuterRun): LastTurn | undefined {
  const own = agent && lastTurn(agent.messages, agent.firstNewMessage);
  const sent = calls.map(({ input }) => lastTurn(input)).find((turn) => turn !== undefined);
  if (!own || !sent) return own ?? sent;
  const isLonger = sent.question === own.question && sent.conversation.length > own.conversation.length;
  return isLonger ? { ...own, conversation: sent.conversation } : own;
}

/** The structured input, and whether it is a guess. */
export interface FoundInput {
  readonly value: JsonValue | null;
  readonly isGuess: boolean;
}

/** What the agent recorded; else a user message that is JSON; else what a span around the agent was given. */
function inputOf({ agent, around }: OuterRun, userMessage: string | null): FoundInput {
  if (agent && agent.input !== null && !agent.inputIsGuess) return { value: agent.input, isGuess: false };
  const said = userMessage === null ? undefined : objectOf(parsed(userMessage));
  if (said) return { value: said, isGuess: false };
  if (agent && agent.input !== null) return { value: agent.input, isGuess: true };
  for (const { reading } of around) {
    if (reading?.kind === 'other' && objectOf(reading.input)) return { value: reading.input, isGuess: true };
  }
  return { value: null, isGuess: false };
}

/** The sum over model calls; the agent's own sum only where no call has one, because it repeats theirs. */
function usageOf(agent: AgentReading | undefined, calls: readonly ModelReading[]): Usage | null {
  const counted = calls.flatMap(({ usage }) => (usage ? [usage] : []));
  if (counted.length === 0) return agent?.usage ?? null;
  const sum = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  for (const usage of counted) for (const key of Object.keys(sum) as (keyof Usage)[]) sum[key] += usage[key];
  return sum;
}

function traceSpanOf({ raw, reading }: ReadSpan): TraceSpan {
  const base = {
    spanId: raw.spanId,
    parentSpanId: raw.parentSpanId,
    name: raw.name,
    startedAt: millisecondsOf(raw.startUnixNano),
    durationMs: durationOf(raw.startUnixNano, raw.endUnixNano),
    error: raw.statusCode === 'error' ? raw.statusMessage || exceptionOf(raw) || 'error' : null,
  };
  switch (reading?.kind) {
    case 'agent':
      return { ...base, kind: 'agent', agent: reading.agent };
    case 'model-call': {
      const { model, stopReason, usage, input, output } = reading;
      return { ...base, kind: 'model-call', model, stopReason, usage, input: [...input], output: [...output] };
    }
    case 'tool-call': {
      const { tool, callId, input, result } = reading;
      return { ...base, kind: 'tool-call', tool: tool ?? raw.name, callId, input, result };
    }
    default:
      return { ...base, kind: 'other' };
  }
}

function exceptionOf({ events }: RawSpan): string | undefined {
  const message = events.find(({ name }) => name === 'exception')?.attributes['exception.message'];
  return typeof message === 'string' ? message : undefined;
}

/** Of the span that began first, as the store has it. */
function firstSession(spans: readonly RawSpan[]): string | null {
  let first: { readonly id: string; readonly start: bigint | null } | undefined;
  for (const span of spans) {
    const id = sessionOf(span);
    const start = span.startUnixNano;
    if (id !== null && (!first || (start !== null && (first.start === null || start < first.start)))) first = { id, start };
  }
  return first?.id ?? null;
}

function spanOfTime(spans: readonly RawSpan[]): { startedAt: number | null; durationMs: number | null } {
  let first: bigint | null = null;
  let last: bigint | null = null;
  for (const { startUnixNano, endUnixNano } of spans) {
    if (startUnixNano !== null && (first === null || startUnixNano < first)) first = startUnixNano;
    if (endUnixNano !== null && (last === null || endUnixNano > last)) last = endUnixNano;
  }
  return { startedAt: millisecondsOf(first), durationMs: durationOf(first, last) };
}

/** Whole microseconds are as much as a double holds of a time of today. */
function millisecondsOf(unixNano: bigint | null): number | null {
  return unixNano === null ? null : Number(unixNano / 1000n) / 1000;
}

function durationOf(start: bigint | null, end: bigint | null): number | null {
  return start === null || end === null || end < start ? null : Number(end - start) / 1e6;
}

/** Most gaps of one code that are named one by one. */
const namedGaps = 20;

/** A trace of a thousand orphans has one fault, not a thousand: the first are named, the others counted. */
function limited(gaps: readonly TraceGap[]): TraceGap[] {
  return [...Map.groupBy(gaps, ({ code }) => code)].flatMap(([code, same]) =>
    same.length <= namedGaps ? same : [...same.slice(0, namedGaps), { code, message: `And ${same.length - namedGaps} more of these.` }],
  );
}
