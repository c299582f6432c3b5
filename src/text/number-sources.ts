import type { JsonValue } from '../contracts/json.ts';
import { type NumberKind, possibleNumbersIn, type SaidNumber } from './numbers-in.ts';

/** A number that somebody gave. */
export interface NumberSource {
  readonly value: number;
  readonly kind: NumberKind;
}

/** Digits from which a ratio is no coincidence. */
const tellingDigits = 3;
/** Room for binary fractions. */
const hair = 1e-9;

/** True for small counts, years and 100 %, which need no source. */
export function isAnybodys({ value, kind, text }: SaidNumber): boolean {
  if (value === 0 || (kind === 'percent' && value === 100)) return true;
  if (kind !== 'plain' || !/^\d+$/.test(text)) return false;
  return value <= 10 || (value >= 1900 && value <= 2100);
}

/** The numbers of a value, those in its texts too. */
export function numbersWithin(value: JsonValue): NumberSource[] {
  if (typeof value === 'number') return [{ value, kind: 'plain' }];
  if (typeof value === 'string') return possibleNumbersIn(value);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersWithin) : [];
}

/**
 * True where a number is one that was given, as it is or rounded, as a percentage or a fraction, a month's part of a year, a sum or difference of two of its kind, or
 * their ratio.
 */
export function isTraced(said: SaidNumber, sources: readonly NumberSource[]): boolean {
  const near = (value: number, step = said.step, times = 1) =>
    Math.abs(said.value * times - Math.abs(value)) <= (step * times) / 2 + hair * Math.max(1, Math.abs(value));
  const ofKind = sources.filter(({ kind }) => kind === said.kind || kind === 'plain' || said.kind === 'plain');
  if (ofKind.some(({ value }) => near(value))) return true;
  // 0.36 for 36 %, and the other way round; a month's part of a year's sum.
  if (said.kind === 'percent' && sources.some(({ value, kind }) => kind === 'plain' && near(value * 100))) return true;
  if (said.kind === 'plain' && said.value < 10 && sources.some(({ value, kind }) => kind === 'percent' && near(value, said.step, 100)))
    return true;
  if (said.kind !== 'percent' && ofKind.some(({ value, kind }) => kind !== 'percent' && (near(value * 12) || near(value / 12))))
    return true;
  return isDerived(said, ofKind, near);
}

/** Of two figures: their difference, their sum; and where it has digits enough, their ratio. */
function isDerived(said: SaidNumber, ofKind: readonly NumberSource[], near: (value: number) => boolean): boolean {
  const amounts = ofKind.filter(({ kind }) => said.kind === 'percent' || kind !== 'percent');
  const alike = pairsOf(amounts).filter(([one, other]) => one.kind === other.kind || one.kind === 'plain' || other.kind === 'plain');
  if (alike.some(([one, other]) => near(one.value - other.value) || near(one.value + other.value))) return true;
  const factor = said.kind === 'percent' ? 100 : 1;
  // A ratio in words is a percentage, a multiple, or has decimals.
  if (said.kind === 'money' || (said.kind === 'plain' && said.step >= 1)) return false;
  if (said.kind !== 'times' && said.digits < tellingDigits) return false;
  const counted = ofKind.filter(({ kind }) => kind !== 'percent');
  return pairsOf(counted).some(
    ([one, other]) =>
      (other.value !== 0 && near((factor * one.value) / other.value)) || (one.value !== 0 && near((factor * other.value) / one.value)),
  );
}

function pairsOf(sources: readonly NumberSource[]): (readonly [NumberSource, NumberSource])[] {
  return sources.flatMap((one, index) => sources.slice(index + 1).map((other) => [one, other] as const));
}
