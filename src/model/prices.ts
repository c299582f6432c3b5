import { ownField } from '../contracts/own-field.ts';
import type { Charge, PriceTerms, Usage } from '../contracts/transcript.ts';
import { chargesOf } from './charges.ts';
import type { ModelAnswer } from './model.ts';
import { usageOf } from './usage.ts';

/** US dollars per million tokens. */
interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite: number;
  readonly cacheRead: number;
  /** Prices of requests whose prompt is longer than `promptTokens`. */
  readonly long?: { readonly promptTokens: number; readonly input: number; readonly output: number };
}

/** What is written to the cache for an hour costs so many times the input. */
const hourFactor = 2;

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

/** What a web search costs, in dollars; a batch makes it no cheaper. */
const webSearchDollars = 0.01;

/** A batch costs half; what has to be answered in the United States a tenth more. */
const batchFactor = 0.5;
const onlyUsFactor = 1.1;

/**
 * What tokens cost in dollars at a model's list price; undefined when that is not known.
 * @param terms what decides the price beside: `{ batch: true }` for one in a batch
 */
export function dollarsOf(model: string, usage: Usage, terms: PriceTerms = {}): number | undefined {
  const price = ownField(prices, model) ?? ownField(prices, model.replace(/-\d{8}$/, ''));
  if (!price || terms.unknown !== undefined) return undefined;
  const promptTokens = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const rates = price.long && promptTokens > price.long.promptTokens ? longRates(price, price.long) : price;
  const hourTokens = terms.cacheWriteHourTokens ?? 0;
  const dollars =
    usage.inputTokens * rates.input +
    usage.outputTokens * rates.output +
    (usage.cacheWriteTokens - hourTokens) * rates.cacheWrite +
    hourTokens * rates.input * hourFactor +
    usage.cacheReadTokens * rates.cacheRead;
  const factor = (terms.batch ? batchFactor : 1) * (terms.onlyUs ? onlyUsFactor : 1);
  return (dollars / 1_000_000) * factor + (terms.webSearches ?? 0) * webSearchDollars;
}

/** The sum of charges; undefined when one is not known. */
export function dollarsOfCharges(charges: readonly Charge[]): number | undefined {
  return charges.reduce<number | undefined>((sum, { model, usage, ...terms }) => {
    const dollars = dollarsOf(model, usage, terms);
    return sum === undefined || dollars === undefined ? undefined : sum + dollars;
  }, 0);
}

/** What one answer costs in dollars, by the model that gave it; undefined when that is not known. */
export function dollarsOfAnswer(answer: Pick<ModelAnswer, 'model' | 'usage'>): number | undefined {
  return dollarsOfCharges(chargesOf(answer) ?? [{ model: answer.model, usage: usageOf(answer) }]);
}

/** The cache's prices keep their relation to that of the input, as Anthropic has it for long prompts. */
function longRates(price: Price, { input, output }: NonNullable<Price['long']>): Price {
  const factor = input / price.input;
  return { input, output, cacheWrite: price.cacheWrite * factor, cacheRead: price.cacheRead * factor };
}

/** What the prompt cache saved in one model call, in dollars: what is read is cheaper than other input, what is written is dearer. */
export function dollarsSavedByCache({ model, usage, ...terms }: Charge): number | undefined {
  const { cacheWriteHourTokens: _, ...others } = terms;
  const inputTokens = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const without = dollarsOf(model, { ...usage, inputTokens, cacheWriteTokens: 0, cacheReadTokens: 0 }, others);
  const actual = dollarsOf(model, usage, terms);
  return without === undefined || actual === undefined ? undefined : without - actual;
}
