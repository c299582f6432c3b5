import { expect, test } from 'vitest';
import type { ModelQuestion } from '../../contracts/scorer.ts';
import type { Model, ModelAnswer } from '../../model/model.ts';
import { PriceBook } from '../../model/price-book.ts';
import { withSpendBudget } from '../../model/spend-budget.ts';
import { askModel } from './ask-model.ts';

const question: ModelQuestion = { model: 'priced', system: 's', message: 'm', schema: {}, maxTokens: 10, series: 'judge', number: 1 };
const { signal } = new AbortController();
const prices = new PriceBook({ priced: { input: 2, output: 10 } });

/** A live model that says the same each time. */
function live(more: object = {}): Model {
  const usage = { input_tokens: 1000, output_tokens: 100, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  const answer = { model: 'priced', stop_reason: 'end_turn', content: [{ type: 'text', text: 'yes' }], usage, ...more };
  return { mode: 'live', create: async () => answer as unknown as ModelAnswer };
}

test('what a scorer asks is priced, and names who answered', async () => {
  // 1,000 x $2 and 100 x $10 a million.
  expect(await askModel(() => live(), prices)(question, signal)).toEqual({ text: 'yes', model: 'priced', mode: 'live', dollars: 0.003 });
  expect(await askModel(() => live({ model: 'unpriced' }), prices)(question, signal)).toEqual({
    text: 'yes',
    model: 'unpriced',
    mode: 'live',
  });
  expect(await askModel(() => live({ _stand_in: 'simulated' }), prices)(question, signal)).toMatchObject({ mode: 'simulated' });
  expect(await askModel(() => live({ stop_reason: 'refusal' }), prices)(question, signal)).toMatchObject({ text: '' });
});

test('it counts into the budget of the session', async () => {
  const ask = askModel(() => withSpendBudget(live(), 0.004, prices), prices);
  const model = withSpendBudget(live(), 0.004, prices);
  const within = askModel(() => model, prices);
  await within(question, signal);
  await within(question, signal);
  await expect(within(question, signal)).rejects.toThrow(/budget/i);
  await expect(ask(question, signal)).resolves.toBeDefined();
});

test('where the model is simulated the question brings its own answer, or is not asked', async () => {
  const simulated: Model = { mode: 'simulated', create: () => Promise.reject(new Error('the agent was asked')) };
  const ask = askModel(() => simulated, prices);
  expect(await ask(question, signal)).toBeUndefined();
  const lucky = (message: string, random: () => number) => `${message} ${random() < 1}`;
  expect(await ask({ ...question, simulated: lucky }, signal)).toMatchObject({ text: 'm true', mode: 'simulated', dollars: 0 });
  expect(await askModel(() => undefined, prices)(question, signal)).toBeUndefined();
});
