import type { ModelCallStep } from '../../contracts/transcript.ts';
import type { Trial } from '../../contracts/trial.ts';
import { dollarsOf } from '../../model/prices.ts';

/**
 * What a trial cost at the list price of the model that answered, call by call; undefined when a price is not known.
 * @param asIfBy the price of this model instead
 */
export function trialDollars(trial: Pick<Trial, 'transcript'>, asIfBy?: string): number | undefined {
  return total(modelCalls(trial).map(({ model, usage }) => dollarsOf(asIfBy ?? model, usage)));
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
