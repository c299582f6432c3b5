import { expect, it } from 'vitest';
import type { ConversationMessage } from '../contracts/conversation.ts';
import { openingMessages } from './opening-messages.ts';
import { SendingBack } from './sent-back.ts';

const call = (id: string, given = '{"parcel":7}') => ({
  id,
  type: 'function' as const,
  function: { name: 'find_parcel', arguments: given },
});
const opened = (said: string | readonly ConversationMessage[]) => openingMessages(said, new SendingBack());
const text = (said: string) => ({ type: 'text', text: said });

it('a text is one message', () => {
  expect(opened('Refund?')).toEqual({ userMessage: 'Refund?', messages: [{ role: 'user', content: [text('Refund?')] }] });
});

it('a conversation is its turns, tools with their results, and what the user says now', () => {
  const { userMessage, messages } = opened([
    { role: 'user', content: 'Is parcel 7 late?' },
    { role: 'assistant', content: 'Let me see.', tool_calls: [call('a'), call('b', 'no JSON')] },
    { role: 'tool', tool_call_id: 'a', content: '2 days' },
    { role: 'tool', tool_call_id: 'b', content: '' },
    { role: 'assistant', content: 'It is.' },
    { role: 'user', content: 'And parcel 8?' },
    { role: 'user', content: 'Quick!' },
  ]);
  expect(userMessage).toBe('And parcel 8?\nQuick!');
  expect(messages).toEqual([
    { role: 'user', content: [text('Is parcel 7 late?')] },
    {
      role: 'assistant',
      content: [
        text('Let me see.'),
        { type: 'tool_use', id: 'a', name: 'find_parcel', input: { parcel: 7 } },
        { type: 'tool_use', id: 'b', name: 'find_parcel', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: '2 days' },
        { type: 'tool_result', tool_use_id: 'b', content: '' },
      ],
    },
    { role: 'assistant', content: [text('It is.')] },
    { role: 'user', content: [text('And parcel 8?'), text('Quick!')] },
  ]);
});

it('becomes what the API takes, whatever was recorded: who begins, calls without a result, results without a call, the same id twice, no words', () => {
  const { messages } = opened([
    { role: 'assistant', content: 'How can I help?' },
    { role: 'user', content: ' ' },
    { role: 'assistant', content: '', tool_calls: [call('a b')] },
    { role: 'user', content: 'Well?' },
    { role: 'assistant', content: '', tool_calls: [call('a b')] },
    { role: 'tool', tool_call_id: 'other', content: 'lost' },
    { role: 'user', content: 'So?' },
  ]);
  expect(messages).toEqual([
    { role: 'user', content: [text('(The assistant begins.)')] },
    {
      role: 'assistant',
      content: [text('How can I help?'), { type: 'tool_use', id: 'a_b', name: 'find_parcel', input: { parcel: 7 } }],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a_b', content: 'No result was recorded.' }, text('Well?')] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'a_b_2', name: 'find_parcel', input: { parcel: 7 } }] },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a_b_2', content: 'No result was recorded.' },
        text('A tool answered: lost'),
        text('So?'),
      ],
    },
  ]);
});

it.each([
  [[], 'ends with nothing'],
  [[{ role: 'user', content: 'a' } as const, { role: 'assistant', content: 'b' } as const], 'ends with a message of the role "assistant"'],
  [[{ role: 'user', content: ' ' } as const], 'ends with a message of the role "user"'],
])('is refused where the user says nothing at its end: %j', (said, message) => {
  expect(() => opened(said)).toThrow(message);
});
