import { z } from 'zod';
import { chargesOfCall } from '../contracts/charged.ts';
import { ownField } from '../contracts/own-field.ts';
import type { Charge, PriceTerms, Usage } from '../contracts/transcript.ts';
import { roundedDollars } from '../text/figures.ts';
import { type BilledAnswer, chargesOf } from './charges.ts';
import { costsMoreInOneRegion, type SoldModel, soldModel } from './model-id.ts';
import { listName, listPackage, loadPriceList, type PriceList, type Rates, type RatesFor } from './price-list.ts';
import { anthropicPrices, type Price, pricesAsOf, ratesFor } from './prices.ts';
import { usageOf } from './usage.ts';

const dollarsSchema = z.number().nonnegative().max(1_000_000);

/** Prices that a project sets itself, by model id: US dollars per million tokens. A kind of token without a price costs an unknown amount. */
export const configuredPricesSchema = z.record(
  z.string().min(1),
  z.strictObject({
    input: dollarsSchema,
    output: dollarsSchema,
    cacheWrite: z.exactOptional(dollarsSchema),
    cacheWriteHour: z.exactOptional(dollarsSchema),
    cacheRead: z.exactOptional(dollarsSchema),
    long: z.exactOptional(z.strictObject({ promptTokens: z.int().positive(), input: dollarsSchema, output: dollarsSchema })),
  }),
);
export type ConfiguredPrices = z.infer<typeof configuredPricesSchema>;

/** What a web search costs, in dollars; a batch makes it no cheaper. */
const webSearchDollars = 0.01;
/** A batch costs half; what has to be answered in the United States, or in a region of a cloud, a tenth more. */
const batchFactor = 0.5;
const regionFactor = 1.1;

const rateKinds = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWriteHour'] as const satisfies readonly (keyof Rates)[];

/** Most ids whose price is remembered: traces may name any number of them. */
const mostKnown = 1000;

interface FoundPrice {
  readonly rates: RatesFor;
  readonly factor: number;
  readonly source: string;
}

/** What models cost: by the project's own prices, then Anthropic's list, then the public list of all vendors. */
export class PriceBook {
  readonly #configured: ConfiguredPrices;
  readonly #load: () => PriceList;
  readonly #now: () => Date;
  readonly #known = new Map<string, FoundPrice | 'unknown'>();
  #list: PriceList | { readonly fault: string } | undefined;

  /** @param load gives the list of other vendors' prices; may throw */
  constructor(configured: ConfiguredPrices = {}, load: () => PriceList = loadPriceList, now = () => new Date()) {
    this.#configured = configured;
    this.#load = load;
    this.#now = now;
  }

