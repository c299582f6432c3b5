import type { Finding } from '../contracts/score.ts';
import type { TrialScorer } from '../contracts/scorer.ts';
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
export function budget(options: BudgetOptions = {}): TrialScorer {
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
      const limit = (value: number, most: number | undefined, code: string, show: (amount: number) => string) => {
        if (most !== undefined && value > most) findings.push({ code, message: `${show(value)}, at most ${show(most)} allowed` });
      };
      limit(tokens, maxTokens, 'too-many-tokens', (amount) => `${amount.toLocaleString('en-US')} tokens`);
      if (dollars !== undefined) limit(dollars, maxDollars, 'too-expensive', (amount) => `$${amount.toFixed(4)}`);
      else if (maxDollars !== undefined)
        findings.push({ code: 'unknown-price', message: 'the price of the model is not known, so its cost cannot be checked' });
      limit(trial.durationMs, maxDurationMs, 'too-slow', (amount) => `${Math.round(amount)} ms`);
      const cost = dollars === undefined ? 'price unknown' : `$${dollars.toFixed(4)}`;
      return {
        ...scoreOf(name, hard, findings, `${tokens.toLocaleString('en-US')} tokens, ${cost}, ${Math.round(trial.durationMs)} ms`),
        measures: { tokens, durationMs: trial.durationMs, ...(dollars === undefined ? {} : { dollars }) },
      };
    },
  };
}
