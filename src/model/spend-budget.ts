import { DocketError } from '../contracts/docket-error.ts';
import type { Model } from './model.ts';
import { ModelError } from './model-error.ts';
import { dollarsOf, pricedModels } from './prices.ts';
import { usageOf } from './usage.ts';

/**
 * Lets a model answer until its answers have cost `dollars`; further calls end as infra errors of kind `spend-limit`. Calls already under
 * way are finished, so it may be overrun by what they cost.
 * @throws {DocketError} when the budget is no amount; from `create`, when the price of the model is not known
 */
export function withSpendBudget(model: Model, dollars: number): Model {
  if (!Number.isFinite(dollars) || dollars <= 0) throw new DocketError(`The budget is ${dollars} dollars. Give an amount greater than 0.`);
  let spent = 0;
  let calls = 0;
  return {
    mode: model.mode,
    async create(request, context) {
      if (dollarsOf(request.model, noUsage) === undefined) {
        throw new DocketError(`The price of ${request.model} is not known, so a budget cannot be kept. Known: ${pricedModels.join(', ')}.`);
      }
      if (spent >= dollars) {
        throw new ModelError(
          'spend-limit',
          `The budget of $${dollars} is spent: ${calls} model calls cost $${spent.toFixed(4)}. Raise it to go on.`,
          {
            retryable: false,
          },
        );
      }
      const answer = await model.create(request, context);
      // By the model that was asked for: a server may call it by another name.
      spent += dollarsOf(request.model, usageOf(answer)) ?? 0;
      calls += 1;
      return answer;
    },
  };
}

const noUsage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };
