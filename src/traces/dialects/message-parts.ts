import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { MessagePart } from '../../contracts/trace.ts';
import { objectOf, parsed, wordsOf } from './attribute-values.ts';

/**
 * Reads one part of a message in the shapes of the GenAI conventions, the Chat Completions, Responses and Messages API, Bedrock's Converse,
 * Gemini, LangChain and the AI SDK. What is in none of them stays as it came, as a part of its own.
 */
export function partOf(value: JsonValue): MessagePart {
  if (typeof value === 'string') return { type: 'text', content: value };
  const part = objectOf(value);
  if (!part) return { type: 'other', content: value };
  return named(part) ?? tagged(part) ?? callPart(part) ?? { type: 'other', content: value };
}

/** True for what can only be a part of a message, and no message. */
export function isPart(value: JsonValue): boolean {
  const part = objectOf(value);
  if (!part || part.role !== undefined) return false;
  return partOf(part).type !== 'other' || (part.type !== undefined && !('content' in part));
}

/** The answer of a tool. */
export function responsePart(id: JsonValue | undefined, response: JsonValue): MessagePart {
  return { type: 'tool_call_response', id: idOf(id), response: responseValue(response) };
}

/** A part that says by `type` what it is. */
function named(part: JsonObject): MessagePart | undefined {
  const content = part.content ?? part.text;
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return typeof content === 'string' ? { type: 'text', content } : undefined;
    case 'reasoning':
    case 'thinking':
      return { type: 'reasoning', content: wordsOf(part.thinking ?? content ?? part.summary) };
    case 'other':
      return 'content' in part ? { type: 'other', content: part.content ?? null } : undefined;
    case 'tool-call':
      return toolCall(part.toolCallId, part.toolName, part.input ?? part.args);
    case 'tool_call_response':
    case 'tool_result':
    case 'tool-result':
    case 'function_call_output':
      return responsePart(
        part.id ?? part.tool_use_id ?? part.toolCallId ?? part.call_id,
        part.response ?? part.result ?? part.output ?? part.content ?? null,
      );
    default:
      return undefined;
  }
}

/** A part that says by the name of its only member what it is: Bedrock's Converse and Gemini, in both of its spellings. */
function tagged(part: JsonObject): MessagePart | undefined {
  if (part.type !== undefined) return undefined;
  if (typeof part.text === 'string') return { type: part.thought === true ? 'reasoning' : 'text', content: part.text };
  const call = objectOf(part.toolUse ?? part.function_call ?? part.functionCall);
  if (call) return toolCall(call.toolUseId ?? call.id, call.name, call.input ?? call.args);
  const answer = objectOf(part.toolResult ?? part.function_response ?? part.functionResponse);
  if (answer) return responsePart(answer.toolUseId ?? answer.id, answer.content ?? answer.response ?? null);
  const reasoning = objectOf(part.reasoningContent);
  if (reasoning) return { type: 'reasoning', content: wordsOf(objectOf(reasoning.reasoningText)?.text ?? reasoning.reasoningText) };
  return undefined;
}

const callTypes: ReadonlySet<unknown> = new Set([undefined, 'tool_call', 'tool_use', 'function', 'function_call']);

/** A tool call as `{id, name, arguments}`, `{id, function: {name, arguments}}`, `{id, name, input}` or `{call_id, name, arguments}`. */
function callPart(part: JsonObject): MessagePart | undefined {
  const { name, arguments: given, input } = objectOf(part.function) ?? part;
  const told = given ?? input ?? part.args;
  // A name alone is anybody's.
  if (!callTypes.has(part.type) || (part.type === undefined && told === undefined)) return undefined;
  return toolCall(part.call_id ?? part.id, name, told);
}

function toolCall(id: JsonValue | undefined, name: JsonValue | undefined, given: JsonValue | undefined): MessagePart | undefined {
  return typeof name === 'string' ? { type: 'tool_call', id: idOf(id), name, arguments: parsed(given ?? null) } : undefined;
}

/** The value that a tool answered, out of what the Converse API, the Messages API and the AI SDK put around it. */
export function responseValue(response: JsonValue): JsonValue {
  const value = parsed(response);
  const tagged = objectOf(value);
  if (tagged && 'value' in tagged && (tagged.type === 'json' || tagged.type === 'text')) return tagged.value ?? null;
  if (!Array.isArray(value) || value.length === 0) return value;
  const parts = value.map((each) => objectOf(each));
  const texts = parts.flatMap((each) => (typeof each?.text === 'string' ? [each.text] : []));
  if (texts.length === value.length) return parsed(texts.join('\n'));
  return value.length === 1 && parts[0] && Object.keys(parts[0]).length === 1 && 'json' in parts[0] ? (parts[0].json ?? null) : value;
}

function idOf(id: JsonValue | undefined): string | null {
  return typeof id === 'string' && id !== '' ? id : null;
}
