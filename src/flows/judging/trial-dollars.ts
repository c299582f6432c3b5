import { chargesOfCall, chargesOfRun, tellsTokens } from '../../contracts/charged.ts';
import type { Charge, ModelCallStep } from '../../contracts/transcript.ts';
import type { FailedTrial, Trial } from '../../contracts/trial.ts';
import type { PriceBook } from '../../model/price-book.ts';
import { roundedDollars } from '../../text/figures.ts';

/** Who is asked, and how. */
export interface AskedFor {
  readonly model: string;
  /** True in a batch, which is cheaper. */
  readonly batch?: true;
}

type PaidTrial = Pick<Trial | FailedTrial, 'transcript' | 'outcome' | 'earlierCharges'>;

/**
 * What a trial cost at the list price of the models that answered, with the tries before it that the machinery ended; undefined when a price is
 * not known, or what may have been paid for was lost.
 */
export function trialDollars(prices: PriceBook, trial: PaidTrial): number | undefined {
  return total([runDollars(prices, trial), prices.dollarsOfCharges(trial.earlierCharges ?? [])]);
}

/** What is known of what a trial cost, with the tries before it. */
export function knownTrialDollars(prices: PriceBook, trial: PaidTrial): number {
  return prices.knownDollars([...chargesOfRun(trial), ...(trial.earlierCharges ?? [])]);
}

/** What a budget has to reckon with for a trial: where its cost is not known, the most that it may have cost. */
export function reckonedDollars(prices: PriceBook, trial: PaidTrial, asked: string): number {
  return trialDollars(prices, trial) ?? prices.mostOfCharges(asked, [...chargesOfRun(trial), ...(trial.earlierCharges ?? [])]);
}

/**
 * What a trial's own run cost, for which the agent answers. Not known where an agent came to its answer and tells of no call: one that answers by
 * itself need not say whom it asked.
 */
export function runDollars(prices: PriceBook, trial: PaidTrial): number | undefined {
  return isSilent(trial) ? undefined : prices.dollarsOfCharges(chargesOfRun(trial));
}

/** What a run like this one would cost by another model, in a batch or not. What it lost says nothing of that. */
export function dollarsAsIf(prices: PriceBook, trial: PaidTrial, asked: AskedFor): number | undefined {
  if (isSilent(trial)) return undefined;
  const charges = modelCalls(trial).flatMap(chargesOfCall);
  return prices.dollarsOfCharges(charges.map((charge) => askedElsewhere(charge, asked)));
}

/** The tokens alone: how they came to be charged here is another matter. */
function askedElsewhere({ usage, cacheWriteHourTokens, webSearches, unknown }: Charge, asked: AskedFor): Charge {
  return {
    ...asked,
    usage,
    ...(cacheWriteHourTokens === undefined ? {} : { cacheWriteHourTokens }),
    ...(webSearches === undefined ? {} : { webSearches }),
    ...(unknown === undefined || tellsTokens(usage) ? {} : { unknown }),
  };
}

function isSilent(trial: PaidTrial): boolean {
  return trial.outcome.kind !== 'infra-error' && modelCalls(trial).length === 0;
}

/** The calls that a trial made to its model. */
export function modelCalls({ transcript }: Pick<Trial, 'transcript'>): ModelCallStep[] {
  return transcript.steps.filter((step) => step.kind === 'model-call');
}

/** The sum; undefined when a part of it is not known. */
export function total(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? undefined : known.reduce((sum, value) => roundedDollars(sum + value), 0);
}
