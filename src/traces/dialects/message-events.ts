import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { RawSpan, TraceMessage } from '../../contracts/trace.ts';
import { objectOf, parsed } from './attribute-values.ts';
import { isPart, responseValue } from './message-parts.ts';
import { readMessages } from './read-messages.ts';

/**
 * Messages as events of a span, one each, by the GenAI conventions before 1.37 (`gen_ai.user.message`, `gen_ai.choice`), in the order in which
 * they happened. The model's choice is the output; what it was asked before, its own earlier answers too, the input.
 */
export function messageEvents({ events }: RawSpan): { readonly input: TraceMessage[]; readonly output: TraceMessage[] } {
  const input: TraceMessage[] = [];
  const output: TraceMessage[] = [];
  for (const { name, attributes } of events) {
    // AgentCore: what a span was given and what it answered, in one log record.
    input.push(...heldMessages(attributes.input, 'user'));
    output.push(...heldMessages(attributes.output, 'assistant'));
    const isChoice = name === 'gen_ai.choice';
    if (!isChoice && !/^gen_ai\.(?:system|user|assistant|tool)\.message$/.test(name)) continue;
    const said = readMessages({ 'event.name': name, ...whole(attributes) }, 'user');
    (isChoice ? output : input).push(...said);
  }
  return { input, output };
}

/** What a tool was called with and what it answered, where Strands says so in events of the span: a message to the tool, and its choice. */
export function toolEvents(span: RawSpan): { readonly input: JsonValue; readonly result: JsonValue } {
  const { input, output } = messageEvents(span);
  return { input: saidIn(input), result: saidIn(output) };
}

/** The value of the last message: a tool's answer, or a text. */
function saidIn(messages: readonly TraceMessage[]): JsonValue {
  const part = messages.at(-1)?.parts.at(-1);
  if (part?.type === 'tool_call_response') return part.response;
  return part?.type === 'text' ? responseValue(part.content) : part?.type === 'other' ? part.content : null;
}

/** Messages of `{messages: […]}`, whose content Strands wraps once more: `{content: {content: "[{\"text\": …}]"}}`, `{content: {message: …}}`. */
function heldMessages(held: JsonValue | undefined, role: TraceMessage['role']): TraceMessage[] {
  const list = objectOf(held)?.messages;
  if (!Array.isArray(list)) return [];
  return list.flatMap((each) => {
    const message = objectOf(each);
    if (!message) return readMessages(each, role);
    const wrapped = objectOf(message.content);
    const content = wrapped?.content ?? wrapped?.message ?? message.content ?? null;
    return readMessages({ role, ...wrapped, ...message, content: partsIn(content) }, role);
  });
}

/** An event's values are texts: a list of parts, or a message, stands there as JSON. A question that happens to be JSON stays the text it is. */
function whole(attributes: RawSpan['attributes']): JsonObject {
  const { message } = attributes;
  return {
    ...attributes,
    ...('content' in attributes ? { content: partsIn(attributes.content ?? null) } : {}),
    ...(message === undefined ? {} : { message: messageIn(message) }),
    ...('tool_calls' in attributes ? { tool_calls: parsed(attributes.tool_calls ?? null) } : {}),
  };
}

function messageIn(message: JsonValue): JsonObject {
  const read = partsIn(message);
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : { content: read };
}

function partsIn(value: JsonValue): JsonValue {
  const read = parsed(value);
  if (Array.isArray(read)) return read.length > 0 && read.every(isPart) ? read : value;
  return typeof read === 'object' && read !== null && ('role' in read || 'content' in read) ? read : value;
}
