import type { CostEstimate } from '../../flows/estimate-cost.ts';
import { counted, money } from '../../text/figures.ts';

/** What a run is about to cost and how that is known: `12 trials to be paid for, about $0.40 based on 30 stored live trials`. */
export function costText({ trials, dollars, basis }: CostEstimate): string {
  if (trials === 0) return `nothing to pay for: ${basis}`;
  const paid = `${counted(trials, 'trial')} to pay for`;
  return dollars === undefined ? `${paid}; the cost is not known in advance because ${basis}` : `${paid}, about ${money(dollars)} ${basis}`;
}
