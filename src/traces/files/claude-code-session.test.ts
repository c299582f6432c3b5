import { expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/json.ts';
import { claudeCodeSession } from './claude-code-session.ts';

const line = (type: string, second: number, message: JsonObject): JsonObject => ({
  type,
  sessionId: 's',
  timestamp: `2026-11-20T08:00:0${second}Z`,
  message,
});
const answer = (id: string, second: number, block: JsonObject) =>
  line('assistant', second, { role: 'assistant', id, model: 'm', content: [block], usage: { input_tokens: 10, output_tokens: 4 } });

test('an answer that was written block by block is one call, with the usage of the whole', () => {
  const { spans, unread } = claudeCodeSession.read([
    line('user', 0, { role: 'user', content: 'Is parcel 7 late?' }),
    answer('one', 1, { type: 'text', text: 'I look.' }),
    answer('one', 2, { type: 'tool_use', id: 't', name: 'find', input: { parcel: 7 } }),
    line('user', 3, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'late' }] }),
    answer('two', 4, { type: 'text', text: 'It is late.' }),
  ]);
  expect(unread).toEqual([]);
  const calls = spans.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'chat');
  expect(calls.map(({ attributes }) => attributes['gen_ai.usage.input_tokens'])).toEqual([10, 10]);
  expect(JSON.parse(String(calls[0]?.attributes['gen_ai.output.messages']))).toEqual([
    {
      role: 'assistant',
      parts: [
        { type: 'text', content: 'I look.' },
        { type: 'tool_call', id: 't', name: 'find', arguments: { parcel: 7 } },
      ],
    },
  ]);
});
