import { ownField } from '../contracts/own-field.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer } from '../contracts/scorer.ts';
import { decisionOf, scoreOf, shown } from './score.ts';

/** How a decision is compared with its label. */
export interface ExpectedDecisionOptions {
  /**
   * The field that says what was decided. Where it is yes/no, a wrong yes is a `false-approval` and a wrong no a `false-denial`; with any other
   * value, expected or given, it is a `wrong-decision`: nothing says which of the values approve.
   */
  readonly approvalField: string;
  /** Largest absolute difference that still counts as equal, by field, in the field's own unit; 0 for fields not named. */
  readonly tolerances?: Readonly<Record<string, number>>;
}

/**
 * Compares the decision with the label, field by field. A field that the label names and the decision leaves out is a fault, `missing-field`,
 * and stands first; only a field that the version's decision does not have by its schema is not compared, and the reason says so. Fields that
 * the label leaves out are not compared either.
 */
export function expectedDecision({ approvalField, tolerances = {} }: ExpectedDecisionOptions): PromptTrialScorer {
  const name = 'expected-decision';
  return {
    scope: 'trial',
    name,
    needs: ['label'],
    comparesDecisions: true,
    fields: [approvalField, ...Object.keys(tolerances)],
    settings: { approvalField, tolerances: { ...tolerances } },
    score({ case: { label }, trial, decisionFields }) {
      const read = decisionOf(trial.outcome);
      if ('missing' in read) return scoreOf(name, true, [read.missing], '');
      const missing: Finding[] = [];
      const wrong: Finding[] = [];
      const compared: string[] = [];
      const notCompared: string[] = [];
      for (const [field, expected] of Object.entries(label.decision)) {
        // A policy may say nothing of a field.
        if (expected === undefined) continue;
        const actual = ownField(read.decision, field);
        if (actual === undefined) {
          if (field === approvalField || decisionFields?.includes(field)) {
            missing.push({ code: 'missing-field', message: `${field} is missing, expected ${shown(expected)}` });
          } else notCompared.push(field);
          continue;
        }
        compared.push(field);
        if (!agree(actual, expected, ownField(tolerances, field) ?? 0)) {
          if (field === approvalField) {
            wrong.push(wrongDecision(field, actual, expected));
            continue;
          }
          wrong.push({
            code: wrongCode(field),
            message: `${field} is ${shown(actual)}, expected ${shown(expected)}`,
          });
        }
      }
      const values = compared.map((field) => `${field} ${shown(ownField(read.decision, field))}`).join(', ');
      const rest = notCompared.length === 0 ? '' : `; not compared, because this decision lacks it: ${notCompared.join(', ')}`;
      // Nothing of the label was compared: that is no agreement.
      if (compared.length + missing.length === 0) return undefined;
      return scoreOf(name, true, [...missing, ...wrong], `as labelled: ${values}${rest}`);
    },
  };
}

/** What is wrong with the decision itself. Only of yes and no can it be said which one approves. */
function wrongDecision(field: string, actual: unknown, expected: unknown): Finding {
  if (typeof actual !== 'boolean' || typeof expected !== 'boolean') {
    const [came, wanted] = typeof actual === typeof expected ? [words(actual), words(expected)] : [shown(actual), shown(expected)];
    return { code: 'wrong-decision', message: `${came}, expected ${wanted} (${field})` };
  }
  const [code, name] = actual ? ['false-approval', 'false approval'] : ['false-denial', 'false denial'];
  return { code, message: `${field} is ${actual}, expected ${expected}: a ${name}` };
}

function words(value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? value : shown(value);
}

/** `wrong-max-loan` for `max_loan`. Codes are plain words; a field may be called anything. */
function wrongCode(field: string): string {
  const words = field.toLowerCase().match(/[a-z0-9]+/g) ?? ['field'];
  return `wrong-${words.join('-')}`;
}

/** Differences are compared with a little room for binary fractions: 0.3 - 0.2 is not more than 0.1. */
function agree(actual: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') return Math.abs(actual - expected) <= tolerance + 1e-9;
  return JSON.stringify(actual) === JSON.stringify(expected);
}
