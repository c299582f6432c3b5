import type { Finding } from '../contracts/score.ts';
import type { TrialScorer } from '../contracts/scorer.ts';
import { decisionOf, scoreOf, shown } from './score.ts';

/** How a decision is compared with its label. */
export interface ExpectedDecisionOptions {
  /** The yes/no field: a wrong yes is a false approval, a wrong no a false denial. */
  readonly approvalField: string;
  /** Largest absolute difference that still counts as equal, by field, in the field's own unit; 0 for fields not named. */
  readonly tolerances?: Readonly<Record<string, number>>;
}

/** Compares the decision with the label, field by field. Fields the label leaves out, or the version's decision does not have, are not compared. */
export function expectedDecision({ approvalField, tolerances = {} }: ExpectedDecisionOptions): TrialScorer {
  const name = 'expected-decision';
  return {
    scope: 'trial',
    name,
    score({ case: { label }, trial }) {
      const read = decisionOf(trial.outcome);
      if ('missing' in read) return scoreOf(name, true, [read.missing], '');
      const findings: Finding[] = [];
      const compared: string[] = [];
      for (const [field, expected] of Object.entries(label.decision)) {
        const actual = read.decision[field];
        if (actual === undefined && field !== approvalField) continue;
        compared.push(field);
        if (field === approvalField && actual !== expected) {
          findings.push({
            code: expected === true ? 'false-denial' : 'false-approval',
            message: `${field} is ${shown(actual)}, expected ${shown(expected)}: a ${expected === true ? 'false denial' : 'false approval'}`,
          });
        } else if (!agree(actual, expected, tolerances[field] ?? 0)) {
          findings.push({
            code: `wrong-${field.replaceAll('_', '-').toLowerCase()}`,
            message: `${field} is ${shown(actual)}, expected ${shown(expected)}`,
          });
        }
      }
      return scoreOf(name, true, findings, `as labelled: ${compared.map((field) => `${field} ${shown(read.decision[field])}`).join(', ')}`);
    },
  };
}

/** Differences are compared with a little room for binary fractions: 0.3 - 0.2 is not more than 0.1. */
function agree(actual: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') return Math.abs(actual - expected) <= tolerance + 1e-9;
  return JSON.stringify(actual) === JSON.stringify(expected);
}
