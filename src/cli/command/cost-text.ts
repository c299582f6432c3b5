import type { CostEstimate } from '../../flows/estimate-cost.ts';
import { counted, money } from '../../text/figures.ts';

/** What a run is about to cost and how that is known: `12 trials to be paid for, about $0.40 by the mean of 30 stored live trials`. */
export function costText({ trials, dollars, basis }: CostEstimate): string {
  if (trials === 0) return `nothing to be paid for: ${basis}`;
  const paid = `${counted(trials, 'trial')} to be paid for`;
  return dollars === undefined
    ? `${paid}; what they cost is not known beforehand, because ${basis}`
    : `${paid}, about ${money(dollars)} ${basis}`;
}
