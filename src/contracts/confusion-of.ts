import { canonicalJson } from './canonical-json.ts';
import type { Case } from './case.ts';
import type { Comparators } from './comparator.ts';
import { sameValue } from './compare-values.ts';
import type { Confusion } from './confusion.ts';
import { comparatorsFor, type DecisionRules, harmOf } from './decision-rules.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { ownField } from './own-field.ts';

/** A case with what was decided in its trials; undefined for a trial without a decision. */
export interface DecidedCase {
  readonly case: Pick<Case, 'label'>;
  readonly decisions: Iterable<JsonObject | undefined>;
}

type Labelled = DecidedCase['case'];

/** More different pairs than this are no matrix that anybody reads. */
const mostCells = 64;

/** The confusion matrix; undefined where nobody says which field decides, no trial is at hand, or there are too many outcomes to read. */
export function confusionOf(rules: DecisionRules, cases: readonly DecidedCase[]): Confusion | undefined {
  const tally = new ConfusionTally(rules);
  for (const { case: found, decisions } of cases) if (tally.counts(found)) for (const decision of decisions) tally.add(found, decision);
  return tally.confusion;
}

/** The same, decision by decision. */
export class ConfusionTally {
  readonly #rules: DecisionRules;
  readonly #cells = new Map<string, Confusion['cells'][number]>();
  #open: { readonly case: Labelled; readonly expected: JsonValue; readonly comparators: Comparators } | undefined;

  constructor(rules: DecisionRules) {
    this.#rules = rules;
  }

  /** False where the case's label does not say what is right in the field that decides. */
  counts({ label }: Labelled): boolean {
    const { approvalField: field } = this.#rules;
    return field !== undefined && ownField(label.decision, field) !== undefined;
  }

  add(found: Labelled, decision: JsonObject | undefined): void {
    const { approvalField: field } = this.#rules;
    if (field === undefined) return;
    if (this.#open?.case !== found) {
      const expected = ownField(found.label.decision, field);
      this.#open = expected === undefined ? undefined : { case: found, expected, comparators: comparatorsFor(this.#rules, found) };
    }
    if (!this.#open) return;
    const { expected, comparators } = this.#open;
    const decided = ownField(decision, field);
    const wrong = decided !== undefined && !sameValue(field, decided, expected, comparators);
    const key = canonicalJson([expected, decided ?? null, decided === undefined, wrong]);
    const known = this.#cells.get(key);
    if (known) {
      known.trials += 1;
      return;
    }
    const harm = wrong ? harmOf(this.#rules, expected, decided) : undefined;
    this.#cells.set(key, {
      expected: plain(expected),
      ...(decided === undefined ? {} : { decided: plain(decided) }),
      trials: 1,
      wrong,
      ...(harm === undefined ? {} : { harm }),
    });
  }

  get confusion(): Confusion | undefined {
    const { approvalField: field } = this.#rules;
    const cells = [...this.#cells.values()];
    return field === undefined || cells.length === 0 || cells.length > mostCells ? undefined : { field, cells };
  }
}

/** Several matrices of one field added up; undefined where one of them is missing or of another field. */
export function sumOfConfusions(parts: readonly (Confusion | undefined)[]): Confusion | undefined {
  const [first] = parts;
  const cells = new Map<string, Confusion['cells'][number]>();
  for (const part of parts) {
    if (!first || part?.field !== first.field) return undefined;
    for (const cell of part.cells) {
      const { trials, ...rest } = cell;
      const key = canonicalJson(rest as JsonObject);
      cells.set(key, { ...cell, trials: trials + (cells.get(key)?.trials ?? 0) });
    }
  }
  return first && { field: first.field, cells: [...cells.values()] };
}

/** Equal values alike, whatever the order of their keys. */
function plain(value: JsonValue): JsonValue {
  return typeof value === 'object' ? (JSON.parse(canonicalJson(value)) as JsonValue) : value;
}
