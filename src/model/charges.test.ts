import { expect, it } from 'vitest';
import { chargesOf } from './charges.ts';
import type { ModelAnswer } from './model.ts';
import { PriceBook } from './price-book.ts';

const book = new PriceBook();

/** An answer with a million tokens of each kind that is named, beside what the server says of their price. */
function answer(
  tokens: { input?: number; output?: number; write?: number; read?: number },
  told: object = {},
  model = 'claude-sonnet-4-6',
) {
  const usage = {
    input_tokens: (tokens.input ?? 0) * 1e6,
    output_tokens: (tokens.output ?? 0) * 1e6,
    cache_creation_input_tokens: (tokens.write ?? 0) * 1e6,
    cache_read_input_tokens: (tokens.read ?? 0) * 1e6,
    ...told,
  };
  return { model, usage: usage as unknown as ModelAnswer['usage'] };
}
const written = (hour: number, minutes: number) => ({
  cache_creation: { ephemeral_1h_input_tokens: hour * 1e6, ephemeral_5m_input_tokens: minutes * 1e6 },
});
const part = (type: string, model: string | null, input: number) => ({ type, model, input_tokens: input * 1e6, output_tokens: 0 });
const plainly = {
  service_tier: 'standard',
  inference_geo: 'not_available',
  speed: 'standard',
  server_tool_use: { web_search_requests: 0, web_fetch_requests: 3 },
  iterations: null,
};

it.each([
  ['nothing is told', answer({ input: 1, write: 1 }), 3 + 3.75],
  ['the usual is told', answer({ input: 1, write: 1 }, { ...plainly, ...written(0, 1) }), 3 + 3.75],
  ['an hour of cache costs twice the input', answer({ write: 1 }, written(1, 0)), 6],
  ['both kinds of cache', answer({ write: 3, read: 1 }, written(2, 1)), 2 * 6 + 3.75 + 0.3],
  // 1.5 million of 5 million tokens are above the bound of long prompts, which holds for all: 0.5 a million, 1 for an hour of cache.
  ['an hour of cache in a long prompt', answer({ input: 1, write: 2 }, written(1, 1), 'claude-haiku-5-5'), 0.5 + 1 + 0.625],
  ['a batch is half', answer({ input: 1, output: 1, write: 1 }, { service_tier: 'batch', ...written(1, 0) }), (3 + 15 + 6) / 2],
  ['the United States are a tenth more', answer({ input: 1, output: 1 }, { inference_geo: 'us' }), 18 * 1.1],
  [
    'web searches, at their full price in a batch',
    answer({ input: 1 }, { service_tier: 'batch', server_tool_use: { web_search_requests: 7 } }),
    1.57,
  ],
  [
    'who answered was the fallback from the start',
    answer({ input: 1 }, { iterations: [part('fallback_message', 'claude-haiku-4-5', 1)] }, 'claude-haiku-4-5'),
    1,
  ],
  [
    'several samplings of one model',
    answer({ input: 2 }, { iterations: [part('message', null, 1), part('message', 'claude-sonnet-4-6', 1)] }),
    6,
  ],
  ['a compaction is charged beside', answer({ input: 1 }, { iterations: [part('compaction', null, 2), part('message', null, 1)] }), 9],
  [
    'an adviser is charged at its own price',
    answer({ input: 1 }, { iterations: [part('message', null, 1), part('advisor_message', 'claude-opus-5-5', 1)] }),
    7,
  ],
])('%s', (_, given, dollars) => {
  expect(book.dollarsOfAnswer(given)).toBeCloseTo(dollars, 10);
});

