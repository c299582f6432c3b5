import { describe, expect, it } from 'vitest';
import { configuredPricesSchema, PriceBook } from './price-book.ts';
import { loadPriceList } from './price-list.ts';

const book = new PriceBook();

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
  expect(book.dollarsOf(model, used)).toBeCloseTo(dollars, 10);
});

it('tells sums without the noise of binary fractions', () => {
  const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens, cacheWriteTokens: 0, cacheReadTokens: 0 });
  const call = { model: 'claude-sonnet-4-6', usage: usage(1000, 100) };
  const prices = new PriceBook();
  expect(String(prices.dollarsOf(call.model, call.usage))).toBe('0.0045');
  expect(String(prices.dollarsOfCharges([call, call, call]))).toBe('0.0135');
  expect(String(prices.knownDollars([call, call, call]))).toBe('0.0135');
});

it('does not guess', () => {
  expect(book.dollarsOf('mystery', usage(1, 1))).toBeUndefined();
  expect(book.dollarsSavedByCache({ model: 'mystery', usage: usage(1, 1, 0, 1) })).toBeUndefined();
});

it('says what the cache saved, and what it cost when nothing was read', () => {
  // 1,000 x (3 - 0.30) - 1,000 x (3.75 - 3) = 1,950
  expect(book.dollarsSavedByCache({ model: 'claude-sonnet-4-6', usage: usage(10, 10, 1000, 1000) })).toBeCloseTo(0.00195, 10);
  expect(book.dollarsSavedByCache({ model: 'claude-sonnet-4-6', usage: usage(10, 10, 1000, 0) })).toBeCloseTo(-0.00075, 10);
});

/** What a million tokens in and out cost. */
const inAndOut = (book: PriceBook, model: string) => [
  book.dollarsOf(model, usage(1_000_000, 0)),
  book.dollarsOf(model, usage(0, 1_000_000)),
];

