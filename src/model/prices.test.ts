import { expect, it } from 'vitest';
import { dollarsOf, dollarsSavedByCache } from './prices.ts';

const usage = (inputTokens: number, outputTokens: number, cacheWriteTokens = 0, cacheReadTokens = 0) => ({
  inputTokens,
  outputTokens,
  cacheWriteTokens,
  cacheReadTokens,
});

it.each([
  // 1,000 x 3 + 200 x 15 = 6,000
  ['claude-sonnet-4-6', usage(1000, 200), 0.006],
  // 100 x 3 + 50 x 15 + 1,000 x 3.75 + 2,000 x 0.30 = 5,400
  ['claude-sonnet-4-6', usage(100, 50, 1000, 2000), 0.0054],
  // 1,000 x 2 + 100 x 10 + 1,000 x 2.50 + 1,000 x 0.20 = 5,700
  ['claude-sonnet-5-5', usage(1000, 100, 1000, 1000), 0.0057],
  // 1,000 x 4 + 100 x 20 + 1,000 x 5 + 1,000 x 0.20 = 11,200
  ['claude-opus-5-5', usage(1000, 100, 1000, 1000), 0.0112],
  // 1,000 x 1 + 100 x 5 + 1,000 x 1.25 + 1,000 x 0.10 = 2,850; a dated name is the same model
  ['claude-haiku-4-5-20251001', usage(1000, 100, 1000, 1000), 0.00285],
  // Exactly 100,000 tokens are no long prompt: 100,000 x 0.10 + 1,000 x 0.50 = 10,500
  ['claude-haiku-5-5', usage(100_000, 1000), 0.0105],
  // One more makes it one: 100,001 x 0.50 + 1,000 x 2.50 = 52,500.5
  ['claude-haiku-5-5', usage(100_001, 1000), 0.0525005],
  // What is written to and read from the cache counts to the prompt, at 1.25 and 0.1 times the price of its input:
  // 1,000 x 0.50 + 0 + 50,000 x 0.625 + 60,000 x 0.05 = 34,750
  ['claude-haiku-5-5', usage(1000, 0, 50_000, 60_000), 0.03475],
])('%s: %j', (model, used, dollars) => {
  expect(dollarsOf(model, used)).toBeCloseTo(dollars, 10);
});

it('does not guess', () => {
  expect(dollarsOf('mystery', usage(1, 1))).toBeUndefined();
  expect(dollarsSavedByCache({ model: 'mystery', usage: usage(1, 1, 0, 1) })).toBeUndefined();
});

it('says what the cache saved, and what it cost when nothing was read', () => {
  // 1,000 x (3 - 0.30) - 1,000 x (3.75 - 3) = 1,950
  expect(dollarsSavedByCache({ model: 'claude-sonnet-4-6', usage: usage(10, 10, 1000, 1000) })).toBeCloseTo(0.00195, 10);
  expect(dollarsSavedByCache({ model: 'claude-sonnet-4-6', usage: usage(10, 10, 1000, 0) })).toBeCloseTo(-0.00075, 10);
});