  /** Model ids whose price stands in Anthropic's list or the configuration. */
  get models(): readonly string[] {
    return [...new Set([...Object.keys(this.#configured), ...Object.keys(anthropicPrices)])];
  }

  /**
   * What tokens cost in dollars at a model's list price; undefined when that is not known.
   * @param terms what decides the price beside: `{ batch: true }` for one in a batch
   * @param filled gives the rates that a model has no price for
   */
  dollarsOf(model: string, usage: Usage, terms: PriceTerms = {}, filled: (rates: Rates) => Rates = (rates) => rates): number | undefined {
    if (terms.unknown !== undefined) return undefined;
    const { inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens } = usage;
    const found = this.#find(model);
    if (!found) return undefined;
    const rates = filled(found.rates(inputTokens + cacheWriteTokens + cacheReadTokens));
    const hourTokens = terms.cacheWriteHourTokens ?? 0;
    // Of a kind that was not used the rate may be unknown.
    const dollars =
      dollarsFor(inputTokens, rates.input) +
      dollarsFor(outputTokens, rates.output) +
      dollarsFor(cacheWriteTokens - hourTokens, rates.cacheWrite) +
      dollarsFor(hourTokens, rates.cacheWriteHour) +
      dollarsFor(cacheReadTokens, rates.cacheRead);
    if (Number.isNaN(dollars)) return undefined;
    const factor = found.factor * (terms.batch ? batchFactor : 1) * (terms.onlyUs ? regionFactor : 1);
    return roundedDollars(dollars * factor + (terms.webSearches ?? 0) * webSearchDollars);
  }

  /** The sum of charges; undefined when one is not known. */
  dollarsOfCharges(charges: readonly Charge[]): number | undefined {
    return charges.reduce<number | undefined>((sum, { model, usage, ...terms }) => {
      const dollars = this.dollarsOf(model, usage, terms);
      return sum === undefined || dollars === undefined ? undefined : roundedDollars(sum + dollars);
    }, 0);
  }

  /** The sum of those charges that are known. */
  knownDollars(charges: readonly Charge[]): number {
    return charges.reduce((sum, charge) => roundedDollars(sum + (this.dollarsOfCharges([charge]) ?? 0)), 0);
  }

  /** What one answer costs in dollars, by the model that gave it; undefined when that is not known. @param asked the id that was asked for */
  dollarsOfAnswer(answer: BilledAnswer, asked = answer.model): number | undefined {
    return this.dollarsOfCharges(chargesOfAnswer(answer, asked));
  }

  /** What the prompt cache saved, in dollars: what is read is cheaper than other input, what is written is dearer. */
  dollarsSavedByCache({ model, usage, ...terms }: Charge): number | undefined {
    const { cacheWriteHourTokens: _, ...others } = terms;
    const inputTokens = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
    const without = this.dollarsOf(model, { ...usage, inputTokens, cacheWriteTokens: 0, cacheReadTokens: 0 }, others);
    const actual = this.dollarsOf(model, usage, terms);
    return without === undefined || actual === undefined ? undefined : roundedDollars(without - actual);
  }

  /** What a call may have cost at most that brought this answer, as `mostOfCharges`. */
  mostOfAnswer(asked: string, answer: BilledAnswer): number {
    return this.mostOfCharges(asked, chargesOfAnswer(answer, asked));
  }

  /**
   * What charges may come to at most: where the sum is not known, by the dearer of who was asked and who answered, with all that the prompt cache was given kept for an
   * hour.
   */
  mostOfCharges(asked: string, charges: readonly Charge[]): number {
    const most = ({ model, usage, unknown: _, ...terms }: Charge) => {
      const dearest = { ...terms, cacheWriteHourTokens: usage.cacheWriteTokens };
      return Math.max(...[asked, model].map((each) => this.dollarsOf(each, usage, dearest, withoutGaps) ?? 0));
    };
    return (
      this.dollarsOfCharges(charges) ??
      charges.reduce((sum, charge) => roundedDollars(sum + (this.dollarsOfCharges([charge]) ?? most(charge))), 0)
    );
  }

  /** Why the public list cannot be read, where that was tried. */
  get fault(): string | undefined {
    return this.#list && 'fault' in this.#list ? `the public price list (${listPackage}) cannot be read: ${this.#list.fault}` : undefined;
  }

  /** Where a model's price is from, with its date: `Anthropic's price list of November 2026`; undefined when it is not known. */
  sourceOf(model: string): string | undefined {
    return this.#find(model)?.source;
  }

  /** Kinds of tokens that a model whose price is known has none for: a sum with such tokens is not known. */
  gapsOf(model: string): string[] {
    const rates = this.#find(model)?.rates(0);
    return rates ? rateKinds.filter((kind) => rates[kind] === undefined) : [];
  }

  /** That a model's price is not known, why, and what to do, as a clause. */
  unknownPrice(model: string): string {
    // Asked for, so that a list that cannot be read is known.
    this.#find(model);
    return `the price of ${model} is not known${this.fault ? ` (${this.fault})` : ''}; give it as prices in docket.config.ts`;
  }

  #find(id: string): FoundPrice | undefined {
    if (this.#known.size >= mostKnown) this.#known.clear();
    const known = this.#known.get(id) ?? this.#look(id) ?? 'unknown';
    this.#known.set(id, known);
    return known === 'unknown' ? undefined : known;
  }

  #look(id: string): FoundPrice | undefined {
    const own = (name: string, prices: Readonly<Record<string, Price>>, source: string, factor = 1): FoundPrice | undefined => {
      const price = ownField(prices, name);
      return price && { rates: ratesFor(price), factor, source: sourceText(source, factor) };
    };
    const sold = soldModel(id);
    const configured =
      own(id, this.#configured, 'docket.config.ts') ??
      (sold?.seller === 'anthropic' ? own(sold.model, this.#configured, 'docket.config.ts') : undefined);
    if (configured || !sold) return configured;
    const factor = sold.regional && costsMoreInOneRegion(sold.model) ? regionFactor : 1;
    return own(sold.model, anthropicPrices, `Anthropic's price list of ${pricesAsOf}`, factor) ?? this.#listed(sold, factor);
  }

  #listed({ model, seller }: SoldModel, factor: number): FoundPrice | undefined {
    try {
      this.#list ??= this.#load();
      if ('fault' in this.#list) return undefined;
      const rates = this.#list.find(model, model.startsWith('claude') ? 'anthropic' : seller, this.#now());
      return rates && { rates, factor, source: sourceText(listName(), factor) };
    } catch (error) {
      this.#list = { fault: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
      return undefined;
    }
  }
}

function chargesOfAnswer(answer: BilledAnswer, asked: string): readonly Charge[] {
  const charges = chargesOf(answer, asked);
  return chargesOfCall({ model: answer.model, usage: usageOf(answer), ...(charges ? { charges } : {}) });
}

/** A prompt that is kept costs no more than twice the input, and one that is read no more than the input. */
function withoutGaps({ input = 0, ...rates }: Rates): Rates {
  return { input, cacheWrite: input * 2, cacheWriteHour: input * 2, cacheRead: input, ...rates };
}

/** NaN where the rate is not known. */
function dollarsFor(tokens: number, rate = Number.NaN): number {
  return tokens === 0 ? 0 : (tokens * rate) / 1_000_000;
}

function sourceText(source: string, factor: number): string {
  return factor === 1 ? source : `${source} with a tenth more for one region`;
}
