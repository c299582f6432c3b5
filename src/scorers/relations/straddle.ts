import { sameValue } from '../../contracts/compare-values.ts';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';
import { type Relation, relationFindings } from '../../contracts/relation.ts';
import { shown } from '../score.ts';
import { fieldOf, withField } from './input-field.ts';

export interface StraddleOptions<Input extends object, Decision extends object> {
  /** When not given made of the field: `flips-at-credit-score`. */
  readonly name?: string;
  /** A number of the input, by its path. */
  readonly field: string;
  /** The decision field that flips. */
  readonly decides: keyof Decision & string;
  /** The right decision for an input: the agent's own policy. */
  readonly policy: (input: Input) => Partial<Decision>;
  /** The least and the greatest value that are looked at, in the field's own unit. */
  readonly between: readonly [least: number, greatest: number];
  /** The smallest step of the field: one point, one dollar (1 when not given). */
  readonly step?: number;
}

/**
 * The decision flips exactly where the policy says: two twins, the last value of the field on one side of the policy's border and the first one on the
 * other, with everything else as in the case. Where the policy flips more than once between the two ends, one of the borders is taken.
 */
export function straddle<Input extends object, Decision extends object>({
  field,
  decides,
  policy,
  between: [least, greatest],
  step = 1,
  name,
}: StraddleOptions<Input, Decision>): Relation {
  const code = relationFindings.straddle;
  const rightOn = (input: JsonObject) => ownField(policy(input as Input) as JsonObject, decides);
  return {
    name: name ?? `flips-at-${(field.toLowerCase().match(/[a-z0-9]+/g) ?? []).join('-')}`,
    kind: 'straddle',
    fields: [decides],
    settings: { field, decides, between: [least, greatest], step, policy: policy.toString() },
    twins(input) {
      if (typeof fieldOf(input, field) !== 'number') return { why: `the input has no number in "${field}"` };
      const at = (steps: number) => withField(input, field, rounded(least + steps * step));
      const border = borderOf((steps) => rightOn(at(steps)), Math.floor((greatest - least) / step + 1e-9));
      if (border === undefined) {
        return {
          why: `by the policy ${decides} is ${shown(rightOn(at(0)))} for every ${field} from ${shown(least)} to ${shown(greatest)}`,
        };
      }
      // A case at the border is one of the two itself, and its label says what is right there.
      const beside = [border, border + 1].filter((steps) => fieldOf(at(steps), field) !== fieldOf(input, field));
      return beside.map((steps) => ({ what: `${field} is ${shown(fieldOf(at(steps), field))}`, input: at(steps) }));
    },
    check(_source, twin, { comparators }) {
      const [came, wanted] = [ownField(twin.decision, decides), rightOn(twin.input)];
      if (sameValue(decides, came, wanted, comparators)) return [];
      return [{ code, field: decides, message: `${decides} is ${shown(came)}, and the policy says ${shown(wanted)}` }];
    },
  };
}

/** The last step before the value changes, found by halving; undefined where both ends have the same. */
function borderOf(valueAt: (steps: number) => JsonValue | undefined, last: number): number | undefined {
  const first = JSON.stringify(valueAt(0));
  if (last < 1 || JSON.stringify(valueAt(last)) === first) return undefined;
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (JSON.stringify(valueAt(middle)) === first) low = middle;
    else high = middle;
  }
  return low;
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
