import { expect, test } from 'vitest';
import type { ModelCallStep } from '../../contracts/transcript.ts';
import { PriceBook } from '../../model/price-book.ts';
import { trialDollars } from './trial-dollars.ts';

const prices = new PriceBook();
const none = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
const call = (usage: Partial<typeof none>, model = 'claude-sonnet-4-6'): ModelCallStep => ({
  kind: 'model-call',
  model,
  stopReason: null,
  content: [],
  usage: { ...none, ...usage },
  durationMs: 1,
});
const decided = (...steps: ModelCallStep[]) => ({
  transcript: { userMessage: '', steps },
  outcome: { kind: 'decided', decision: {} } as const,
});

test('a trial costs what its calls do: at $3 a million tokens in and $15 out', () => {
  expect(trialDollars(prices, decided(call({ inputTokens: 1000 }), call({ outputTokens: 1000 })))).toBeCloseTo(0.018, 10);
});

test('what is not told is not nothing: no call, a call without tokens, a model without a price', () => {
  expect(trialDollars(prices, decided())).toBeUndefined();
  expect(trialDollars(prices, decided(call({ inputTokens: 1000 }), call({})))).toBeUndefined();
  expect(trialDollars(prices, decided(call({ inputTokens: 1000 }, 'gpt-9')))).toBeUndefined();
  const failed = { kind: 'infra-error', error: 'connection', message: '', retryable: true } as const;
  expect(trialDollars(prices, { transcript: { userMessage: '', steps: [] }, outcome: failed })).toBe(0);
});
