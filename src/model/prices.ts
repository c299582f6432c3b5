import type { Rates, RatesFor } from './price-list.ts';

/** Prices of one model. */
export interface Price extends Rates {
  readonly input: number;
  readonly output: number;
  /** Prices of requests whose prompt is longer than `promptTokens`. */
  readonly long?: { readonly promptTokens: number; readonly input: number; readonly output: number };
}

/** When the table was compared with its source. */
export const pricesAsOf = 'November 2026';

/** Source: Anthropic's price list. What is kept in the cache for an hour costs twice the input. */
export const anthropicPrices: Readonly<Record<string, Price>> = {
  'claude-sonnet-4-6': { input: 3, output: 15, cacheWrite: 3.75, cacheWriteHour: 6, cacheRead: 0.3 },
  'claude-sonnet-5-5': { input: 2, output: 10, cacheWrite: 2.5, cacheWriteHour: 4, cacheRead: 0.2 },
  'claude-opus-5-5': { input: 4, output: 20, cacheWrite: 5, cacheWriteHour: 8, cacheRead: 0.2 },
  'claude-haiku-5-5': {
    input: 0.1,
    output: 0.5,
    cacheWrite: 0.125,
    cacheWriteHour: 0.2,
    cacheRead: 0.01,
    long: { promptTokens: 100_000, input: 0.5, output: 2.5 },
  },
  'claude-haiku-4-5': { input: 1, output: 5, cacheWrite: 1.25, cacheWriteHour: 2, cacheRead: 0.1 },
};

/** The prices by length of the prompt. The cache's keep their relation to that of the input, as Anthropic has it for long prompts. */
export function ratesFor({ long, ...rates }: Price): RatesFor {
  const longer = long && longRates(rates, long);
  return (promptTokens) => (longer && promptTokens > long.promptTokens ? longer : rates);
}

function longRates(rates: Omit<Price, 'long'>, long: NonNullable<Price['long']>): Rates {
  const { input, output } = long;
  const factor = input / rates.input;
  const scaled = (name: 'cacheWrite' | 'cacheWriteHour' | 'cacheRead') =>
    rates[name] === undefined ? {} : { [name]: rates[name] * factor };
  return { input, output, ...scaled('cacheWrite'), ...scaled('cacheWriteHour'), ...scaled('cacheRead') };
}
