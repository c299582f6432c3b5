import type { CaseResult, Evaluation, VersionResult } from '../contracts/evaluation.ts';
import type { JsonValue } from '../contracts/json.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import { ownField } from '../contracts/own-field.ts';
import { type AnswerNote, answerNotes } from './version-notes.ts';

/**
 * What became of a case from one version to the other: `broken`, all trials passed and no longer do; `fixed`, the reverse;
 * `changed`, neither, but the pass rate or a decision field differs; `incomplete`, something was not run; `same`.
 */
export const caseChanges = ['broken', 'fixed', 'changed', 'incomplete', 'same'] as const;
export type CaseChange = (typeof caseChanges)[number];

/** How often each value of a decision field came, most frequent first. */
export type FieldValues = readonly { readonly value: JsonValue; readonly trials: number }[];

/** One case under both versions. */
export interface CaseComparison {
  readonly caseId: string;
  readonly title: string;
  readonly change: CaseChange;
  readonly from: CaseResult;
  readonly to: CaseResult;
  /** Decision fields whose values differ between the versions; prose is not compared. */
  readonly fields: readonly { readonly field: string; readonly from: FieldValues; readonly to: FieldValues }[];
}

/** Two versions on the same cases, those that differ first. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly mode: ModelMode;
  readonly from: VersionResult['version'];
  readonly to: VersionResult['version'];
  readonly counts: Readonly<Record<CaseChange, number>>;
  readonly cases: readonly CaseComparison[];
  /** Who answered, where that was not simply the model that was asked. */
  readonly answered: readonly AnswerNote[];
}

/** Compares the first two versions of an evaluation case by case. Pure. */
export function compareVersions(evaluation: Evaluation): Comparison {
  const [from, to] = evaluation.versions;
  if (!from || !to) throw new TypeError(`a comparison needs two versions, and ${evaluation.versions.length} came`);
  // A field that one version's decision does not have is a difference of the versions, not of a case.
  const fieldsAfter = fieldsOf(to);
  const fields = [...fieldsOf(from)].filter((field) => fieldsAfter.has(field));
  const cases = from.cases
    .flatMap((before) => {
      const after = to.cases.find(({ caseId }) => caseId === before.caseId);
      return after ? [compareCase(before, after, fields, evaluation.trialsPerCase)] : [];
    })
    .sort((one, other) => caseChanges.indexOf(one.change) - caseChanges.indexOf(other.change));
  const counted = caseChanges.map((change) => [change, cases.filter((compared) => compared.change === change).length] as const);
  return {
    kind: 'comparison',
    mode: evaluation.mode,
    from: from.version,
    to: to.version,
    counts: Object.fromEntries(counted) as Record<CaseChange, number>,
    cases,
    answered: [from, to].flatMap(answerNotes),
  };
}

function fieldsOf({ cases }: VersionResult): Set<string> {
  return new Set(cases.flatMap(({ trials }) => trials.flatMap(({ decision }) => Object.keys(decision ?? {}))));
}

function compareCase(from: CaseResult, to: CaseResult, names: readonly string[], trials: number): CaseComparison {
  const fields = names.flatMap((field) => {
    const before = valuesOf(from, field);
    const after = valuesOf(to, field);
    if ([...before, ...after].some(({ value }) => isProse(value)) || sameValues(before, after)) return [];
    return [{ field, from: before, to: after }];
  });
  return { caseId: from.caseId, title: from.title, change: changeOf(from, to, trials, fields.length > 0), from, to, fields };
}

function changeOf(from: CaseResult, to: CaseResult, trials: number, fieldsDiffer: boolean): CaseChange {
  if (from.runs < trials || to.runs < trials) return 'incomplete';
  const passedBefore = from.passes === from.runs;
  const passesNow = to.passes === to.runs;
  if (passedBefore && !passesNow) return 'broken';
  if (!passedBefore && passesNow) return 'fixed';
  return fieldsDiffer || from.passes !== to.passes ? 'changed' : 'same';
}

function valuesOf({ trials }: CaseResult, field: string): FieldValues {
  const values = new Map<string, { readonly value: JsonValue; trials: number }>();
  for (const { decision } of trials) {
    const value = ownField(decision, field);
    if (value === undefined) continue;
    const key = JSON.stringify(value);
    const known = values.get(key) ?? { value, trials: 0 };
    known.trials += 1;
    values.set(key, known);
  }
  return [...values.values()].sort((one, other) => other.trials - one.trials);
}

/** The same values, each as often. */
function sameValues(from: FieldValues, to: FieldValues): boolean {
  const key = (values: FieldValues) => JSON.stringify(values.map(({ value, trials }) => `${JSON.stringify(value)} ${trials}`).sort());
  return key(from) === key(to);
}

/** Free text differs in every trial and says nothing by differing. */
function isProse(value: JsonValue): boolean {
  return typeof value === 'string' && (value.length > 40 || value.includes('\n'));
}
