import type { Charge, ModelCallStep, Usage } from '../../contracts/transcript.ts';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import type { PriceBook } from '../../model/price-book.ts';

/** Who is asked, and how. */
export interface AskedFor {
  readonly model: string;
  /** True in a batch, which is cheaper. */
  readonly batch?: true;
}

/**
 * What a trial cost at the list price of the model that answered, call by call; undefined when a price is not known, or what may have been paid for was
 * lost. Nor is it known where an agent came to its answer and tells of no call: one that answers by itself need not say whom it asked.
 * @param asIf the price of another model instead, in a batch or not
 */
export function trialDollars(
  prices: PriceBook,
  trial: Pick<Trial | FailedTrial, 'transcript' | 'outcome'>,
  asIf?: AskedFor,
): number | undefined {
  const calls = modelCalls(trial);
  const { outcome } = trial;
  if (outcome.kind !== 'infra-error' ? calls.length === 0 : !asIf && outcome.lost) return undefined;
  return total(calls.map((call) => callDollars(prices, call, asIf)));
}

function callDollars(prices: PriceBook, call: ModelCallStep, asIf: AskedFor | undefined): number | undefined {
  // What was lost says nothing of what such a call would cost.
  if (!tellsTokens(call.usage) || (!asIf && call.lostTries)) return undefined;
  const charges = chargesOfCall(call);
  return prices.dollarsOfCharges(asIf ? charges.map(({ batch: _, ...charge }) => ({ ...charge, ...asIf })) : charges);
}

/** What was charged for a call. */
export function chargesOfCall({ charges, model, usage }: Pick<ModelCallStep, 'charges' | 'model' | 'usage'>): readonly Charge[] {
  return charges ?? [{ model, usage }];
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
