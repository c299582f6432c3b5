import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import type { Model } from './model.ts';
import { ModelError } from './model-error.ts';
import { PriceBook } from './price-book.ts';
import { simulatedModel } from './simulated.ts';
import { type Purse, withSpendBudget } from './spend-budget.ts';
import { trialContext, weatherRequest, weatherSimulator } from './testing/weather-simulator.ts';

const prices = new PriceBook();

/** Every answer costs one dollar: a million tokens in, at the price of claude-haiku-4-5. */
function dollarModel(): { model: Model; calls: () => number } {
  const simulated = simulatedModel(weatherSimulator, { latencyMs: 5 });
  let calls = 0;
  return {
    calls: () => calls,
    model: {
      mode: 'live',
      create: async (request, context) => {
        calls += 1;
        const answer = await simulated.create(request, context);
        return { ...answer, usage: { ...answer.usage, input_tokens: 1_000_000, output_tokens: 0 } };
      },
    },
  };
}

it('stops when the budget is spent, and says what was spent', async () => {
  const { model, calls } = dollarModel();
  const bounded = withSpendBudget(model, 3, prices);
  for (let call = 1; call <= 3; call += 1) await bounded.create(weatherRequest(), trialContext());
  const over = bounded.create(weatherRequest(), trialContext());
  await expect(over).rejects.toMatchObject({ name: 'ModelError', kind: 'spend-limit', retryable: false });
  await expect(over).rejects.toThrow('The budget of $3.00 is spent: 3 model calls cost $3.00.');
  expect(calls()).toBe(3);
});

it('reckons an answer that does not say what it used as the dearest', async () => {
  const { model, calls } = dollarModel();
  let answers = 0;
  const silent: Model = {
    ...model,
    create: async (request, context) => {
      const answer = await model.create(request, context);
      answers += 1;
      return answers === 1 ? answer : { ...answer, usage: { ...answer.usage, input_tokens: 0, output_tokens: 0 } };
    },
  };
  const bounded = withSpendBudget(silent, 3, prices);
  for (let call = 1; call <= 3; call += 1) await bounded.create(weatherRequest(), trialContext());
  await expect(bounded.create(weatherRequest(), trialContext())).rejects.toThrow(
    '1 model call cost $3.00, and 2 more of unknown price are reckoned as the dearest',
  );
  expect(calls()).toBe(3);
});

it('is overrun by no more than the calls under way', async () => {
  const { model, calls } = dollarModel();
  const bounded = withSpendBudget(model, 10, prices);
  const workers = 4;
  const work = async () => {
    for (let call = 1; call <= 20; call += 1) await bounded.create(weatherRequest(), trialContext());
  };
  const ended = await Promise.allSettled(Array.from({ length: workers }, work));
  expect(ended.map(({ status }) => status)).toEqual(Array.from({ length: workers }, () => 'rejected'));
  expect(calls()).toBeGreaterThanOrEqual(10);
  expect(calls()).toBeLessThan(10 + workers);
});

it('lets calls wait for those under way, so that many workers overrun it by no more than a few', async () => {
  const { model, calls } = dollarModel();
  const bounded = withSpendBudget(model, 10, prices);
  // The first answer shows what a call costs; the second, and the 48 others, have waited for it.
  const request = weatherRequest({ max_tokens: 2_000_000 });
  const ended = await Promise.allSettled(Array.from({ length: 50 }, () => bounded.create(request, trialContext())));
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  expect(calls()).toBe(10);
});

it('ends a wait for the budget at an abort', async () => {
  const bounded = withSpendBudget(dollarModel().model, 1, prices);
  const request = weatherRequest({ max_tokens: 2_000_000 });
  const first = bounded.create(request, trialContext());
  const interrupted = new AbortController();
  const second = bounded.create(request, trialContext({ signal: interrupted.signal }));
  interrupted.abort(new Error('Ctrl-C'));
  await expect(second).rejects.toThrow('Ctrl-C');
  await expect(first).resolves.toBeDefined();
});

it('refuses a model without a known price before it is called', async () => {
  const { model, calls } = dollarModel();
  await expect(withSpendBudget(model, 1, prices).create(weatherRequest({ model: 'mystery' }), trialContext())).rejects.toThrow(
    /price of mystery is not known/,
  );
  expect(calls()).toBe(0);
});

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a budget of %d', (dollars) => {
  expect(() => withSpendBudget(dollarModel().model, dollars, prices)).toThrow(DocketError);
});

it('reckons a call that was lost, or cut by the deadline, as one that was paid', async () => {
  const { model } = dollarModel();
  const ends: (() => Promise<never>)[] = [];
  const losing: Model = { ...model, create: (...call) => ends.shift()?.() ?? model.create(...call) };
  const bounded = withSpendBudget(losing, 3, prices);
  await bounded.create(weatherRequest(), trialContext());
  const lost = new ModelError('timeout', 'The answer was cut.', { retryable: true, lost: true });
  const refused = new ModelError('rate-limit', 'Too many.', { retryable: true });
  ends.push(
    () => Promise.reject(refused),
    () => Promise.reject(lost),
  );
  await expect(bounded.create(weatherRequest(), trialContext())).rejects.toBe(refused);
  await expect(bounded.create(weatherRequest(), trialContext())).rejects.toBe(lost);
  const deadline = new AbortController();
  ends.push(() => {
    deadline.abort(new Error('late'));
    return Promise.reject(new Error('late'));
  });
  await expect(bounded.create(weatherRequest(), { ...trialContext(), signal: deadline.signal })).rejects.toThrow('late');
  await expect(bounded.create(weatherRequest(), trialContext())).rejects.toThrow(
    'The budget of $3.00 is spent: 1 model call cost $3.00, and 2 more of unknown price are reckoned as the dearest.',
  );
});

it('of several processes is one: whoever they are, all of them together overrun it by one call', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 40 }),
      async (processes, inFlight, dollars) => {
        const { model, calls } = dollarModel();
        let taken = 0;
        const purse: Purse = {
          dollars,
          async take(wanted) {
            await new Promise((resolve) => setImmediate(resolve));
            const got = Math.min(wanted, dollars - taken);
            taken += got;
            return got;
          },
        };
        const ends = await Promise.all(
          Array.from({ length: processes }, async () => {
            const bounded = withSpendBudget(model, purse, prices);
            const work = async () => {
              for (;;) await bounded.create(weatherRequest({ max_tokens: 300_000 }), trialContext());
            };
            return Promise.allSettled(Array.from({ length: inFlight }, work));
          }),
        );
        for (const end of ends.flat())
          expect(end).toMatchObject({
            reason: { kind: 'spend-limit', message: expect.stringContaining('which all workers share, is spent') },
          });
        expect(calls()).toBeLessThanOrEqual(dollars + 1);
        // What a process took for calls that it did not make is lost; the rest is spent.
        expect(calls()).toBeGreaterThanOrEqual(Math.max(1, dollars - processes * 6));
      },
    ),
    { numRuns: 15 },
  );
});
