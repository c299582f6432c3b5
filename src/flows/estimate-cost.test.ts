import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PriceTerms } from '../contracts/transcript.ts';
import type { Trial } from '../contracts/trial.ts';
import { PriceBook } from '../model/price-book.ts';
import { openTrialStore } from '../trials/open-trial-store.ts';
import { tinyTrial } from '../trials/testing/tiny-agent.ts';
import type { TrialStore } from '../trials/trial-store.ts';
import { estimateCost } from './estimate-cost.ts';
import type { PreparedVersion } from './session.ts';

const prices = new PriceBook();
let store: TrialStore;
beforeEach(() => {
  store = openTrialStore(':memory:');
});
afterEach(() => store.close());

const version = (fingerprint: string, model = 'claude-sonnet-4-6') =>
  ({ version: { model, settings: { maxTurns: 8 } }, identity: { fingerprint } }) as unknown as PreparedVersion;

/** A trial of one call with so many thousand tokens in and out: at $3 and $15 a million, $0.018 for each thousand. */
async function stored(
  number: number,
  thousands: number,
  more: Partial<Trial> = {},
  versionFingerprint = 'own',
  terms?: PriceTerms,
): Promise<void> {
  const trial = tinyTrial({ number, versionFingerprint });
  const usage = { inputTokens: thousands * 1000, outputTokens: thousands * 1000, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const step = { kind: 'model-call' as const, model: 'm', stopReason: 'end_turn', content: [], usage, durationMs: 1 };
  const charged = terms ? { ...step, charges: [{ model: 'm', usage, ...terms }] } : step;
  await store.save({ ...trial, mode: 'live', ...more, transcript: { userMessage: '', steps: [charged] } });
}

test('takes the mean of what the same version used before', async () => {
  await stored(1, 1);
  await stored(2, 3);
  await stored(3, 100, {}, 'other');
  const { dollars, ...rest } = await estimateCost({ store, prices }, [{ version: version('own'), trials: 10 }]);
  expect(dollars).toBeCloseTo(10 * 2 * 0.018, 10);
  expect(rest).toEqual({
    trials: 10,
    requests: 80,
    sources: ["Anthropic's price list of November 2026"],
    basis: 'based on 2 stored live trials',
  });
});

test('takes other versions where there is nothing else, at the price of the model that is asked', async () => {
  await stored(1, 2, {}, 'other');
  const { dollars, basis } = await estimateCost({ store, prices }, [{ version: version('own', 'claude-haiku-4-5'), trials: 5 }]);
  expect(dollars).toBeCloseTo(5 * 2 * 0.006, 10);
  expect(basis).toBe('based on 1 stored live trial of other versions');
});

test('takes simulated trials only where there is nothing else and a rough figure is asked for', async () => {
  expect(await estimateCost({ store, prices }, [{ version: version('own'), trials: 5 }], { orRoughly: true })).toMatchObject({
    dollars: undefined,
    basis: 'no trial is stored here yet',
  });
  await stored(1, 1, { mode: 'simulated' });
  const { dollars, basis } = await estimateCost({ store, prices }, [{ version: version('own'), trials: 5 }], { orRoughly: true });
  expect(dollars).toBeCloseTo(5 * 0.018, 10);
  expect(basis).toBe('by what 1 stored simulated trial used; a real model may use several times as much');
  await stored(2, 2);
  expect(await estimateCost({ store, prices }, [{ version: version('own'), trials: 5 }], { orRoughly: true })).toMatchObject({
    dollars: 5 * 2 * 0.018,
    basis: 'based on 1 stored live trial',
  });
});

test('trials in batches cost half, whoever ran those that were stored', async () => {
  const wanted = [{ version: version('own'), trials: 10 }];
  await stored(1, 1);
  expect((await estimateCost({ store, prices }, wanted, { batch: true })).dollars).toBeCloseTo((10 * 0.018) / 2, 10);
  await store.close();
  store = openTrialStore(':memory:');
  await stored(1, 1, {}, 'own', { batch: true });
  expect((await estimateCost({ store, prices }, wanted, { batch: true })).dollars).toBeCloseTo((10 * 0.018) / 2, 10);
  expect((await estimateCost({ store, prices }, wanted)).dollars).toBeCloseTo(10 * 0.018, 10);
});

test('says why it does not know', async () => {
  await stored(1, 1, { mode: 'simulated' });
  expect(await estimateCost({ store, prices }, [{ version: version('own'), trials: 5 }])).toEqual({
    trials: 5,
    requests: 40,
    sources: [],
    dollars: undefined,
    basis: 'no live trial is stored here yet',
  });
  await stored(2, 1);
  expect(await estimateCost({ store, prices }, [{ version: version('own', 'house-model'), trials: 5 }])).toMatchObject({
    dollars: undefined,
    basis: 'the price of house-model is not known; give it as prices in docket.config.ts',
  });
  expect(await estimateCost({ store, prices }, [{ version: version('own', 'house-model'), trials: 0 }])).toEqual({
    trials: 0,
    requests: 0,
    sources: [],
    dollars: 0,
    basis: 'all trials are stored',
  });
});

test('says what the price of a model leaves out that its trials used', async () => {
  const own = new PriceBook({ house: { input: 3, output: 15, cacheRead: 0.3 } });
  const usage = { inputTokens: 1000, outputTokens: 1, cacheReadTokens: 5, cacheWriteTokens: 5 };
  const step = { kind: 'model-call' as const, model: 'house', stopReason: 'end_turn', content: [], usage, durationMs: 1 };
  await store.save({
    ...tinyTrial({ number: 1, versionFingerprint: 'own' }),
    mode: 'live',
    transcript: { userMessage: '', steps: [step] },
  });
  const { dollars, basis } = await estimateCost({ store, prices: own }, [{ version: version('own', 'house'), trials: 5 }]);
  expect(dollars).toBeUndefined();
  expect(basis).toBe(
    'the price of house (docket.config.ts) says nothing of cacheWrite and cacheWriteHour; give it as prices in docket.config.ts',
  );
});