describe('ids of clouds, gateways and libraries', () => {
  it.each([
    'claude-sonnet-4-6',
    'claude-sonnet-4-6-20260901',
    'claude-sonnet-4-6-latest',
    'claude-sonnet-4.6',
    'Claude-Sonnet-4-6',
    'claude-sonnet-4-6[1m]',
    'claude-sonnet-4-6@20260901',
    'claude-sonnet-4-6@default',
    'anthropic/claude-sonnet-4-6',
    'anthropic/claude-sonnet-4.6',
    'anthropic/claude-sonnet-4.6:beta',
    'openrouter/anthropic/claude-sonnet-4.6:thinking',
    'anthropic/claude-4.6-sonnet-20260217',
    'litellm_proxy/anthropic/claude-sonnet-4-6',
    'anthropic:claude-sonnet-4-6',
    'anthropic:messages:claude-sonnet-4-6-20260901',
    'vertex_ai/claude-sonnet-4-6@20260901',
    'publishers/anthropic/models/claude-sonnet-4-6',
    'projects/shop/locations/global/publishers/anthropic/models/claude-sonnet-4-6@20260901',
    'global.anthropic.claude-sonnet-4-6-v1:0',
    'bedrock/global.anthropic.claude-sonnet-4-6-20260901-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-sonnet-4-6-v1:0',
    'azure_ai/claude-sonnet-4-6',
  ])('%s costs what Claude Sonnet 4.6 costs', (id) => {
    expect(inAndOut(book, id)).toEqual([3, 15]);
  });

  it.each([
    'us.anthropic.claude-sonnet-4-6-v1:0',
    'eu.anthropic.claude-sonnet-4-6-20260901-v1:0',
    'apac.anthropic.claude-sonnet-4-6-v1:0',
    'us-gov.anthropic.claude-sonnet-4-6-v1:0',
    'anthropic.claude-sonnet-4-6-v1:0',
    'anthropic.claude-sonnet-4-6',
    'bedrock/converse/us.anthropic.claude-sonnet-4-6-v1:0',
    'bedrock/eu-central-1/anthropic.claude-sonnet-4-6-v1:0',
    'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-6-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-6-v1:0',
    'projects/shop/locations/europe-west1/publishers/anthropic/models/claude-sonnet-4-6@20260901',
  ])('%s is bound to a region, and a tenth dearer', (id) => {
    const [input = 0, output = 0] = inAndOut(book, id);
    expect(input).toBeCloseTo(3.3, 10);
    expect(output).toBeCloseTo(16.5, 10);
    expect(book.sourceOf(id)).toBe("Anthropic's price list of November 2026 with a tenth more for one region");
  });

  it('models before Claude Sonnet 4.5 cost the same in every region', () => {
    expect(inAndOut(book, 'us.anthropic.claude-sonnet-4-20250514-v1:0')).toEqual(inAndOut(book, 'claude-sonnet-4-20250514'));
    expect(book.dollarsOf('claude-sonnet-4-20250514', usage(1000, 0))).toBeCloseTo(0.003, 10);
  });

  it('the regional prices are those that the public list has for the cloud itself', () => {
    for (const id of ['claude-haiku-4-5-20251001', 'claude-sonnet-4-6', 'claude-opus-5-5']) {
      const rates = loadPriceList().find(`anthropic.${id}-v1:0`, 'aws', new Date())?.(1);
      expect(book.dollarsOf(`us.anthropic.${id}-v1:0`, usage(0, 1_000_000))).toBeCloseTo(rates?.output ?? 0, 10);
    }
  });

  it.each([
    ['an inference profile of somebody’s own', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4'],
    ['throughput that was bought beforehand', 'anthropic.claude-3-sonnet-20240229-v1:0:28k'],
    ['a faster variant', 'anthropic/claude-opus-4.8-fast'],
    ['searches that cost extra', 'anthropic/claude-sonnet-4.6:online'],
    ['a reseller with prices of its own', 'databricks-claude-sonnet-4-6'],
    ['a path of somebody else', 'acme/claude-sonnet-4-6'],
    ['a model that is not there yet', 'claude-sonnet-4-7'],
    ['a longer name', 'claude-sonnet-4-6-mini'],
    ['a longer name of another vendor', 'gpt-4o-mini-nano'],
    ['words', 'the good model'],
    ['nothing', ''],
    ['a name of an object’s field', 'constructor'],
  ])('%s has no price: %s', (_, id) => {
    expect(inAndOut(book, id)).toEqual([undefined, undefined]);
  });
});

describe('models of other vendors', () => {
  it.each([
    ['gpt-4o-mini', 0.15, 0.6],
    ['gpt-4o-mini-2024-07-18', 0.15, 0.6],
    ['openai/gpt-4o-mini', 0.15, 0.6],
    ['openai:chat:gpt-4o-mini', 0.15, 0.6],
    ['gemini-2.5-flash', 0.3, 2.5],
    ['gemini/gemini-2.5-flash', 0.3, 2.5],
    ['claude-opus-4-8', 5, 25],
  ])('%s', (id, input, output) => {
    expect(inAndOut(book, id)).toEqual([input, output]);
    expect(book.sourceOf(id)).toBe('@pydantic/genai-prices 0.1.8 (September 2026)');
  });

  it('a kind of token that a model has no price for makes the sum unknown', () => {
    expect(book.dollarsOf('gpt-4o-mini', usage(1000, 10, 0, 1000))).toBeCloseTo(0.00015 + 0.000006 + 0.000075, 12);
    expect(book.dollarsOf('gpt-4o-mini', usage(1000, 10, 1000, 0))).toBeUndefined();
  });

  it('a long prompt costs what its tier does, as a whole', () => {
    expect(book.dollarsOf('claude-sonnet-4-5', usage(200_000, 0))).toBeCloseTo(0.6, 10);
    expect(book.dollarsOf('claude-sonnet-4-5', usage(200_001, 0))).toBeCloseTo(1.200006, 10);
  });

  it('a list that is missing, or not what it was, is told, and the other prices stand', () => {
    const missing = new PriceBook({}, () => {
      throw new Error("Cannot find module '@pydantic/genai-prices'\nRequire stack: …");
    });
    expect(missing.dollarsOf('gpt-4o-mini', usage(1, 1))).toBeUndefined();
    expect(missing.unknownPrice('gpt-4o-mini')).toBe(
      "the price of gpt-4o-mini is not known (the public price list (@pydantic/genai-prices) cannot be read: Cannot find module '@pydantic/genai-prices'); give it as prices in docket.config.ts",
    );
    expect(missing.dollarsOf('claude-sonnet-4-6', usage(1_000_000, 0))).toBe(3);
    const other = new PriceBook({}, () => loadPriceList({} as never));
    expect(other.unknownPrice('gpt-4o-mini')).toContain('it is not the package that it was');
    const empty = new PriceBook({}, () => loadPriceList({ findProvider: () => undefined }));
    expect(empty.unknownPrice('gpt-4o-mini')).toContain('it has no model of Anthropic');
    const provider = {
      id: 'openai',
      api_pattern: '',
      models: [{ id: 'gpt-4o-mini', match: { equals: 'gpt-4o-mini' }, prices: { input_mtok: 'dear' } }],
    };
    const broken = new PriceBook({}, () => loadPriceList({ findProvider: () => provider as never }));
    expect(broken.dollarsOf('gpt-4o-mini', usage(1, 1))).toBeUndefined();
    expect(broken.unknownPrice('gpt-4o-mini')).toContain('its prices of gpt-4o-mini are none');
  });
});

describe('prices of the project', () => {
  const own = new PriceBook({
    'house-large': { input: 1, output: 2 },
    'us.anthropic.claude-sonnet-4-6-v1:0': { input: 2.5, output: 12, cacheRead: 0.25 },
    'claude-haiku-4-5': { input: 0.8, output: 4, cacheWrite: 1, cacheWriteHour: 1.6, cacheRead: 0.08 },
    'house-long': { input: 1, output: 2, cacheRead: 0.1, long: { promptTokens: 1000, input: 3, output: 5 } },
  });

  it('come first, for the id that they name and its dated editions', () => {
    expect(inAndOut(own, 'house-large')).toEqual([1, 2]);
    expect(inAndOut(own, 'us.anthropic.claude-sonnet-4-6-v1:0')).toEqual([2.5, 12]);
    expect(inAndOut(own, 'claude-sonnet-4-6')).toEqual([3, 15]);
    expect(inAndOut(own, 'claude-haiku-4-5-20251001')).toEqual([0.8, 4]);
    expect(own.sourceOf('claude-haiku-4-5-20251001')).toBe('docket.config.ts');
    expect(own.sourceOf('claude-sonnet-4-6')).toBe("Anthropic's price list of November 2026");
    expect(own.models).toContain('house-large');
  });

  it('what they leave out is not known, and never free', () => {
    expect(own.dollarsOf('house-large', usage(1000, 0, 0, 1000))).toBeUndefined();
    expect(own.gapsOf('house-large')).toEqual(['cacheRead', 'cacheWrite', 'cacheWriteHour']);
    expect(own.gapsOf('claude-haiku-4-5')).toEqual([]);
    expect(own.dollarsOf('claude-haiku-4-5', usage(0, 0, 1_000_000), { cacheWriteHourTokens: 1_000_000 })).toBe(1.6);
  });

  it('may have a bound for long prompts, and the cache follows', () => {
    expect(own.dollarsOf('house-long', usage(0, 0, 0, 1000))).toBeCloseTo(0.0001, 12);
    expect(own.dollarsOf('house-long', usage(0, 0, 0, 1001))).toBeCloseTo(1001 * 0.3e-6, 12);
  });

  it.each([
    ['a negative price', { x: { input: -1, output: 1 } }],
    ['no price of the output', { x: { input: 1 } }],
    ['a word', { x: { input: '3', output: 15 } }],
    ['a misspelt kind', { x: { input: 1, output: 2, cached: 3 } }],
  ])('%s is refused', (_, prices) => {
    expect(configuredPricesSchema.safeParse(prices).success).toBe(false);
  });
});
