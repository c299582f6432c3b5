import type { ModelCallStep, Usage } from '../../contracts/transcript.ts';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import { dollarsOf } from '../../model/prices.ts';

/**
 * What a trial cost at the list price of the model that answered, call by call; undefined when a price is not known. Nor is it where an agent came to
 * its answer and tells of no call: one that answers by itself need not say whom it asked.
 * @param asIfBy the price of this model instead
 */
export function trialDollars(trial: Pick<Trial | FailedTrial, 'transcript' | 'outcome'>, asIfBy?: string): number | undefined {
  const calls = modelCalls(trial);
  if (calls.length === 0 && trial.outcome.kind !== 'infra-error') return undefined;
  return total(calls.map(({ model, usage }) => (tellsTokens(usage) ? dollarsOf(asIfBy ?? model, usage) : undefined)));
}

/** A call of none is one of which nobody said how many. */
function tellsTokens(usage: Usage): boolean {
  return Object.values(usage).some((tokens) => tokens > 0);
}

/** The calls that a trial made to its model. */
export function modelCalls({ transcript }: Pick<Trial, 'transcript'>): ModelCallStep[] {
  return transcript.steps.filter((step) => step.kind === 'model-call');
}

/** The sum; undefined when a part of it is not known. */
export function total(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? undefined : known.reduce((sum, value) => sum + value, 0);
}
