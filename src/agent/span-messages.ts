import { ownField } from '../contracts/own-field.ts';
import type { MessagePart, TraceMessage } from '../contracts/trace.ts';
import { attachmentText } from './attachment.ts';

/** A content block of the Messages API, as far as a span tells of it. */
interface Block {
  readonly type?: string;
  readonly text?: unknown;
  readonly thinking?: unknown;
  readonly id?: unknown;
  readonly name?: unknown;
  readonly input?: unknown;
  readonly tool_use_id?: unknown;
  readonly content?: unknown;
}

/** Messages as the Messages API takes them. */
export interface ApiMessage {
  readonly role: string;
  readonly content: string | readonly object[];
}

/** Why the model stopped, in the words that the conventions have for it; any other reason stays as it is. */
const finishReasons: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_call',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/** The conversation so far, as `gen_ai.input.messages` wants it. What tools answered has the role `tool`. */
export function inputMessages(messages: readonly ApiMessage[]): TraceMessage[] {
  return messages.map(({ role, content }) => {
    const parts = partsOf(content);
    const answersOnly = parts.length > 0 && parts.every(({ type }) => type === 'tool_call_response');
    return { role: answersOnly ? 'tool' : role === 'assistant' ? 'assistant' : 'user', parts };
  });
}

/** One answer, as `gen_ai.output.messages` wants it. */
export function outputMessages(content: readonly object[], stopReason: string | null): readonly object[] {
  const reason = stopReason === null ? {} : { finish_reason: ownField(finishReasons, stopReason) ?? stopReason };
  return [{ role: 'assistant', parts: partsOf(content), ...reason }];
}

function partsOf(content: string | readonly object[]): MessagePart[] {
  return typeof content === 'string' ? [{ type: 'text', content }] : content.map((block) => partOf(block as Block));
}

function partOf(block: Block | null): MessagePart {
  // An agent of its own says what its model said as it likes.
  if (typeof block !== 'object' || block === null) return { type: 'text', content: String(block) };
  switch (block.type) {
    case 'text':
      return { type: 'text', content: String(block.text ?? '') };
    case 'thinking':
      return { type: 'reasoning', content: String(block.thinking ?? '') };
    case 'tool_use':
      return { type: 'tool_call', id: String(block.id), name: String(block.name), arguments: (block.input ?? null) as null };
    case 'tool_result':
      return { type: 'tool_call_response', id: String(block.tool_use_id), response: (block.content ?? null) as null };
    case 'image':
    case 'document':
      return { type: 'text', content: attachmentText(block) ?? `[${block.type}]` };
    case 'server_tool_use':
      return {
        type: 'other',
        content: { type: block.type, id: String(block.id), name: String(block.name), input: (block.input ?? null) as null },
      };
    default:
      // The name is all that is told: encrypted reasoning, for one, is nobody's to read.
      return { type: 'other', content: block.type ?? null };
  }
}
