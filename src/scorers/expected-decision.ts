import type { Comparators } from '../contracts/comparator.ts';
import { differencesIn, type ValueDifference } from '../contracts/compare-values.ts';
import { comparatorsFor, type DecisionRules, harmOf } from '../contracts/decision-rules.ts';
import type { JsonValue } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer } from '../contracts/scorer.ts';
import { decisionOf, scoreOf, shown } from './score.ts';

/** How a decision is compared with its label, beside what the agent says of its decisions (`compare`, `harm`). */
export interface ExpectedDecisionOptions {
  /**
   * The field that says what was decided; the agent's `approvalField` when not given. Where it is yes/no, a wrong yes is a `false-approval` and a wrong
   * no a `false-denial`; with any other value, expected or given, it is a `wrong-decision`.
   */
  readonly approvalField?: string;
  /** Largest absolute difference that still counts as equal, by field, in the field's own unit; as `compare: {field: {tolerance}}` of the agent. */
  readonly tolerances?: Readonly<Record<string, number>>;
}

/**
 * Compares the decision with the label, field by field. A field that the label names and the decision leaves out is a fault, `missing-field`,
 * and stands first; only a field that the version's decision does not have by its schema is not compared, and the reason says so. Fields that
 * the label leaves out are not compared either.
 */
export function expectedDecision({ approvalField, tolerances = {} }: ExpectedDecisionOptions = {}): PromptTrialScorer {
  const name = 'expected-decision';
  const own: DecisionRules = { ...(approvalField === undefined ? {} : { approvalField }), comparators: toleranceComparators(tolerances) };
  return {
    scope: 'trial',
    name,
    needs: ['label'],
    comparesDecisions: true,
    rules: own,
    fields: [...(approvalField === undefined ? [] : [approvalField]), ...Object.keys(tolerances)],
    settings: { ...(approvalField === undefined ? {} : { approvalField }), tolerances: { ...tolerances } },
    score({ case: found, trial, decisionFields, rules = own }) {
      const { label } = found;
      const read = decisionOf(trial.outcome);
      if ('missing' in read) return scoreOf(name, true, [read.missing], '');
      const comparators = comparatorsFor(rules, found);
      const missing: Finding[] = [];
      const wrong: Finding[] = [];
      const compared: string[] = [];
      const notCompared: string[] = [];
      for (const [field, expected] of Object.entries(label.decision)) {
        // A policy may say nothing of a field.
        if (expected === undefined || ownField(comparators, field) === 'ignore') continue;
        const actual = ownField(read.decision, field);
        if (actual === undefined) {
          if (field === rules.approvalField || decisionFields?.includes(field)) {
            missing.push({ code: 'missing-field', message: `${field} is missing, expected ${shown(expected)}`, field });
          } else notCompared.push(field);
          continue;
        }
        compared.push(field);
        const differences = differencesIn(field, actual, expected, comparators);
        if (differences.length === 0) continue;
        if (field === rules.approvalField) wrong.push(wrongDecision(rules, actual, expected));
        else wrong.push({ code: wrongCode(field), message: differences.map(differenceText).join('; '), field });
      }
      const values = compared.map((field) => `${field} ${shown(ownField(read.decision, field))}`).join(', ');
      const rest = notCompared.length === 0 ? '' : `; not compared, because this decision lacks it: ${notCompared.join(', ')}`;
      // Nothing of the label was compared: that is no agreement.
      if (compared.length + missing.length === 0) return undefined;
      return scoreOf(name, true, [...missing, ...wrong], `as labelled: ${values}${rest}`);
    },
  };
}

/** Tolerances as comparators. */
export function toleranceComparators(tolerances: Readonly<Record<string, number>>): Comparators {
  return Object.fromEntries(Object.entries(tolerances).map(([field, tolerance]) => [field, { tolerance }]));
}

function differenceText({ path, actual, expected, note }: ValueDifference): string {
  if (actual === undefined && expected === undefined) return `${path} ${note ?? 'differs'}`;
  if (expected === undefined) return `${path} is ${shown(actual)}, expected nothing there`;
  const came = actual === undefined ? 'missing' : `${shown(actual)}${note?.startsWith('which') ? `, ${note}` : ''}`;
  return `${path} is ${came}, expected ${shown(expected)}${note === undefined || note.startsWith('which') ? '' : `: ${note}`}`;
}

/** What is wrong with the decision itself. Only of yes and no can it be said which one approves; what does harm is the agent's to say. */
function wrongDecision(rules: DecisionRules, actual: JsonValue, expected: JsonValue): Finding {
  const { approvalField: field = '' } = rules;
  const declared = harmOf(rules, expected, actual);
  const more = { field, ...(declared === undefined ? {} : { harm: declared }) };
  if (typeof actual !== 'boolean' || typeof expected !== 'boolean') {
    const [came, wanted] = typeof actual === typeof expected ? [words(actual), words(expected)] : [shown(actual), shown(expected)];
    return { code: 'wrong-decision', message: `${came}, expected ${wanted} (${field})`, ...more };
  }
  const [code, name] = actual ? ['false-approval', 'false approval'] : ['false-denial', 'false denial'];
  return { code, message: `${field} is ${actual}, expected ${expected}: a ${name}`, ...more };
}

function words(value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? value : shown(value);
}

/** `wrong-max-loan` for `max_loan`. Codes are plain words; a field may be called anything. */
function wrongCode(field: string): string {
  const words = field.toLowerCase().match(/[a-z0-9]+/g) ?? ['field'];
  return `wrong-${words.join('-')}`;
}
