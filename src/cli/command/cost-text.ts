import type { CostEstimate } from '../../flows/estimate-cost.ts';
import { counted, listed, money } from '../../text/figures.ts';

/** What a run is about to cost and how that is known: `12 trials to pay for (96 requests at most), about $0.40 (Anthropic's price list of …) based on 30 stored live trials`. */
export function costText(cost: CostEstimate): string {
  const { trials, requests, basis } = cost;
  if (trials === 0) return `nothing to pay for: ${basis}`;
  return `${counted(trials, 'trial')} to pay for (${counted(requests, 'request')} at most)${cost.dollars === undefined ? ';' : ','} ${priceText(cost)}`;
}

/** The price alone, with where it is from. */
export function priceText({ dollars, basis, sources, batch }: CostEstimate): string {
  if (dollars === undefined) return `the cost${batch ? ' in batches, at half price,' : ''} is not known in advance because ${basis}`;
  return `about ${money(dollars)}${batch ? ' in batches, at half price' : ''}${sources.length === 0 ? '' : ` (${listed(sources)})`} ${basis}`;
}
