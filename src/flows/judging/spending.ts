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
  /** Numbers of the trials that were counted; undefined where each is told once. */
  readonly #seen: SelectionMap<NumberSet> | undefined;
  #run = 0;
  #reused = 0;
  #listPrice: number | undefined = 0;
  #paid: number | undefined = 0;
  #known = 0;

  /** @param told whether a trial may be told again; who says that it is not saves the memory of which were */
  constructor(prices: PriceBook, told: 'once' | 'repeatedly' = 'repeatedly') {
    this.#prices = prices;
    this.#seen = told === 'once' ? undefined : new SelectionMap();
  }

  /** @param asked who was to answer */
  add({ request, trial, reused }: Pick<TrialRun, 'request' | 'trial' | 'reused'>, asked: ModelMode): void {
    if (this.#seen) {
      const seen = seenOf(this.#seen, request);
      if (seen.has(request.number)) return;
      // The next call tries it anew, and that one is paid for, too.
      if (trial.outcome.kind !== 'infra-error') seen.add(request.number);
    }
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

function seenOf(seen: SelectionMap<NumberSet>, selection: TrialRun['request']): NumberSet {
  const known = seen.get(selection);
  if (known) return known;
  const numbers = new NumberSet();
  seen.set(selection, numbers);
  return numbers;
}
