import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { genAi } from '../../contracts/telemetry.ts';
import type { MessagePart, RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { textOf } from '../importers/json-text.ts';
import { spanOf } from './span-of.ts';

/** One message of a recorded conversation, with what is known of its making. */
export interface Said {
  readonly messages: readonly TraceMessage[];
  readonly at: bigint | null;
  readonly model?: string | undefined;
  readonly stopReason?: string | undefined;
  /** Tokens of the call that made it, those of the cache counted in. */
  readonly usage?: {
    readonly input: number | null;
    readonly output: number | null;
    readonly cacheRead?: number | null;
    readonly cacheWrite?: number | null;
  };
}

/** A conversation that was recorded as its messages only. */
export interface Conversation {
  /** Names it among all of its kind; the same words make the same ids. */
  readonly id: string;
  readonly agent: string | null;
  readonly said: readonly Said[];
  readonly attributes?: JsonObject;
  readonly events?: RawSpan['events'];
}

/** Makes the spans that the run would have had: itself, a call of the model for each answer, and the tools that were called. */
export function spansOfConversation({ id, agent, said, attributes = {}, events = [] }: Conversation): RawSpan[] {
  const traceId = hashed(id).slice(0, 32);
  const spanId = (place: string) => hashed(`${id} ${place}`).slice(0, 16);
  const root = spanId('run');
  const times = said.flatMap(({ at }) => (at === null ? [] : [at]));
  const [start, end] = [times[0] ?? null, times.at(-1) ?? null];
  const answers = toolAnswers(said);
  const all = said.flatMap(({ messages }) => messages);
  const last = all.at(-1)?.role === 'assistant' ? all.length - 1 : all.length;
  const spans: RawSpan[] = [
    spanOf({
      traceId,
      spanId: root,
      parentSpanId: null,
      name: agent === null ? 'invoke_agent' : `invoke_agent ${agent}`,
      start,
      end,
      attributes: {
        [genAi.operation]: 'invoke_agent',
        ...(agent === null ? {} : { [genAi.agentName]: agent }),
        ...messagesAs(genAi.inputMessages, all.slice(0, last)),
        ...messagesAs(genAi.outputMessages, all.slice(last)),
        ...attributes,
      },
      events,
    }),
  ];
  let asked: TraceMessage[] = [];
  let before = start;
  for (const [index, { messages, at, model, stopReason, usage }] of said.entries()) {
    const answer = messages.filter(({ role }) => role === 'assistant');
    if (answer.length === 0) {
      asked.push(...messages);
      before = at;
      continue;
    }
    const counted = (name: string, value: number | null | undefined): JsonObject =>
      (value ?? null) === null ? {} : { [name]: value as number };
    spans.push(
      spanOf({
        traceId,
        spanId: spanId(`call ${index}`),
        parentSpanId: root,
        name: model === undefined ? 'chat' : `chat ${model}`,
        start: before,
        end: at,
        attributes: {
          [genAi.operation]: 'chat',
          ...(model === undefined ? {} : { [genAi.requestModel]: model }),
          ...(stopReason === undefined ? {} : { [genAi.finishReasons]: [stopReason] }),
          ...counted(genAi.inputTokens, usage?.input),
          ...counted(genAi.outputTokens, usage?.output),
          ...counted(genAi.cacheReadTokens, usage?.cacheRead),
          ...counted(genAi.cacheWriteTokens, usage?.cacheWrite),
          ...messagesAs(genAi.inputMessages, asked),
          ...messagesAs(genAi.outputMessages, answer),
        },
      }),
    );
    for (const [place, call] of answer.flatMap(({ parts }) => parts.filter(isCall)).entries()) {
      const answered = call.id === null ? undefined : answers.get(call.id);
      spans.push(
        spanOf({
          traceId,
          spanId: spanId(`tool ${index} ${place}`),
          parentSpanId: root,
          name: `execute_tool ${call.name}`,
          start: at,
          end: answered?.at ?? null,
          attributes: {
            [genAi.operation]: 'execute_tool',
            [genAi.toolName]: call.name,
            ...(call.id === null ? {} : { [genAi.toolCallId]: call.id }),
            [genAi.toolCallArguments]: JSON.stringify(call.arguments),
            ...(answered ? { [genAi.toolCallResult]: textOf(answered.response) } : {}),
          },
        }),
      );
    }
    asked = [];
    before = at;
  }
  return spans;
}

function isCall(part: MessagePart): part is Extract<MessagePart, { type: 'tool_call' }> {
  return part.type === 'tool_call';
}

/** What tools answered, by the id of the call, and when. */
function toolAnswers(said: readonly Said[]): Map<string, { readonly response: JsonValue; readonly at: bigint | null }> {
  const answers = new Map<string, { readonly response: JsonValue; readonly at: bigint | null }>();
  for (const { messages, at } of said) {
    for (const part of messages.flatMap(({ parts }) => parts))
      if (part.type === 'tool_call_response' && part.id !== null) answers.set(part.id, { response: part.response, at });
  }
  return answers;
}

function messagesAs(name: string, messages: readonly TraceMessage[]): JsonObject {
  return messages.length === 0 ? {} : { [name]: JSON.stringify(messages) };
}

function hashed(words: string): string {
  return createHash('sha256').update(words).digest('hex');
}
