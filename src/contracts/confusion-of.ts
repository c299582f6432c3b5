import { canonicalJson } from './canonical-json.ts';
import type { Case } from './case.ts';
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

/** More different pairs than this are no matrix that anybody reads. */
const mostCells = 64;

/** The confusion matrix; undefined where nobody says which field decides, no trial is at hand, or there are too many outcomes to read. */
export function confusionOf(rules: DecisionRules, cases: readonly DecidedCase[]): Confusion | undefined {
  const { approvalField: field } = rules;
  if (field === undefined) return undefined;
  const cells = new Map<string, Confusion['cells'][number]>();
  for (const { case: found, decisions } of cases) {
    const expected = ownField(found.label.decision, field);
    if (expected === undefined) continue;
    const comparators = comparatorsFor(rules, found);
    for (const decision of decisions) {
      const decided = ownField(decision, field);
      const wrong = decided !== undefined && !sameValue(field, decided, expected, comparators);
      const key = canonicalJson([expected, decided ?? null, decided === undefined, wrong]);
      const known = cells.get(key);
      const harm = wrong ? harmOf(rules, expected, decided) : undefined;
      if (known) known.trials += 1;
      else
        cells.set(key, {
          expected: plain(expected),
          ...(decided === undefined ? {} : { decided: plain(decided) }),
          trials: 1,
          wrong,
          ...(harm === undefined ? {} : { harm }),
        });
    }
  }
  return cells.size === 0 || cells.size > mostCells ? undefined : { field, cells: [...cells.values()] };
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
