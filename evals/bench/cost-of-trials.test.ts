import { expect, test } from 'vitest';
import { costOf, type Fleet, type Provider, type TrialNeeds } from './cost-of-trials.ts';

const needs: TrialNeeds = {
  calls: 2,
  inputTokens: 1000,
  outputTokens: 100,
  cpuMs: { live: 1.8, recorded: 0.36 },
  bytes: { sqlite: 5000, postgres: 10_000, sqliteTrace: 20_000, postgresTrace: 19_000, recording: 4000 },
};
const provider: Provider = {
  requestsAMinute: 50,
  inputTokensAMinute: 30_000,
  outputTokensAMinute: 8000,
  secondsACall: 4,
  hoursABatch: 1,
  callsInBatches: 100_000,
};
const fleet: Fleet = { inFlight: 100, cores: 2 };
const price = { input: 3, output: 15 };
const cost = (mode: Parameters<typeof costOf>[0], trials: number, changes: Partial<Provider> = {}) =>
  costOf(mode, trials, { needs, price, provider: { ...provider, ...changes }, fleet });

test('live: 1,000 x (1,000 x $3 + 100 x $15) a million; 2,000 requests at 50 a minute are 40 minutes', () => {
  const { dollars, hours, boundBy, bytes } = cost('live', 1000);
  expect(dollars).toBeCloseTo(4.5, 9);
  expect(hours).toBeCloseTo(40 / 60, 9);
  expect(boundBy).toBe('requests a minute');
  expect(bytes).toEqual({ sqlite: 5e6, postgres: 1e7, traces: 1.9e7 });
});

test('the narrowest bound counts: tokens of either kind, trials in flight, CPU', () => {
  // A million tokens at 20,000 a minute.
  expect(cost('live', 1000, { inputTokensAMinute: 20_000 })).toMatchObject({ boundBy: 'input tokens a minute', hours: 50 / 60 });
  // 100,000 at 1,000.
  expect(cost('live', 1000, { outputTokensAMinute: 1000 })).toMatchObject({ boundBy: 'output tokens a minute', hours: 100 / 60 });
  const wide = { requestsAMinute: 1e9, inputTokensAMinute: 1e12, outputTokensAMinute: 1e12 };
  // Ten rounds of a hundred, two calls of four seconds each.
  expect(cost('live', 1000, wide)).toMatchObject({ boundBy: 'trials in flight', hours: 80 / 3600 });
  // 1.8 s on two cores.
  expect(cost('live', 1000, { ...wide, secondsACall: 0 })).toMatchObject({ boundBy: 'CPU', hours: 0.9 / 3600 });
});

test('batches cost half, and each call of a trial waits for one; 250,000 trials do not fit at once', () => {
  expect(cost('batch', 1000).dollars).toBeCloseTo(2.25, 9);
  expect(cost('batch', 1000)).toMatchObject({ boundBy: 'batches', hours: 2 });
  expect(cost('batch', 250_000).hours).toBe(6);
});

test('recorded trials cost nothing but CPU, and their recordings take room', () => {
  expect(cost('recorded', 1000)).toMatchObject({ dollars: 0, boundBy: 'CPU', bytes: { sqlite: 9e6, postgres: 1.4e7 } });
  expect(cost('recorded', 1000).hours).toBeCloseTo(0.18 / 3600, 12);
});

test('a prompt that is long by the price list costs what long ones cost', () => {
  const long = { input: 0.1, output: 0.5, long: { promptTokens: 400, input: 0.5, output: 2.5 } };
  expect(costOf('live', 1_000_000, { needs, price: long, provider, fleet }).dollars).toBeCloseTo(1000 * 0.5 + 100 * 2.5, 6);
});
