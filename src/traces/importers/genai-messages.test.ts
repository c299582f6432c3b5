import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../contracts/json.ts';
import { genaiMessages } from './genai-messages.ts';

const text = (content: string) => ({ type: 'text', content });

describe('genaiMessages', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['a text', 'hello', [{ role: 'user', parts: [text('hello')] }]],
    [
      'Chat Completions',
      [
        { role: 'developer', content: 'be brief' },
        { role: 'assistant', content: null, tool_calls: [{ id: 'a', function: { name: 'look', arguments: '{"city":"Paris"}' } }] },
        { role: 'tool', tool_call_id: 'a', content: 'sunny' },
      ],
      [
        { role: 'system', parts: [text('be brief')] },
        { role: 'assistant', parts: [{ type: 'tool_call', id: 'a', name: 'look', arguments: { city: 'Paris' } }] },
        { role: 'tool', parts: [{ type: 'tool_call_response', id: 'a', response: 'sunny' }] },
      ],
    ],
    [
      'choices',
      { choices: [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }] },
      [{ role: 'assistant', parts: [text('yes')], finish_reason: 'stop' }],
    ],
    [
      'the Messages API',
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'tool_use', id: 'b', name: 'look', input: { city: 'Paris' } },
        ],
      },
      [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'hm' },
            { type: 'tool_call', id: 'b', name: 'look', arguments: { city: 'Paris' } },
          ],
        },
      ],
    ],
    ['what is not known', { city: 'Paris' }, [{ role: 'user', parts: [text('{"city":"Paris"}')] }]],
    ['nothing', null, []],
  ])('understands %s', (_, given, expected) => {
    expect(genaiMessages(given, 'user')).toEqual(expected);
    // Also when it comes as text, as most vendors store it.
    if (typeof given === 'object' && given !== null) expect(genaiMessages(JSON.stringify(given), 'user')).toEqual(expected);
  });

  it('makes messages of whatever comes, and leaves them as they are a second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const messages = genaiMessages(value as JsonValue, 'user');
        for (const { role, parts } of messages) {
          expect(['system', 'user', 'assistant', 'tool']).toContain(role);
          expect(Array.isArray(parts)).toBe(true);
        }
        expect(genaiMessages(messages, 'user')).toEqual(messages);
      }),
    );
  });
});
