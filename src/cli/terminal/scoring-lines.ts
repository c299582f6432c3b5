import type { ScoringTotal } from '../../contracts/evaluation.ts';
import type { FailedScorer } from '../../flows/score-traces/trace-scores.ts';
import { count, counted, money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';

/** What scorers came to that answer later: `scorers: 24 answers asked for ($0.12), 6 kept from before`; nothing where there is none. */
export function scoringLines(total: ScoringTotal | undefined): string[] {
  if (!total || total.asked + total.reused === 0) return [];
  const cost = total.dollars === undefined ? '' : ` (${money(total.dollars)})`;
  return [`scorers: ${counted(total.asked, 'answer')} asked for${cost}, ${count(total.reused)} kept from before`];
}

/** `! fair could not score 3 traces. First: …`, a line a scorer. */
export function failedScorerLines(failed: readonly FailedScorer[]): string[] {
  return failed.map(
    ({ scorer, traces, example }) => `! ${plainLine(scorer)} could not score ${counted(traces, 'trace')}. First: ${plainLine(example)}`,
  );
}
