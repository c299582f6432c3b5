import { DocketError } from '../../contracts/docket-error.ts';
import { dollarsOf } from '../../model/prices.ts';

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/**
 * A budget in dollars bounds nothing when a price is not known.
 * @throws {DocketError} naming the model without a price
 */
export function requirePrices(versions: readonly { readonly model: string }[]): void {
  const unpriced = versions.find(({ model }) => dollarsOf(model, nothing) === undefined);
  if (unpriced) {
    throw new DocketError(
      `The price of the model "${unpriced.model}" is not known, so a budget in dollars cannot be enforced. Give it as a number of runs: --budget 200.`,
    );
  }
}
