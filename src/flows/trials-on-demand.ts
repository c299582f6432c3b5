import { trialCount } from '../contracts/trial-count.ts';

/** What trials are read from. */
interface TrialSource<Item> extends Iterable<Item> {
  /** How many there are, where that is known without reading them. */
  readonly count?: number;
}

/** An object whose trials are read whenever they are asked for. */
class TrialsOnDemand {
  /** One function for all: an object with one of its own takes V8 four hundred bytes more, and there may be tens of thousands. */
  static readonly #trials: PropertyDescriptor = {
    enumerable: true,
    configurable: true,
    get(this: TrialsOnDemand) {
      return [...this.#source];
    },
  };

  readonly #source: TrialSource<unknown>;

  constructor(before: object, source: TrialSource<unknown>, after: object) {
    this.#source = source;
    Object.assign(this, before);
    Object.defineProperty(this, 'trials', TrialsOnDemand.#trials);
    Object.assign(this, after);
  }

  get [trialCount](): number | undefined {
    return this.#source.count;
  }
}

/** The members of `before`, then `trials`, read from their source whenever they are asked for, then those of `after`: in this order they are written. */
export function withTrialsOnDemand<Before extends object, Item, After extends object>(
  before: Before,
  source: TrialSource<Item>,
  after: After,
): Before & { readonly trials: Item[] } & After {
  return new TrialsOnDemand(before, source, after) as unknown as Before & { readonly trials: Item[] } & After;
}
