import type { ScoringTotal } from '../../contracts/evaluation.ts';
import { count, counted, money } from '../../text/figures.ts';

/** What scorers came to that answer later: `scorers: 24 answers asked for ($0.12), 6 kept from before`; nothing where there is none. */
export function scoringLines(total: ScoringTotal | undefined): string[] {
  if (!total || total.asked + total.reused === 0) return [];
  const cost = total.dollars === undefined ? '' : ` (${money(total.dollars)})`;
  return [`scorers: ${counted(total.asked, 'answer')} asked for${cost}, ${count(total.reused)} kept from before`];
}
