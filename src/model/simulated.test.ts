import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModelRequest } from './model.ts';
import { simulatedModel } from './simulated.ts';
import type { SimulatedAnswer } from './simulator.ts';

const call = { type: 'tool_use', name: 'look', input: { at: 'all' } } as const;

/** What a model that wants to say this says within so many tokens. */
async function said(answer: SimulatedAnswer, maxTokens: number) {
  const model = simulatedModel({ source: import.meta.url, respond: () => answer });
  const request = { model: 'm', max_tokens: maxTokens, messages: [{ role: 'user', content: 'Well?' }] } as unknown as ModelRequest;
  const { content, stop_reason, usage } = await model.create(request, {
    series: 's',
    trialNumber: 1,
    signal: new AbortController().signal,
  });
  return { content, stopReason: stop_reason, tokens: usage.output_tokens };
}

test('an answer that fits stays as it is', async () => {
  // [{"type":"text","text":"Yes."}] is 31 characters, 8 tokens.
  const answer: SimulatedAnswer = { content: [{ type: 'text', text: 'Yes.' }], stopReason: 'end_turn' };
  expect(await said(answer, 8)).toMatchObject({ content: [{ text: 'Yes.' }], stopReason: 'end_turn', tokens: 8 });
  expect(await said(answer, 7)).toMatchObject({ content: [{ text: 'Y' }], stopReason: 'max_tokens', tokens: 7 });
  expect(await said(answer, 1)).toMatchObject({ content: [], stopReason: 'max_tokens', tokens: 1 });
});

test('a tool call that does not fit is not made, and what comes after it neither', async () => {
  const answer: SimulatedAnswer = { content: [call, { ...call, name: 'ask' }, { type: 'text', text: 'A' }], stopReason: 'tool_use' };
  const { content, stopReason } = await said(answer, 20);
  expect(content).toMatchObject([{ type: 'tool_use', name: 'look' }]);
  expect(stopReason).toBe('max_tokens');
});

test('no answer is longer than asked for, and its text is a start of the whole', () =>
  fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1, max: 40 }), async (text, maxTokens) => {
      const { content, stopReason, tokens } = await said({ content: [{ type: 'text', text }], stopReason: 'end_turn' }, maxTokens);
      const [block] = content;
      const spoken = block?.type === 'text' ? block.text : '';
      expect(tokens).toBeLessThanOrEqual(maxTokens);
      expect(text.startsWith(spoken)).toBe(true);
      expect(spoken.isWellFormed() || !text.isWellFormed()).toBe(true);
      expect(stopReason).toBe(spoken === text && content.length === 1 ? 'end_turn' : 'max_tokens');
    }),
  ));
