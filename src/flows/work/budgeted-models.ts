import type { Model } from '../../model/model.ts';
import { ModelError } from '../../model/model-error.ts';
import { withSpendBudget } from '../../model/spend-budget.ts';
import type { JobBoard } from '../../trials/jobs/job-board.ts';
import type { Session } from '../session.ts';

/** The session's model, with its calls counted against the budget of the run that they are made for. */
export function budgetedModels(
  { model, config }: Pick<Session, 'model' | 'config'>,
  board: JobBoard,
): (budget: string | undefined) => Promise<Model> {
  const models = new Map<string, Promise<Model>>();
  const find = async (budget: string) => {
    const purse = await board.findPurse(budget);
    return purse ? withSpendBudget(model, purse, config.prices) : spent(model);
  };
  return async (budget) => {
    // A simulated or recorded answer costs nothing.
    if (budget === undefined || model.mode !== 'live') return model;
    const known = models.get(budget) ?? find(budget);
    models.set(budget, known);
    return known;
  };
}

/** Whatever it was, nothing may be spent by it. */
function spent(model: Model): Model {
  return {
    ...model,
    async create() {
      throw new ModelError('spend-limit', 'The budget of this run is there no more. Run the command again.', { retryable: false });
    },
  };
}
