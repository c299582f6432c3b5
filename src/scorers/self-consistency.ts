import type { Decision } from '../contracts/decision.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer } from '../contracts/scorer.ts';
import { decisionOf, scoreOf } from './score.ts';

/** Checks a decision against its input and against itself; needs no label, so it works on production traces too. */
export type ValidateDecision = (decision: Decision, input: JsonObject) => readonly Finding[];

/** Does the decision hang together: figures, approval and reasoning? The agent brings the check. */
export function selfConsistency(validateDecision: ValidateDecision): PromptTrialScorer {
  const name = 'self-consistency';
  return {
    scope: 'trial',
    name,
    needs: ['input'],
    settings: { check: validateDecision.toString() },
    score({ input, trial }) {
      const read = decisionOf(trial.outcome);
      if ('missing' in read) return scoreOf(name, true, [read.missing], '');
      return scoreOf(name, true, validateDecision(read.decision, input), 'figures, approval and reasoning agree');
    },
  };
}
