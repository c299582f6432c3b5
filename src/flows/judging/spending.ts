import type { ModelMode } from '../../contracts/model-mode.ts';
import type { Spending } from '../../contracts/verdict.ts';
import type { PriceBook } from '../../model/price-book.ts';
import { roundedDollars } from '../../text/figures.ts';
import { NumberSet } from '../../trials/number-set.ts';
import type { TrialRun } from '../../trials/run-trial.ts';
import { SelectionMap } from '../../trials/selection-map.ts';
import { knownTrialDollars, total, trialDollars } from './trial-dollars.ts';

/**
 * Adds up what trials used, by list price. A trial that is asked for again, by a second look at the same cases or in another place, counts once.
 * What the machinery ended was paid for until then; a stand-in that answered live calls was not paid.
 */
export class SpendingTally {
  readonly #prices: PriceBook;
  /** Numbers of the trials that were counted. */
  readonly #seen = new SelectionMap<NumberSet>();
  #run = 0;
  #reused = 0;
  #listPrice: number | undefined = 0;
  #paid: number | undefined = 0;
  #known = 0;

  constructor(prices: PriceBook) {
    this.#prices = prices;
  }

  /** @param asked who was to answer */
  add({ request, trial, reused }: Pick<TrialRun, 'request' | 'trial' | 'reused'>, asked: ModelMode): void {
    const { number } = request;
    const seen = this.#seenOf(request);
    if (seen.has(number)) return;
    // The next call tries it anew, and that one is paid for, too.
    if (trial.outcome.kind !== 'infra-error') seen.add(number);
    if (reused) {
      this.#reused += 1;
      return;
    }
    if (trial.outcome.kind !== 'infra-error') this.#run += 1;
    const dollars = trialDollars(this.#prices, trial);
    this.#listPrice = total([this.#listPrice, dollars]);
    if (trial.mode !== asked) return;
    this.#paid = total([this.#paid, dollars]);
    this.#known = roundedDollars(this.#known + (dollars ?? knownTrialDollars(this.#prices, trial)));
  }

  #seenOf(selection: TrialRun['request']): NumberSet {
    const known = this.#seen.get(selection);
    if (known) return known;
    const seen = new NumberSet();
    this.#seen.set(selection, seen);
    return seen;
  }

  /** What all that answered would cost; undefined when a price is not known. */
  get listPrice(): number | undefined {
    return this.#listPrice;
  }

  /** The same without stand-ins that answered in the place of those who were asked. */
  get dollars(): number | undefined {
    return this.#paid;
  }

  /** The part of it that is known, where not all is. */
  get knownDollars(): number | undefined {
    return this.#paid === undefined ? this.#known : undefined;
  }

  /** What was run now, what came from the store, and what the runs cost. */
  total(): Pick<Spending, 'dollars'> & { readonly trials: { readonly spent: number; readonly reused: number } } {
    const { dollars } = this;
    return { trials: { spent: this.#run, reused: this.#reused }, ...(dollars === undefined ? {} : { dollars }) };
  }
}
