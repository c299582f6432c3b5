import { canonicalJson } from '../contracts/canonical-json.ts';
import type { JsonObject } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import { amount } from '../text/figures.ts';
import type { AuditedCase, AuditRules } from './audit-rules.ts';
import type { LabelSuspect } from './label-suspect.ts';
import { shownDecision } from './shown-decision.ts';

/**
 * Pairs of labels of which one must be wrong: the same input with different labels, and a denial of what is in every respect at least as good
 * as something approved. Where the policy confirms one side only the other is suspect; without a policy both are. Cases in `accused` are
 * suspects already and accuse nobody.
 */
export function contradictions(cases: readonly AuditedCase[], rules: AuditRules, accused: ReadonlySet<string>): LabelSuspect[] {
  const usable = cases.filter((audited) => !accused.has(audited.case.id));
  const partners = partnersOf(usable, rules);
  return usable.flatMap((one, index) =>
    partners(index).flatMap((other) => {
      const reason = sameInput(one, other, rules) ?? dominated(one, other, rules) ?? dominated(other, one, rules);
      if (reason === undefined) return [];
      return [
        ...(confirmed(one, rules) ? [] : [suspect(one, other, reason, rules)]),
        ...(confirmed(other, rules) ? [] : [suspect(other, one, reason, rules)]),
      ];
    }),
  );
}

/** Later cases that may contradict the one at a place: to look closely at every pair of ten thousand takes most of a minute. */
function partnersOf(cases: readonly AuditedCase[], { approvalField, monotone }: AuditRules): (index: number) => AuditedCase[] {
  const inputs = cases.map(({ input }) => canonicalJson(input));
  const places = cases.map((_, place) => place);
  const alike = Map.groupBy(places, (place) => inputs[place]);
  const choiceOf = (place: number) => (approvalField === undefined ? undefined : cases[place]?.case.label.decision[approvalField]);
  const choices = Map.groupBy(monotone === undefined ? [] : places, choiceOf);
  return (index) => {
    const choice = choiceOf(index);
    const input = cases[index]?.input;
    const opposite = typeof choice === 'boolean' && input ? (choices.get(!choice) ?? []) : [];
    const found = opposite.filter((place) => {
      const other = cases[place]?.input;
      if (place <= index || other === undefined || input === undefined || inputs[place] === inputs[index]) return false;
      return choice === true ? !isWorseInAny(other, input, monotone) : !isWorseInAny(input, other, monotone);
    });
    const same = alike.get(inputs[index])?.filter((place) => place > index) ?? [];
    return [...same, ...found].sort((one, other) => one - other).flatMap((place) => cases[place] ?? []);
  };
}

/** True where a number says so; most pairs end here. */
function isWorseInAny(better: JsonObject, worse: JsonObject, monotone: AuditRules['monotone'] = {}): boolean {
  for (const field in monotone) {
    const [high, low] = [ownField(better, field), ownField(worse, field)];
    if (typeof high !== 'number' || typeof low !== 'number') continue;
    if (monotone[field] === 'higher-approves' ? high < low : high > low) return true;
  }
  return false;
}

function suspect(audited: AuditedCase, other: AuditedCase, reason: string, { approvalField }: AuditRules): LabelSuspect {
  const theirs = other.case.label.decision;
  // Of another input only the choice can be carried over.
  const same = canonicalJson(audited.input) === canonicalJson(other.input);
  const instead = same || approvalField === undefined ? theirs : { [approvalField]: theirs[approvalField] ?? null };
  return { caseId: audited.case.id, by: 'contradiction', reason, otherId: other.case.id, instead };
}

function confirmed(audited: AuditedCase, { policy, meetsLabel }: AuditRules): boolean {
  return policy !== undefined && meetsLabel(audited, policy(audited.input));
}

function sameInput(one: AuditedCase, other: AuditedCase, { meetsLabel }: AuditRules): string | undefined {
  if (canonicalJson(one.input) !== canonicalJson(other.input)) return undefined;
  // Fields that only one label has are no contradiction.
  const merged = { ...other.case.label.decision, ...one.case.label.decision };
  if (meetsLabel(other, merged)) return undefined;
  return `${one.case.id} and ${other.case.id} have the same input and different labels: ${shownDecision(one.case.label.decision)} against ${shownDecision(other.case.label.decision)}`;
}

/** When the worse one is approved and the better one denied. */
function dominated(worse: AuditedCase, better: AuditedCase, { approvalField, monotone }: AuditRules): string | undefined {
  if (approvalField === undefined || monotone === undefined) return undefined;
  if (worse.case.label.decision[approvalField] !== true || better.case.label.decision[approvalField] !== false) return undefined;
  const steps = stepsTo(better.input, worse.input, monotone);
  if (steps === undefined || steps.length === 0) return undefined;
  return `${worse.case.id} is approved and ${better.case.id} denied, though ${better.case.id} is at least as good in every field: ${steps.join(', ')}`;
}

/** The fields in which the one is better, in words; undefined when it is worse in any, or differs where no direction is known. */
function stepsTo(better: JsonObject, worse: JsonObject, monotone: NonNullable<AuditRules['monotone']>): string[] | undefined {
  const steps: string[] = [];
  for (const field of new Set([...Object.keys(better), ...Object.keys(worse)])) {
    const [high, low] = [ownField(better, field), ownField(worse, field)];
    if (canonicalJson(high ?? null) === canonicalJson(low ?? null)) continue;
    const direction = Object.hasOwn(monotone, field) ? monotone[field] : undefined;
    if (direction === undefined || typeof high !== 'number' || typeof low !== 'number') return undefined;
    if (direction === 'higher-approves' ? high < low : high > low) return undefined;
    steps.push(`${field} ${amount(high, 3)} against ${amount(low, 3)}`);
  }
  return steps;
}
