import type { ConversationMessage } from '../../contracts/conversation.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { MessagePart, TraceMessage } from '../../contracts/trace.ts';

/** A recorded conversation in the shape of a case's input. What a model thought is left out: no agent is given that. */
export function conversationOf(messages: readonly TraceMessage[]): ConversationMessage[] {
  return messages.flatMap(({ role, parts }): ConversationMessage[] => {
    const answers = parts.filter(isAnswer).map(
      ({ id, response }): ConversationMessage => ({
        role: 'tool',
        tool_call_id: id ?? '',
        content: words(response),
      }),
    );
    if (role === 'system' || role === 'tool') return answers;
    const content = parts.flatMap((part) => (part.type === 'text' ? [part.content] : [])).join('\n');
    const calls = parts.filter(isCall).map(({ id, name, arguments: given }) => ({
      id: id ?? '',
      type: 'function' as const,
      function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
    }));
    if (role === 'assistant') return [...answers, { role, content, ...(calls.length > 0 ? { tool_calls: calls } : {}) }];
    return content === '' ? answers : [...answers, { role, content }];
  });
}

/** True where a message holds what has no place in that shape: an image, a file, a part of an unknown kind. */
export function holdsMore(messages: readonly TraceMessage[]): boolean {
  return messages.some(({ parts }) => parts.some(({ type }) => type === 'other'));
}

function isAnswer(part: MessagePart): part is Extract<MessagePart, { type: 'tool_call_response' }> {
  return part.type === 'tool_call_response';
}

function isCall(part: MessagePart): part is Extract<MessagePart, { type: 'tool_call' }> {
  return part.type === 'tool_call';
}

function words(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
