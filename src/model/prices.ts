import { ownField } from '../contracts/own-field.ts';
import type { Usage } from '../contracts/transcript.ts';

/** US dollars per million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
  /** Prices of requests whose prompt is longer than `promptTokens`. */
  readonly long?: { readonly promptTokens: number; readonly input: number; readonly output: number };
}

/** Source: Anthropic's price list, November 2026 (cache writes are those that live five minutes). */
const prices: Readonly<Record<string, Price>> = {
  'claude-sonnet-4-6': { input: 3, output: 15, cacheWrite: 3.75, cacheRead: 0.3 },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheWrite: 2.5, cacheRead: 0.2 },
  'claude-opus-5-5': { input: 4, output: 20, cacheWrite: 5, cacheRead: 0.2 },
  'claude-haiku-5-5': {
    input: 0.1,
    output: 0.5,
    cacheWrite: 0.125,
    cacheRead: 0.01,
    long: { promptTokens: 100_000, input: 0.5, output: 2.5 },
  },
  'claude-haiku-4-5': { input: 1, output: 5, cacheWrite: 1.25, cacheRead: 0.1 },
};

/** Model ids with a known price. */
export const pricedModels: readonly string[] = Object.keys(prices);

/** What one model call costs in dollars; undefined when the model's price is not known. */
export function dollarsOf(model: string, usage: Usage): number | undefined {
  const price = ownField(prices, model) ?? ownField(prices, model.replace(/-\d{8}$/, ''));
  if (!price) return undefined;
  const promptTokens = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const rates = price.long && promptTokens > price.long.promptTokens ? longRates(price, price.long) : price;
  const dollars =
    usage.inputTokens * rates.input +
    usage.outputTokens * rates.output +
    usage.cacheWriteTokens * rates.cacheWrite +
    usage.cacheReadTokens * rates.cacheRead;
  return dollars / 1_000_000;
}

/** The cache's prices keep their relation to that of the input, as Anthropic has it for long prompts. */
function longRates(price: Price, { input, output }: NonNullable<Price['long']>): Price {
  const factor = input / price.input;
  return { input, output, cacheWrite: price.cacheWrite * factor, cacheRead: price.cacheRead * factor };
}

/** What the prompt cache saved in one model call, in dollars: what is read is cheaper than other input, what is written is dearer. */
export function dollarsSavedByCache(model: string, usage: Usage): number | undefined {
  const inputTokens = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const without = dollarsOf(model, { ...usage, inputTokens, cacheWriteTokens: 0, cacheReadTokens: 0 });
  const actual = dollarsOf(model, usage);
  return without === undefined || actual === undefined ? undefined : without - actual;
}
