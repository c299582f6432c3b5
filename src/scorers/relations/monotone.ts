import type { JsonValue } from '../../contracts/json.ts';
import { ownField } from '../../contracts/own-field.ts';
import type { MonotoneDirection } from '../../contracts/redaction.ts';
import { type DecidedInput, type Relation, relationFindings } from '../../contracts/relation.ts';
import type { Finding } from '../../contracts/score.ts';
import { shown } from '../score.ts';
import { fieldOf, withField } from './input-field.ts';
import { nothingCompared } from './same-decision.ts';

export interface MonotoneOptions {
  /** When not given made of the field: `more-annual-income-never-hurts`. */
  readonly name?: string;
  /** A number of the input, by its path. */
  readonly field: string;
  /** Which way it pushes the decision while all else stays equal. */
  readonly direction: MonotoneDirection;
  /** How far the twins are away, in the field's own unit; a tenth of its value when not given. */
  readonly step?: number;
  /** The decision field that must not get worse; the one that says what was decided when not given. */
  readonly decides?: string;
  /** Its values from the worst to the best; false and true when not given. */
  readonly order?: readonly JsonValue[];
  /** Numbers of the decision that must not fall when the input gets better. */
  readonly amounts?: readonly string[];
  /** Largest fall of an amount that is none, in its own unit. */
  readonly tolerance?: number;
}

/** A better input never gets a worse decision: two twins, one a step better and one a step worse. */
export function monotone({
  field,
  direction,
  step,
  decides,
  order = [false, true],
  amounts = [],
  tolerance = 0.01,
  name,
}: MonotoneOptions): Relation {
  const better = direction === 'higher-approves' ? 1 : -1;
  const named = [...(decides === undefined ? [] : [decides]), ...amounts];
  const code = relationFindings.monotone;
  const placeOf = ({ input }: DecidedInput) => better * Number(fieldOf(input, field));
  return {
    name: name ?? `${better > 0 ? 'more' : 'less'}-${(field.toLowerCase().match(/[a-z0-9]+/g) ?? []).join('-')}-never-hurts`,
    kind: 'monotone',
    ...(named.length > 0 ? { fields: named } : {}),
    settings: {
      field,
      direction,
      order: [...order],
      amounts: [...amounts],
      tolerance,
      ...(step === undefined ? {} : { step }),
      ...(decides === undefined ? {} : { decides }),
    },
    twins(input) {
      const now = fieldOf(input, field);
      if (typeof now !== 'number') return { why: `the input has no number in "${field}"` };
      const by = stepFrom(now, step);
      if (by === 0) return { why: `"${field}" is ${now}, and a tenth of that is no step; give the relation a "step"` };
      return [by, -by].map((change) => ({
        what: `${field} is ${shown(rounded(now + change))} in place of ${shown(now)}`,
        input: withField(input, field, rounded(now + change)),
      }));
    },
    check(source, twin, { approvalField }) {
      const [worse, other] = placeOf(source) < placeOf(twin) ? [source, twin] : [twin, source];
      const which = (one: DecidedInput) => `with ${field} ${shown(fieldOf(one.input, field))}`;
      const values = (key: string) => [ownField(worse.decision, key), ownField(other.decision, key)] as const;
      const wrong = (key: string, why: string): Finding => ({ code, field: key, message: `${key} is ${why}` });
      const told = (key: string) => {
        const [low, high] = values(key);
        return wrong(key, `${shown(low)} ${which(worse)}, and ${shown(high)} ${which(other)}`);
      };
      const key = decides ?? approvalField;
      if (key === undefined && amounts.length === 0) throw nothingCompared('"decides" or "amounts"');
      const [low, high] = key === undefined ? [] : values(key);
      const ranks = [low, high].map((value) => order.indexOf(value as JsonValue));
      const decision = key === undefined ? [] : ranks.includes(-1) || Number(ranks[0]) > Number(ranks[1]) ? [told(key)] : [];
      const fallen = amounts.filter((amount) => {
        const [before, after] = values(amount);
        return typeof before !== 'number' || typeof after !== 'number' || after < before - tolerance - 1e-9;
      });
      return [...decision, ...fallen.map(told)];
    },
  };
}

function stepFrom(now: number, step: number | undefined): number {
  if (step !== undefined) return Math.abs(step);
  const tenth = Math.abs(now) / 10;
  return Number.isInteger(now) && tenth >= 1 ? Math.round(tenth) : rounded(tenth);
}

/** What binary fractions leave behind is no part of an amount. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
