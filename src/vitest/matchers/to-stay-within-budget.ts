import { type BudgetOptions, budget } from '../../scorers/budget.ts';
import type { JudgedTrial } from '../judged-trial.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold } from './all-hold.ts';
import { type Look, subjectOf, trialsIn } from './subject.ts';

/** Limits for each trial; at least one of them. */
export type BudgetLimits = Omit<BudgetOptions, 'hard'>;

/** The trial cost no more than this. A model without a known price is over any limit in dollars. */
export function toStayWithinBudget(this: MatcherState, received: unknown, limits: BudgetLimits): SyncExpectationResult {
  const trials = trialsIn('toStayWithinBudget', received);
  const given = Object.entries(limits).filter(([, limit]) => limit !== undefined);
  const [wrong] = given.filter(([, limit]) => !(limit >= 0));
  if (wrong || given.length === 0) {
    throw new TypeError(
      `toStayWithinBudget(): ${wrong ? `${wrong[0]} is ${wrong[1]}` : 'no limit was given'}. Expected maxTokens, maxDollars or maxDurationMs, from 0.`,
    );
  }
  const scorer = budget(limits);
  const lookAt = (trial: JudgedTrial): Look[] => {
    const score = scorer.score(trial.evidence);
    return score ? [{ ...subjectOf(trial), holds: score.pass, came: score.reason }] : [];
  };
  return allHold(this.isNot, `stay within ${given.map(([name, limit]) => `${name} ${limit}`).join(', ')}`, trials.flatMap(lookAt));
}
