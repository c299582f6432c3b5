import { DocketError } from '../../contracts/docket-error.ts';
import type { PriceBook } from '../../model/price-book.ts';

/**
 * A budget in dollars bounds nothing when a price is not known.
 * @throws {DocketError} naming the model without a price
 */
export function requirePrices(prices: PriceBook, versions: readonly { readonly model: string }[]): void {
  const unpriced = versions.find(({ model }) => prices.sourceOf(model) === undefined);
  if (unpriced) {
    throw new DocketError(
      `A budget in dollars cannot be enforced: ${prices.unknownPrice(unpriced.model)}. Or give it as a number of runs: --budget 200.`,
    );
  }
}
