import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer } from '../contracts/scorer.ts';
import { cost, count, duration, money } from '../text/figures.ts';
import { scoreOf } from './score.ts';

/** Limits for one trial; what is not given is only measured. */
export interface BudgetOptions {
  readonly maxTokens?: number;
  readonly maxDollars?: number;
  readonly maxDurationMs?: number;
  /** True: a trial over its budget fails. */
  readonly hard?: boolean;
}

/** What a trial cost: tokens (input with cache reads and writes, plus output), dollars by the model's price, and time. */
export function budget(options: BudgetOptions = {}): PromptTrialScorer {
  const { maxTokens, maxDollars, maxDurationMs, hard = false } = options;
  const name = 'budget';
  return {
    scope: 'trial',
    name,
    needs: [],
    settings: { ...options, hard },
    score({ trial, dollars }) {
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = trial.usage;
      const tokens = inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
      const findings: Finding[] = [];
      const limit = (value: number, most: number | undefined, code: string, show: (amount: number) => string, come = show(value)) => {
        if (most !== undefined && value > most) findings.push({ code, message: `${come}, at most ${show(most)} allowed` });
      };
      limit(tokens, maxTokens, 'too-many-tokens', (value) => `${count(value)} tokens`);
      if (dollars !== undefined) limit(dollars, maxDollars, 'too-expensive', money, cost(dollars, trial.mode));
      limit(trial.durationMs, maxDurationMs, 'too-slow', duration);
      // What is not known is no fault of the run.
      const unchecked =
        dollars === undefined && maxDollars !== undefined ? '; the price of the model is not known, so its cost is not checked' : '';
      const told = `${count(tokens)} tokens, ${cost(dollars, trial.mode)}, ${duration(trial.durationMs)}${unchecked}`;
      return {
        ...scoreOf(name, hard, findings, told),
        measures: { tokens, durationMs: trial.durationMs, ...(dollars === undefined ? {} : { dollars }) },
      };
    },
  };
}
