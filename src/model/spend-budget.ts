import { tellsTokens } from '../contracts/charged.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { counted, money } from '../text/figures.ts';
import type { Model, ModelContext, ModelRequest } from './model.ts';
import { ModelError } from './model-error.ts';
import type { PriceBook } from './price-book.ts';
import { roughTokens } from './rough-tokens.ts';
import { usageOf } from './usage.ts';

/** A budget that several processes share. */
export interface Purse {
  /** All that may be spent, in dollars. */
  readonly dollars: number;
  /** Takes so many dollars, or what is left where that is less. @throws {DocketError} where it is out of reach */
  take(dollars: number): Promise<number>;
}

/** What is taken out of a purse at a time: for so many calls. */
const callsAtOnce = 4;

/**
 * Lets a model answer until its answers have cost `dollars`; further calls end as infra errors of kind `spend-limit`. A call is only begun
 * when those under way and itself fit into what is left, by the dearest call so far; otherwise it waits for them. So the budget is
 * overrun by the last call at most, as long as no call is dearer than all before it.
 * @param dollars a purse, where several processes share the budget: of each call the cost is taken out before it begins, so that all of them together
 * overrun it by one call at most. What a process took and did not spend, for a few calls, is lost with it.
 * @throws {DocketError} when the budget is no amount; from `create`, when the price of the model is not known
 */
export function withSpendBudget(model: Model, dollars: number | Purse, prices: PriceBook): Model {
  const purse = typeof dollars === 'object' ? dollars : undefined;
  const most = typeof dollars === 'object' ? dollars.dollars : dollars;
  if (!Number.isFinite(most) || most <= 0) throw new DocketError(`The budget is ${most} dollars. Give an amount greater than 0.`);
  const budget = new Budget(most, purse);
  return {
    ...model,
    async create(request, context) {
      const { waiting = (turn) => turn } = context;
      const dearest = dearestPrice(request, prices, model.batch);
      const release = await waiting(budget.reserve(dearest, context.signal));
      let cost: number | 'lost' = 0;
      try {
        const answer = await model.create(request, context);
        const paid = answer._stand_in ? 0 : prices.mostOfAnswer(request.model, answer);
        // What was lost on its way is reckoned as what came; what does not say what it used, as the dearest.
        cost = answer._stand_in || tellsTokens(usageOf(answer)) ? paid * (1 + (answer._lost_tries ?? 0)) : 'lost';
        return answer;
      } catch (error) {
        if ((error instanceof ModelError && error.lost) || context.signal.aborted) cost = 'lost';
        throw error;
      } finally {
        release(cost);
      }
    },
  };
}

/** What a call may cost at most: its prompt at four characters a token, and the longest answer. */
function dearestPrice(request: ModelRequest, prices: PriceBook, batch: true | undefined): number {
  const usage = { inputTokens: roughTokens(request), outputTokens: request.max_tokens, cacheWriteTokens: 0, cacheReadTokens: 0 };
  const dollars = prices.dollarsOf(request.model, usage, batch ? { batch } : {});
  if (dollars !== undefined) return dollars;
  throw new DocketError(`A budget cannot be enforced: ${prices.unknownPrice(request.model)}.`);
}

class Budget {
  /** Of everybody. */
  readonly #whole: number;
  /** What this process may spend: with a purse, what it took out. */
  #dollars: number;
  readonly #purse: Purse | undefined;
  #isEmpty = false;
  /** True for whoever took the last of it: one call may cost more than that. */
  #mayOverrun: boolean;
  #taking: Promise<void> | undefined;
  #spent = 0;
  #answered = 0;
  #lost = 0;
  #underWay = 0;
  #dearest = 0;
  #waiting: (() => void)[] = [];

  constructor(dollars: number, purse: Purse | undefined) {
    this.#whole = dollars;
    this.#dollars = purse ? 0 : dollars;
    this.#purse = purse;
    this.#mayOverrun = purse === undefined;
  }

  /**
   * Waits until one more call fits. To be told what it cost; one that brought no answer and may have been charged is reckoned as the dearest.
   * @param estimate what to reckon with as long as no call has cost anything
   */
  async reserve(estimate: number, signal: ModelContext['signal']): Promise<(cost: number | 'lost') => void> {
    for (;;) {
      signal.throwIfAborted();
      const each = this.#dearest || estimate;
      if (this.#purse && !this.#isEmpty && this.#spent + (this.#underWay + 1) * each > this.#dollars) {
        await this.#take(each * callsAtOnce);
        continue;
      }
      if (this.#spent >= this.#dollars) throw this.#isSpent();
      if (this.#underWay === 0 && !this.#mayOverrun && this.#spent + each > this.#dollars) throw this.#isSpent();
      if (this.#underWay === 0 || this.#spent + (this.#underWay + 1) * each <= this.#dollars) break;
      await new Promise<void>((resolve) => {
        const look = () => {
          signal.removeEventListener('abort', look);
          resolve();
        };
        this.#waiting.push(look);
        signal.addEventListener('abort', look, { once: true });
      });
    }
    this.#underWay += 1;
    return (cost) => {
      if (cost === 'lost') this.#lost += 1;
      else if (cost > 0) this.#answered += 1;
      this.#release(cost === 'lost' ? this.#dearest || estimate : cost);
    };
  }

  /** One process takes at a time for all its calls. */
  async #take(dollars: number): Promise<void> {
    this.#taking ??= (this.#purse as Purse)
      .take(dollars)
      .then((taken) => {
        this.#dollars += taken;
        this.#isEmpty = taken < dollars;
        this.#mayOverrun = this.#isEmpty && taken > 0;
      })
      .finally(() => {
        this.#taking = undefined;
      });
    await this.#taking;
  }

  #release(cost: number): void {
    this.#underWay -= 1;
    this.#spent += cost;
    this.#dearest = Math.max(this.#dearest, cost);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }

  #isSpent(): ModelError {
    const lost =
      this.#lost === 0 ? '' : `, and ${this.#lost} more of unknown price ${this.#lost === 1 ? 'is' : 'are'} reckoned as the dearest`;
    if (this.#purse)
      return new ModelError(
        'spend-limit',
        `The budget of ${money(this.#whole)}, which all workers share, is spent. Running again may spend that much once more.`,
        { retryable: false },
      );
    return new ModelError(
      'spend-limit',
      `The budget of ${money(this.#dollars)} is spent: ${counted(this.#answered, 'model call')} cost ${money(this.#spent)}${lost}. Running again may spend that much once more.`,
      { retryable: false },
    );
  }
}
