import type { Finding } from '../contracts/score.ts';
import type { CaseScorer } from '../contracts/scorer.ts';
import type { SettledOutcome } from '../contracts/trial.ts';
import { scoreOf } from './score.ts';

export interface TrialConsistencyOptions {
  /** Decision fields whose values are compared between repeats. */
  readonly fields: readonly string[];
  /** Largest absolute difference that still counts as equal, by field. */
  readonly tolerances?: Readonly<Record<string, number>>;
  /** Smallest agreement rate (0..1) that passes. */
  readonly minimumAgreement?: number;
}

/**
 * Do repeats of one case agree? The agreement rate is the share of pairs of trials that agree in every compared field; a trial without a
 * decision agrees with none. Measures: `agreement`, `trials`, and `agreement:<field>` for each field.
 */
export function trialConsistency({ fields, tolerances = {}, minimumAgreement = 1 }: TrialConsistencyOptions): CaseScorer {
  const name = 'trial-consistency';
  return {
    scope: 'case',
    name,
    score({ trials }) {
      if (trials.length < 2) return undefined;
      const outcomes = trials.map(({ outcome }) => outcome);
      const agreement = agreementRate(outcomes, fields, tolerances);
      const byField = fields.map((field) => [field, agreementRate(outcomes, [field], tolerances)] as const);
      const differing = byField.filter(([, rate]) => rate < 1).map(([field]) => field);
      const findings: Finding[] =
        agreement >= minimumAgreement
          ? []
          : [
              {
                code: 'inconsistent',
                message: `${trials.length} trials agree in ${percent(agreement)} of their pairs${differing.length ? `; they differ in ${differing.join(', ')}` : ''}`,
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

function agreementRate(
  outcomes: readonly SettledOutcome[],
  fields: readonly string[],
  tolerances: Readonly<Record<string, number>>,
): number {
  let agreeing = 0;
  let pairs = 0;
  for (const [index, one] of outcomes.entries()) {
    for (const other of outcomes.slice(index + 1)) {
      pairs += 1;
      if (
        one.kind === 'decided' &&
        other.kind === 'decided' &&
        fields.every((field) => same(one.decision[field], other.decision[field], tolerances[field] ?? 0))
      ) {
        agreeing += 1;
      }
    }
  }
  return agreeing / pairs;
}

function same(one: unknown, other: unknown, tolerance: number): boolean {
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other) <= tolerance + 1e-9;
  return JSON.stringify(one) === JSON.stringify(other);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
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
