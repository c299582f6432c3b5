import { sameValue } from '../../contracts/compare-values.ts';
import type { Decision } from '../../contracts/decision.ts';
import type { DecisionRules } from '../../contracts/decision-rules.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { ownField } from '../../contracts/own-field.ts';
import type { Finding } from '../../contracts/score.ts';
import { toleranceComparators } from '../expected-decision.ts';
import { shown } from '../score.ts';

/** Which fields of two decisions are compared, and how. */
export interface ComparedFields {
  /** Decision fields that must be the same; when not given the one that says what was decided, or, where nothing says which, all but texts. */
  readonly fields?: readonly string[];
  /** Largest absolute difference that still counts as equal, by field, beside what the agent says (`compare`). */
  readonly tolerances?: Readonly<Record<string, number>>;
}

/** One finding for each field in which two decisions differ. */
export function differences(
  code: string,
  source: Decision,
  twin: Decision,
  rules: DecisionRules,
  { fields, tolerances = {} }: ComparedFields,
): Finding[] {
  const comparators = { ...rules.comparators, ...toleranceComparators(tolerances) };
  const compared = (fields ?? comparedFields(source, twin, rules)).filter((field) => ownField(comparators, field) !== 'ignore');
  if (compared.length === 0) throw nothingCompared('"fields"');
  return compared.flatMap((field) => {
    const [came, wanted] = [ownField(twin, field), ownField(source, field)];
    if (sameValue(field, came, wanted, comparators)) return [];
    return [{ code, message: `${field} is ${shown(came)} in place of ${shown(wanted)}`, field }];
  });
}

/** A relation that compares nothing would hold for ever. */
export function nothingCompared(option: string): DocketError {
  return new DocketError(
    `Nothing says which fields of the decision are compared. Give the relation ${option}, or the agent an approvalField, and no comparator "ignore" for it.`,
  );
}

function comparedFields(source: Decision, twin: Decision, { approvalField }: DecisionRules): string[] {
  if (approvalField !== undefined) return [approvalField];
  return [...new Set([...Object.keys(source), ...Object.keys(twin)])].filter((field) => typeof ownField(source, field) !== 'string');
}
