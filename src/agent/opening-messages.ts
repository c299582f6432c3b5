import type { ConversationMessage } from '../contracts/conversation.ts';
import { DocketError } from '../contracts/docket-error.ts';
import type { ModelRequest } from '../model/model.ts';
import { type UserContent, userBlocks } from './attachment.ts';
import { parseJson } from './read-decision.ts';
import { type SendingBack, wellFormed } from './sent-back.ts';

/** How a run begins: what the model is sent, and what the user says in it, for the transcript. */
export interface Opening {
  readonly userMessage: string;
  readonly messages: ModelRequest['messages'];
}

type Role = 'user' | 'assistant';
type SentBlock = Exclude<ModelRequest['messages'][number]['content'], string>[number];

/**
 * The messages with which a run begins: a text, a text with images and documents, or a conversation so far, which the model goes on with.
 * @param sendingBack knows the ids of calls from then on
 * @throws {DocketError} when a conversation does not end with what the user says
 */
export function openingMessages(said: string | readonly UserContent[] | readonly ConversationMessage[], sendingBack: SendingBack): Opening {
  if (typeof said === 'string') return { userMessage: said, messages: [{ role: 'user', content: [text(said)] }] };
  if (!isConversation(said)) {
    const { blocks, text: shown } = userBlocks(said);
    return { userMessage: shown, messages: [{ role: 'user', content: blocks.map(wellFormed) }] };
  }
  const last = said.at(-1);
  if (last?.role !== 'user' || last.content.trim() === '')
    throw new DocketError(
      `The conversation that the user message renders ends with ${last ? `a message of the role "${last.role}"${last.content.trim() === '' ? ' without words' : ''}` : 'nothing'}. Expected what the user says now as its end.`,
    );
  const messages: { role: Role; content: SentBlock[] }[] = [];
  const add = (role: Role, blocks: readonly SentBlock[]) => {
    // Turns alternate in the Messages API, and the user's is the first.
    if (messages.length === 0 && role === 'assistant') messages.push({ role: 'user', content: [text('(The assistant begins.)')] });
    const open = messages.at(-1);
    if (open?.role === role) open.content.push(...blocks);
    else if (blocks.length > 0) messages.push({ role, content: [...blocks] });
  };
  /** Calls that have no result yet: their ids, and those that they are sent under. */
  const open = new Map<string, string>();
  const endCalls = () => {
    // The API takes no call without a result.
    add(
      'user',
      [...open.values()].map((id) => result(id, 'No result was recorded.')),
    );
    open.clear();
  };
  for (const message of said) {
    if (message.role === 'tool') {
      const id = open.get(message.tool_call_id);
      open.delete(message.tool_call_id);
      if (id === undefined) endCalls();
      add('user', [id === undefined ? text(`A tool answered: ${message.content}`) : result(id, message.content)]);
      continue;
    }
    endCalls();
    if (message.role === 'user') add('user', message.content.trim() === '' ? [] : [text(message.content)]);
    else {
      const { content, calls } = sendingBack.fit({ content: blocksOf(message) } as Parameters<SendingBack['fit']>[0]);
      add('assistant', content);
      for (const { call, sentId } of calls) open.set(call.id, sentId);
    }
  }
  const asked = said.slice(said.findLastIndex(({ role }) => role !== 'user') + 1);
  return { userMessage: asked.map(({ content }) => content).join('\n'), messages };
}

function isConversation(said: readonly UserContent[] | readonly ConversationMessage[]): said is readonly ConversationMessage[] {
  return said.every((part) => typeof part === 'object' && part !== null && 'role' in part);
}

function blocksOf({ content, tool_calls: calls = [] }: Extract<ConversationMessage, { role: 'assistant' }>): object[] {
  return [
    { type: 'text', text: content },
    ...calls.map(({ id, function: { name, arguments: given } }) => ({ type: 'tool_use', id, name, input: parseJson(given)?.json ?? {} })),
  ];
}

function text(said: string): SentBlock {
  return { type: 'text', text: wellFormed(said) };
}

function result(id: string, content: string): SentBlock {
  return { type: 'tool_result', tool_use_id: id, content: wellFormed(content) };
}
