import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { MessagePart, TraceMessage } from '../../contracts/trace.ts';
import { objectOf, parsed } from './attribute-values.ts';
import { isPart, partOf, responsePart } from './message-parts.ts';

/**
 * Reads messages in any of the shapes in which agents record them: the parts of the GenAI conventions, their older events
 * (`gen_ai.user.message`, `gen_ai.choice`), the APIs of the vendors, LangChain's serialised messages, or one text.
 *
 * @param role of what does not say its own
 */
export function readMessages(given: JsonValue | null, role: TraceMessage['role']): TraceMessage[] {
  const value = given === null ? null : parsed(given);
  if (value === null) return [];
  if (Array.isArray(value)) {
    // A list of parts instead of messages is one message: `gen_ai.system_instructions`.
    if (value.length > 0 && value.every((entry) => isPart(entry) && roleNamed(objectOf(entry)?.type) === undefined))
      return [{ role: roleOfParts(value.map(partOf), role), parts: value.map(partOf) }];
    return value.flatMap((entry) => readMessage(entry, role));
  }
  for (const name of ['messages', 'contents', 'choices']) {
    const inner = objectOf(value)?.[name];
    if (Array.isArray(inner)) return inner.flatMap((entry) => readMessage(entry, role));
  }
  return readMessage(value, role);
}

/** All texts of a message, one below the other; null when it has none. */
export function textOf(message: TraceMessage): string | null {
  const texts = message.parts.flatMap((part) => (part.type === 'text' ? [part.content] : []));
  return texts.length === 0 ? null : texts.join('\n');
}

const roles: Readonly<Record<string, TraceMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  'tool-call': 'assistant',
  tool: 'tool',
  'tool-response': 'tool',
  function: 'tool',
};

/** A role as vendors write it; undefined for any other word. */
export function roleNamed(name: JsonValue | undefined): TraceMessage['role'] | undefined {
  const known = typeof name === 'string' ? name.toLowerCase().replace(/message(?:chunk)?$/, '') : '';
  return Object.hasOwn(roles, known) ? roles[known] : undefined;
}

function readMessage(value: JsonValue, role: TraceMessage['role']): TraceMessage[] {
  // LangChain calls a model with a list of conversations.
  if (Array.isArray(value)) return value.flatMap((entry) => readMessage(entry, role));
  const message = objectOf(value);
  if (!message) return [{ role, parts: [partOf(value)] }];
  const serialised = langChainMessage(message);
  if (serialised) return readMessage(serialised, role);
  // An event of the older conventions holds the message one level deeper when it is the model's choice.
  const choice = objectOf(message.message);
  if (choice) return readMessage({ role: 'assistant', ...choice }, role);
  if (isPart(message)) return [{ role: roleOfParts([partOf(message)], role), parts: [partOf(message)] }];
  // An answer in a shape of its own, which is what a structured output is.
  if (!said.some((name) => name in message)) return [{ role, parts: [{ type: 'text', content: JSON.stringify(message) }] }];
  const own = roleOf(message) ?? role;
  const callId = message.tool_call_id ?? message.id;
  if (own === 'tool' && !Array.isArray(message.parts) && !isListOfAnswers(message.content)) {
    return [{ role: own, parts: [responsePart(callId, message.content ?? message.text ?? message.output ?? null)] }];
  }
  const parts = [...contentParts(message), ...(Array.isArray(message.tool_calls) ? message.tool_calls.map(partOf) : [])];
  return [{ role: own, parts }];
}

/** Members of which a message has at least one. */
const said = ['role', 'content', 'parts', 'text', 'tool_calls', 'output', 'event.name'];

/** A message as LangChain serialises it: `{lc, id: […, "HumanMessage"], kwargs}` or `{type: "human", data}`. */
function langChainMessage({ id, kwargs, type, data }: JsonObject): JsonObject | undefined {
  const name = type === 'constructor' && Array.isArray(id) ? id.at(-1) : undefined;
  const told = objectOf(kwargs);
  if (told && roleNamed(name)) return { ...told, role: roleNamed(name) ?? 'user' };
  const held = objectOf(data);
  return held && roleNamed(type) ? { ...held, role: roleNamed(type) ?? 'user' } : undefined;
}

/** The AI SDK answers several calls in one message. */
function isListOfAnswers(content: JsonValue | undefined): boolean {
  return Array.isArray(content) && content.length > 0 && content.every((each) => partOf(each).type === 'tool_call_response');
}

function contentParts(message: JsonObject): MessagePart[] {
  const content = message.parts ?? message.content ?? message.text ?? null;
  if (content === null || content === '') return [];
  return Array.isArray(content) ? content.map(partOf) : [partOf(content)];
}

/** Whose parts these are, where nothing says it: only a model calls tools. */
function roleOfParts(parts: readonly MessagePart[], role: TraceMessage['role']): TraceMessage['role'] {
  if (parts.some(({ type }) => type === 'tool_call')) return 'assistant';
  return parts.every(({ type }) => type === 'tool_call_response') ? 'tool' : role;
}

function roleOf(message: JsonObject): TraceMessage['role'] | undefined {
  const event = typeof message['event.name'] === 'string' ? /^gen_ai\.(\w+)\.message$/.exec(message['event.name'])?.[1] : undefined;
  if (message['event.name'] === 'gen_ai.choice') return 'assistant';
  return typeof message.role === 'string' ? roleNamed(message.role) : (roleNamed(event) ?? roleNamed(message.type));
}
