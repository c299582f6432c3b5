import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { MatchLogic, ModelInfo, Provider } from '@pydantic/genai-prices';
import { z } from 'zod';

/** US dollars per million tokens; what a model has no price for is left out. */
export interface Rates {
  readonly input?: number;
  readonly output?: number;
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
  readonly cacheRead?: number;
}

/** The prices for a prompt of so many tokens. */
export type RatesFor = (promptTokens: number) => Rates;

/** Looks up what models of other vendors cost; undefined when the list does not have a model under exactly this id. */
export interface PriceList {
  find(model: string, seller: string | undefined, at: Date): RatesFor | undefined;
}

/** The package that the list is from; its version says how old it is. */
export const listPackage = '@pydantic/genai-prices';

/** When the version that Docket is released with was published. */
export const listDates: Readonly<Record<string, string>> = { '0.1.8': 'September 2026' };

/** The list's name with its version, and its month where that is known. */
export function listName(): string {
  // The package hides its own description from a look-up by name.
  const { version } = z.object({ version: z.string() }).parse(fromHere(join(dirname(fromHere.resolve(listPackage)), '..', 'package.json')));
  return listDates[version] === undefined ? `${listPackage} ${version}` : `${listPackage} ${version} (${listDates[version]})`;
}

const fromHere = createRequire(import.meta.url);

type Library = Pick<typeof import('@pydantic/genai-prices'), 'findProvider'>;

/**
 * The public list that is kept by the makers of Pydantic AI. Loaded when the first price is looked up: it is a megabyte.
 * @throws {Error} when the package is missing or is not what it was
 */
export function loadPriceList(library: Library = fromHere(listPackage) as Library): PriceList {
  if (typeof library.findProvider !== 'function') throw new Error('it is not the package that it was');
  const findProvider = library.findProvider.bind(library);
  // Whatever is broken in it shows here, and not in the middle of a run.
  if (!findProvider({ providerId: 'anthropic' })?.models.length) throw new Error('it has no model of Anthropic');
  return {
    find(model, seller, at) {
      const provider = findProvider(seller === undefined ? { modelId: model } : { providerId: seller });
      if (!provider) return undefined;
      const sellers = [provider, ...(provider.fallback_model_providers ?? []).flatMap((id) => findProvider({ providerId: id }) ?? [])];
      const found = sellers.flatMap((each: Provider) => each.models.find((info) => isCalled(info, model)) ?? [])[0];
      return found && ratesIn(found, at);
    },
  };
}

/** What may follow the name of a model without making it another one. */
const editions = /^(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{2}-\d{2}|\d{3,4}|latest))?(?:-v\d+(?::\d+)?|:\d+)?$/;

/** The list takes anything that begins like a model for it; here it has to be that one, by name or as an edition. */
function isCalled({ id, match }: ModelInfo, model: string): boolean {
  return id.toLowerCase() === model || fits(match, model);
}

function fits(match: MatchLogic, model: string): boolean {
  if ('equals' in match) return match.equals.toLowerCase() === model;
  if ('regex' in match) return new RegExp(match.regex, 'i').test(model);
  if ('or' in match) return match.or.some((each) => fits(each, model));
  if ('and' in match) return match.and.every((each) => fits(each, model));
  if ('ends_with' in match) return match.ends_with.toLowerCase() === model;
  const begin = ('starts_with' in match ? match.starts_with : match.contains).toLowerCase();
  return model.startsWith(begin) && editions.test(model.slice(begin.length));
}

/** A price, or one that depends on how long the prompt is. */
const priceSchema = z.union([
  z.number().nonnegative(),
  z.object({ base: z.number().nonnegative(), tiers: z.array(z.object({ start: z.number(), price: z.number().nonnegative() })) }),
]);
const pricesSchema = z.object({
  input_mtok: priceSchema.optional(),
  output_mtok: priceSchema.optional(),
  cache_write_mtok: priceSchema.optional(),
  cache_write_1h_mtok: priceSchema.optional(),
  cache_read_mtok: priceSchema.optional(),
});
type ListedPrice = z.infer<typeof priceSchema>;

/** The prices that hold now. Prices that depend on the time of day are none. */
function ratesIn({ id, prices }: ModelInfo, at: Date): RatesFor | undefined {
  const today = at.toISOString().slice(0, 10);
  const known = Array.isArray(prices) ? prices : [{ prices }];
  if (known.some(({ constraint }) => constraint && constraint.type !== 'start_date')) return undefined;
  const current = known.filter(({ constraint }) => constraint?.type !== 'start_date' || constraint.start_date <= today).at(-1)?.prices;
  if (!current) return undefined;
  const listed = pricesSchema.safeParse(current);
  if (!listed.success) throw new Error(`its prices of ${id} are none`);
  const { input_mtok, output_mtok, cache_write_mtok, cache_write_1h_mtok, cache_read_mtok } = listed.data;
  return (promptTokens) => ({
    ...rateAt('input', input_mtok, promptTokens),
    ...rateAt('output', output_mtok, promptTokens),
    ...rateAt('cacheWrite', cache_write_mtok, promptTokens),
    ...rateAt('cacheWriteHour', cache_write_1h_mtok, promptTokens),
    ...rateAt('cacheRead', cache_read_mtok, promptTokens),
  });
}

/** A long prompt is charged as a whole at the price of its length. */
function rateAt(kind: keyof Rates, price: ListedPrice | undefined, promptTokens: number): Rates {
  if (price === undefined) return {};
  if (typeof price === 'number') return { [kind]: price };
  const passed = price.tiers.filter(({ start }) => promptTokens > start).toSorted((one, other) => one.start - other.start);
  return { [kind]: passed.at(-1)?.price ?? price.base };
}
