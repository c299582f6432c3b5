import type { Comparators } from '../contracts/comparator.ts';
import { sameValue } from '../contracts/compare-values.ts';
import type { Decision } from '../contracts/decision.ts';
import { comparatorsFor } from '../contracts/decision-rules.ts';
import { ownField } from '../contracts/own-field.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptCaseScorer } from '../contracts/scorer.ts';
import type { SettledOutcome } from '../contracts/trial.ts';
import { percent } from '../text/figures.ts';
import { toleranceComparators } from './expected-decision.ts';
import { scoreOf } from './score.ts';

export interface TrialConsistencyOptions {
  /** Decision fields whose values are compared between repeats. */
  readonly fields: readonly string[];
  /** Largest absolute difference that still counts as equal, by field, beside what the agent says (`compare`). */
  readonly tolerances?: Readonly<Record<string, number>>;
  /** Smallest agreement rate (0..1) that passes. */
  readonly minimumAgreement?: number;
}

/**
 * Do repeats of one case agree? The agreement rate is the share of pairs of trials that agree in every compared field; a trial without a
 * decision agrees with none. Measures: `agreement`, `trials`, and `agreement:<field>` for each field.
 */
export function trialConsistency({ fields, tolerances = {}, minimumAgreement = 1 }: TrialConsistencyOptions): PromptCaseScorer {
  const name = 'trial-consistency';
  return {
    scope: 'case',
    name,
    fields: [...fields, ...Object.keys(tolerances)],
    settings: { fields: [...fields], tolerances: { ...tolerances }, minimumAgreement },
    score({ case: found, trials, rules }) {
      if (trials.length < 2) return undefined;
      const outcomes = trials.map(({ outcome }) => outcome);
      const comparators = comparatorsFor({ comparators: { ...rules?.comparators, ...toleranceComparators(tolerances) } }, found);
      const agreement = agreementRate(outcomes, fields, comparators);
      const byField = fields.map((field) => [field, agreementRate(outcomes, [field], comparators)] as const);
      const differing = byField.filter(([, rate]) => rate < 1).map(([field]) => field);
      const findings: Finding[] =
        agreement >= minimumAgreement
          ? []
          : [
              {
                code: 'inconsistent',
                message: `${percent(agreement)} of the pairs of ${trials.length} trials agree${differing.length ? `; they differ in ${differing.join(', ')}` : ''}`,
              },
            ];
      return {
        ...scoreOf(name, false, findings, `${trials.length} trials agree`),
        value: agreement,
        measures: { agreement, trials: trials.length, ...Object.fromEntries(byField.map(([field, rate]) => [`agreement:${field}`, rate])) },
      };
    },
  };
}

function agreementRate(outcomes: readonly SettledOutcome[], fields: readonly string[], comparators: Comparators): number {
  // Counted by what was decided, because most of many repeats are equal: then nearly all pairs need no look.
  const groups = new Map<string, { readonly decision: Decision; count: number }>();
  for (const outcome of outcomes) {
    if (outcome.kind !== 'decided') continue;
    const key = fields.map((field) => JSON.stringify(ownField(outcome.decision, field)) ?? 'absent').join('\n');
    const group = groups.get(key);
    if (group) group.count += 1;
    else groups.set(key, { decision: outcome.decision, count: 1 });
  }
  const different = [...groups.values()];
  let agreeing = 0;
  for (const [index, { decision, count }] of different.entries()) {
    agreeing += pairsOf(count);
    for (const other of different.slice(index + 1)) {
      const agree = fields.every((field) => sameValue(field, ownField(decision, field), ownField(other.decision, field), comparators));
      if (agree) agreeing += count * other.count;
    }
  }
  return agreeing / pairsOf(outcomes.length);
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}

/**
 * pass^k: the chance that k trials drawn from these would all pass, C(passes, k) / C(runs, k); undefined when k > runs.
 * Source: Yao et al., "tau-bench", 2024, section 4.
 */
export function passHatK(passes: number, runs: number, k: number): number | undefined {
  if (k > runs) return undefined;
  let chance = 1;
  for (let index = 0; index < k; index += 1) chance *= Math.max(0, passes - index) / (runs - index);
  return chance;
}
