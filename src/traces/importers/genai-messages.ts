import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { readMessages } from '../dialects/read-messages.ts';
import { jsonOf, objectOf } from './json-text.ts';

/**
 * Brings a vendor's record of a conversation into the messages of the GenAI conventions ({role, parts}), whatever shape it has: what is not
 * known stays as a part of its own; nothing is dropped.
 * @param fallback role of what names none
 */
export function genaiMessages(value: JsonValue, fallback: 'user' | 'assistant'): JsonObject[] {
  if (value === '') return [];
  const messages = readMessages(jsonOf(value), fallback);
  const choices = objectOf(value)?.choices;
  const reasons =
    Array.isArray(choices) && choices.length === messages.length ? choices.map((choice) => objectOf(choice)?.finish_reason) : [];
  return messages.map((message, index) => {
    const reason = reasons[index];
    return {
      ...message,
      parts: message.parts.map((part) => ({ ...part })),
      ...(typeof reason === 'string' ? { finish_reason: reason } : {}),
    };
  });
}
