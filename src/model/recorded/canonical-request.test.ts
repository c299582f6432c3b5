import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ModelRequest } from '../model.ts';
import { weatherRequest } from '../testing/weather-simulator.ts';
import { canonicalRequest } from './canonical-request.ts';

const conversation = (ids: readonly string[], extra: Partial<ModelRequest> = {}) =>
  weatherRequest({
    messages: [
      ...weatherRequest().messages,
      { role: 'assistant', content: ids.map((id) => ({ type: 'tool_use', id, name: 'weather', input: { id: 'kept', b: 1, a: 2 } })) },
      { role: 'user', content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'wet' })) },
    ],
    ...extra,
  });

it('does not depend on the tool ids that were drawn', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 2 }), (ids) => {
      expect(canonicalRequest(conversation(ids)).key).toBe(canonicalRequest(conversation(['toolu_x', 'toolu_y'])).key);
    }),
  );
});

it('depends on which call an answer belongs to', () => {
  const crossed = conversation(['a', 'b']);
  const results = crossed.messages[2]?.content;
  if (Array.isArray(results)) results.reverse();
  expect(canonicalRequest(crossed).key).not.toBe(canonicalRequest(conversation(['a', 'b'])).key);
});

it("leaves a tool's input as it is, order and all", () => {
  const { messages } = canonicalRequest(conversation(['a']));
  expect(JSON.stringify(messages)).toContain('"input":{"id":"kept","b":1,"a":2}');
});

it('does not depend on the order in which members were written', () => {
  const request = conversation(['a', 'b']);
  fc.assert(
    fc.property(fc.shuffledSubarray(Object.entries(request), { minLength: Object.keys(request).length }), (entries) => {
      expect(canonicalRequest(Object.fromEntries(entries) as unknown as ModelRequest)).toEqual(canonicalRequest(request));
    }),
  );
});

it.each([
  { model: 'claude-opus-5-5' },
  { system: 'You do not.' },
  { max_tokens: 999 },
  { output_config: { effort: 'high' as const } },
  { tools: [] },
])('depends on %j', (changes) => {
  expect(canonicalRequest(conversation(['a'], changes)).key).not.toBe(canonicalRequest(conversation(['a'])).key);
});
