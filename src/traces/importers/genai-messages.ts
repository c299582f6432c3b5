import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { jsonOf, objectOf, textOf } from './json-text.ts';

/** Roles as vendors write them, and as the GenAI conventions do. */
const roles: Readonly<Record<string, string>> = {
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

/**
 * Brings a vendor's record of a conversation into the messages of the GenAI conventions ({role, parts}): OpenAI's and Anthropic's messages,
 * choices, events of Pydantic AI, Datadog's, or plain text. What is not known stays as a part of its own; nothing is dropped.
 * @param fallback role of what names none
 */
export function genaiMessages(value: JsonValue, fallback: 'user' | 'assistant'): JsonObject[] {
  const found = jsonOf(value);
  if (found === null || found === '') return [];
  if (Array.isArray(found)) {
    // A list of content blocks is one message; a list of messages has roles.
    if (found.length > 0 && found.every((item) => isBlock(item))) return [message(fallback, found.flatMap(partsOfBlock))];
    return found.flatMap((item) => genaiMessages(item, fallback));
  }
  const object = objectOf(found);
  if (!object) return [message(fallback, [textPart(found)])];
  return messagesOfObject(object, fallback);
}

function messagesOfObject(object: JsonObject, fallback: 'user' | 'assistant'): JsonObject[] {
  for (const wrapper of ['messages', 'choices']) {
    if (Array.isArray(object[wrapper])) return genaiMessages(object[wrapper], fallback);
  }
  const inner = objectOf(object.message);
  if (inner) {
    const reason = object.finish_reason;
    return messagesOfObject(inner, fallback).map((one) => (typeof reason === 'string' ? { ...one, finish_reason: reason } : one));
  }
  if (Array.isArray(object.parts)) return [{ ...object, role: roleOf(object, fallback) }];
  if (!('content' in object) && !('tool_calls' in object) && !('tool_results' in object)) return [message(fallback, [textPart(object)])];
  return [message(roleOf(object, fallback), partsOfMessage(object))];
}

function partsOfMessage(object: JsonObject): JsonObject[] {
  const id = object.tool_call_id ?? null;
  if (roleOf(object, 'user') === 'tool' && id !== null) return [{ type: 'tool_call_response', id, response: object.content ?? null }];
  const { content } = object;
  const said = Array.isArray(content)
    ? content.flatMap(partsOfBlock)
    : content === null || content === undefined || content === ''
      ? []
      : [textPart(content)];
  return [...said, ...listOf(object.tool_calls).map(toolCall), ...listOf(object.tool_results).map(toolResult)];
}

/** A block of Anthropic's or OpenAI's content. */
function partsOfBlock(block: JsonValue): JsonObject[] {
  const object = objectOf(block);
  if (!object) return [textPart(block)];
  switch (object.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return [textPart(object.text ?? object.content ?? '')];
    case 'thinking':
    case 'reasoning':
      return [{ type: 'reasoning', content: textOf(object.thinking ?? object.text ?? object.content ?? '') }];
    case 'tool_use':
    case 'tool-call':
      return [
        {
          type: 'tool_call',
          id: object.id ?? object.toolCallId ?? null,
          name: object.name ?? object.toolName ?? '',
          arguments: jsonOf(object.input ?? object.args ?? {}),
        },
      ];
    case 'tool_result':
    case 'tool-result':
      return [
        {
          type: 'tool_call_response',
          id: object.tool_use_id ?? object.toolCallId ?? null,
          response: object.content ?? object.output ?? object.result ?? null,
        },
      ];
    default:
      return [object];
  }
}

function toolCall(call: JsonValue): JsonObject {
  const object = objectOf(call) ?? {};
  const named = objectOf(object.function) ?? object;
  const given = jsonOf(named.arguments ?? named.input ?? {});
  return { type: 'tool_call', id: object.id ?? object.tool_id ?? null, name: named.name ?? '', arguments: given };
}

function toolResult(result: JsonValue): JsonObject {
  const object = objectOf(result) ?? {};
  return { type: 'tool_call_response', id: object.tool_id ?? object.id ?? null, response: object.result ?? object.content ?? null };
}

function isBlock(item: JsonValue): boolean {
  const object = objectOf(item);
  return object !== undefined && typeof object.type === 'string' && !('role' in object) && !('message' in object);
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function roleOf({ role }: JsonObject, fallback: string): string {
  const known = typeof role === 'string' && Object.hasOwn(roles, role) ? roles[role] : undefined;
  return known ?? fallback;
}

function message(role: string, parts: JsonObject[]): JsonObject {
  return { role, parts };
}

function textPart(value: JsonValue): JsonObject {
  return { type: 'text', content: textOf(value) };
}
