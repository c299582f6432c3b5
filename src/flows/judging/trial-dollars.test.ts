import { expect, test } from 'vitest';
import type { ModelCallStep } from '../../contracts/transcript.ts';
import { PriceBook } from '../../model/price-book.ts';
import { dollarsAsIf, knownTrialDollars, reckonedDollars, runDollars, trialDollars } from './trial-dollars.ts';

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

test('tries before it count for what was paid, and not for what its run cost', () => {
  const earlierCharges = [{ model: 'claude-sonnet-4-6', usage: { ...none, inputTokens: 1000 } }];
  const trial = { ...decided(call({ inputTokens: 2000 })), earlierCharges };
  expect(trialDollars(prices, trial)).toBeCloseTo(0.009, 10);
  expect(runDollars(prices, trial)).toBeCloseTo(0.006, 10);
});

test('where a sum is not known, what is known of it is, and a budget reckons with the dearer model', () => {
  const unsure = {
    ...call({ inputTokens: 1000 }),
    charges: [{ model: 'claude-opus-5-5', usage: { ...none, inputTokens: 1000 }, unknown: 'it declined' }],
  };
  const trial = decided(call({ inputTokens: 1000 }), unsure);
  expect(trialDollars(prices, trial)).toBeUndefined();
  expect(knownTrialDollars(prices, trial)).toBeCloseTo(0.003, 10);
  expect(reckonedDollars(prices, trial, 'claude-sonnet-4-6')).toBeCloseTo(0.003 + 0.004, 10);
  const lost = { ...decided({ ...call({ inputTokens: 1000 }), lostTries: 1 }) };
  expect(trialDollars(prices, lost)).toBeUndefined();
  expect(reckonedDollars(prices, lost, 'claude-sonnet-4-6')).toBeCloseTo(0.003, 10);
});

test('as if by another model, or in a batch: the tokens alone, with the cache as it was', () => {
  const written = { ...none, cacheWriteTokens: 1000 };
  const batch = {
    ...call(written),
    charges: [{ model: 'claude-sonnet-4-6', usage: written, cacheWriteHourTokens: 1000, batch: true as const }],
  };
  expect(trialDollars(prices, decided(batch))).toBeCloseTo(0.003, 10);
  expect(dollarsAsIf(prices, decided(batch), { model: 'claude-haiku-4-5' })).toBeCloseTo(0.002, 10);
  expect(dollarsAsIf(prices, decided(batch), { model: 'claude-haiku-4-5', batch: true })).toBeCloseTo(0.001, 10);
});