it.each([
  [
    'a model declined',
    answer({ input: 1 }, { iterations: [part('message', 'claude-opus-5-5', 1), part('fallback_message', 'claude-sonnet-4-6', 1)] }),
    'claude-opus-5-5 declined and claude-sonnet-4-6 answered',
  ],
  [
    'tokens of a kind that is not known',
    answer({ input: 1 }, { iterations: [part('dreaming', null, 1)] }),
    'it has tokens of the kind dreaming',
  ],
  ['a tier with a price of its own', answer({ input: 1 }, { service_tier: 'priority' }), 'it was answered in the service tier priority'],
  ['a speed with a price of its own', answer({ input: 1 }, { speed: 'fast' }), 'it was answered at the speed fast'],
  ['a region that is not known', answer({ input: 1 }, { inference_geo: 'mars' }), 'it was answered in the region mars'],
  ['words that are none', answer({ input: 1 }, { service_tier: '\u001b[31m' }), 'it was answered in the service tier that is none'],
  ['a cache that does not add up', answer({ write: 1 }, written(2, 0)), 'its tokens of the prompt cache do not add up'],
  ['a credit', answer({ input: 1 }, { fallback_credit: { status: { type: 'redeemed' } } }), 'a part of it was credited'],
  ['what cannot be read', answer({ input: 1 }, { iterations: 4 }), 'what the server says of its price cannot be read'],
  [
    'tokens that are no number',
    answer({ write: 1 }, { cache_creation: { ephemeral_1h_input_tokens: -5 } }),
    'what the server says of its price cannot be read',
  ],
])('no sum is better than a false one: %s', (_, given, unknown) => {
  expect(chargesOf(given)?.[0]).toMatchObject({ unknown });
  expect(book.dollarsOfAnswer(given)).toBeUndefined();
});

it('says nothing where the plain price is the whole truth', () => {
  expect(chargesOf(answer({ input: 1, write: 1 }, { ...plainly, ...written(0, 1) }))).toBeUndefined();
});

it('prices a batch, and what an hour of cache saved', () => {
  const usage = { inputTokens: 1e6, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
  expect(book.dollarsOf('claude-sonnet-4-6', usage, { batch: true })).toBe(1.5);
  const [charge] = chargesOf(answer({ write: 1, read: 2 }, written(1, 0))) ?? [];
  // Three million tokens without a cache cost 9, and with it 6 + 2 x 0.30.
  expect(charge && book.dollarsSavedByCache(charge)).toBeCloseTo(9 - 6.6, 10);
});

it.each([
  ['code that the provider ran', 'bash_code_execution', undefined],
  ['a search', 'web_search', 3],
])('%s', (_name, name, dollars) => {
  const content = [{ type: 'server_tool_use', id: 'srvtoolu_1', name, input: {}, caller: { type: 'direct' } }] as ModelAnswer['content'];
  expect(book.dollarsOfAnswer({ ...answer({ input: 1 }), content })).toBe(dollars);
});

it.each([
  ['a cloud', 'us.anthropic.claude-sonnet-4-6-v1:0', 'claude-sonnet-4-6', 3.3],
  ['a gateway with a price of its own', 'anthropic/claude-sonnet-4-6', 'claude-sonnet-4-6-20260115', 30],
  ['a gateway whose prices nobody knows', 'house/claude-sonnet-4-6', 'claude-sonnet-4-6', undefined],
  ['another model than the one that was asked', 'anthropic/claude-sonnet-4-6', 'claude-haiku-4-5', 1],
  ['a cloud that says by itself where it answered', 'us.anthropic.claude-sonnet-4-6-v1:0', 'global.anthropic.claude-sonnet-4-6-v1:0', 3],
  ['the model by another name', 'claude-sonnet-4-6', 'claude-sonnet-4-6-20260115', 3],
])('is charged by who is paid: %s', (_name, asked, answered, dollars) => {
  const own = new PriceBook({ 'anthropic/claude-sonnet-4-6': { input: 30, output: 150 } });
  expect(own.dollarsOfAnswer({ ...answer({ input: 1 }), model: answered }, asked)).toBe(dollars);
});

it.each([
  ['a kind of token without a price', answer({ input: 1, write: 1, read: 1 }, written(0, 1)), { input: 3, output: 15 }, 3 + 6 + 3],
  ['a cache that does not add up', answer({ write: 1 }, written(2, 0)), undefined, 6],
  ['a search beside it', answer({}, { server_tool_use: { web_search_requests: 5 }, speed: 'fast' }), undefined, 0.05],
])('a budget reckons with the most that may have been charged: %s', (_name, given, price, most) => {
  const own = new PriceBook(price ? { 'claude-sonnet-4-6': price } : {});
  expect(own.dollarsOfAnswer(given)).toBeUndefined();
  expect(own.mostOfAnswer('claude-sonnet-4-6', given)).toBeCloseTo(most, 10);
});
