import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { MessagePart, TraceMessage } from '../../contracts/trace.ts';
import { objectOf, parsed, wordsOf } from './attribute-values.ts';

/**
 * Reads messages in any of the shapes in which agents record them: the parts of the GenAI conventions, their older events
 * (`gen_ai.user.message`, `gen_ai.choice`), the Chat Completions and the Messages API, or one text.
 *
 * @param role of what does not say its own
 */
export function readMessages(given: JsonValue | null, role: TraceMessage['role']): TraceMessage[] {
  const value = given === null ? null : parsed(given);
  if (value === null) return [];
  if (Array.isArray(value)) {
    // A list of parts instead of messages is one message: `gen_ai.system_instructions`.
    if (value.length > 0 && value.every((entry) => objectOf(entry)?.type !== undefined && objectOf(entry)?.role === undefined)) {
      return [{ role, parts: value.map(partOf) }];
    }
    return value.flatMap((entry) => readMessage(entry, role));
  }
  const inner = objectOf(value)?.messages;
  return Array.isArray(inner) ? inner.flatMap((entry) => readMessage(entry, role)) : readMessage(value, role);
}

/** All texts of a message, one below the other; null when it has none. */
export function textOf(message: TraceMessage): string | null {
  const texts = message.parts.flatMap((part) => (part.type === 'text' ? [part.content] : []));
  return texts.length === 0 ? null : texts.join('\n');
}

function readMessage(value: JsonValue, role: TraceMessage['role']): TraceMessage[] {
  const message = objectOf(value);
  if (!message) return [{ role, parts: [partOf(value)] }];
  // An event of the older conventions holds the message one level deeper when it is the model's choice.
  const choice = objectOf(message.message);
  if (choice) return readMessage({ role: 'assistant', ...choice }, role);
  const own = roleOf(message) ?? role;
  const callId = message.tool_call_id ?? message.id;
  if (own === 'tool' && !Array.isArray(message.parts)) {
    return [{ role: own, parts: [responsePart(callId, message.content ?? message.text ?? message.output ?? null)] }];
  }
  const parts = [...contentParts(message), ...(Array.isArray(message.tool_calls) ? message.tool_calls.map(partOf) : [])];
  return [{ role: own, parts }];
}

function contentParts(message: JsonObject): MessagePart[] {
  const content = message.parts ?? message.content ?? message.text ?? null;
  if (content === null || content === '') return [];
  return Array.isArray(content) ? content.map(partOf) : [partOf(content)];
}

const roles: Readonly<Record<string, TraceMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  tool: 'tool',
  function: 'tool',
};

function roleOf(message: JsonObject): TraceMessage['role'] | undefined {
  const event = typeof message['event.name'] === 'string' ? /^gen_ai\.(\w+)\.message$/.exec(message['event.name'])?.[1] : undefined;
  const name = typeof message.role === 'string' ? message.role.toLowerCase() : event;
  if (message['event.name'] === 'gen_ai.choice') return 'assistant';
  return name !== undefined && Object.hasOwn(roles, name) ? roles[name] : undefined;
}

function partOf(value: JsonValue): MessagePart {
  if (typeof value === 'string') return { type: 'text', content: value };
  const part = objectOf(value);
  if (!part) return { type: 'other', content: value };
  const content = part.content ?? part.text;
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return typeof content === 'string' ? { type: 'text', content } : { type: 'other', content: value };
    case 'reasoning':
    case 'thinking':
      return { type: 'reasoning', content: wordsOf(part.thinking ?? content) };
    case 'tool_call_response':
    case 'tool_result':
      return responsePart(part.id ?? part.tool_use_id, part.response ?? part.result ?? part.content ?? null);
    default:
      return callPart(part) ?? { type: 'other', content: value };
  }
}

/** A tool call as `{id, name, arguments}`, `{id, function: {name, arguments}}` or `{id, name, input}`. */
function callPart(part: JsonObject): MessagePart | undefined {
  const { name, arguments: given, input } = objectOf(part.function) ?? part;
  const type = part.type;
  if (typeof name !== 'string' || !(type === undefined || type === 'tool_call' || type === 'tool_use' || type === 'function'))
    return undefined;
  return { type: 'tool_call', id: idOf(part.id), name, arguments: parsed(given ?? input ?? part.args ?? null) };
}

function responsePart(id: JsonValue | undefined, response: JsonValue): MessagePart {
  return { type: 'tool_call_response', id: idOf(id), response: parsed(response) };
}

function idOf(id: JsonValue | undefined): string | null {
  return typeof id === 'string' && id !== '' ? id : null;
}
