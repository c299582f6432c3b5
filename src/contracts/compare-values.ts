import { canonicalJson } from './canonical-json.ts';
import type { Comparator, Comparators } from './comparator.ts';
import { dateIn, sameDate, sameDay } from './date-value.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { deepestJson } from './json-depth.ts';
import { moneyIn } from './money-value.ts';
import { ownField } from './own-field.ts';

/** Where two values are not the same. */
export interface ValueDifference {
  /** `payout.amount`, `items.2.price`; the field itself where the whole of it differs. */
  readonly path: string;
  /** Undefined where that side has nothing there. */
  readonly actual: JsonValue | undefined;
  readonly expected: JsonValue | undefined;
  /** What more there is to say, as a clause: `which is no date`. */
  readonly note?: string;
}

/** More differences than this are not looked for. */
const mostDifferences = 5;

/**
 * Where the values of a field differ: the one comparison of decisions, wherever two are held against each other. Objects are the same whatever order
 * their keys have, dates and money with its currency by what they say and not by how they are written; comparators say otherwise, by path.
 * @returns nothing when they are the same; the first few differences otherwise
 */
export function differencesIn(
  field: string,
  actual: JsonValue | undefined,
  expected: JsonValue | undefined,
  comparators: Comparators = {},
): ValueDifference[] {
  const found: ValueDifference[] = [];
  if (ownField(comparators, field) === 'ignore') return found;
  if ([actual, expected].some(nestsTooDeep)) {
    return [{ path: field, actual: undefined, expected: undefined, note: `nests deeper than ${deepestJson} levels, or holds itself` }];
  }
  compare({ comparators, found }, [field], [field], actual, expected);
  return found;
}

/** True when two values of a field are the same. */
export function sameValue(
  field: string,
  actual: JsonValue | undefined,
  expected: JsonValue | undefined,
  comparators: Comparators = {},
): boolean {
  // Nearly always, and a comparison of texts is all that it takes.
  if (actual === expected && typeof actual !== 'object' && typeof ownField(comparators, field) !== 'function') return true;
  return differencesIn(field, actual, expected, comparators).length === 0;
}

interface Comparison {
  readonly comparators: Comparators;
  readonly found: ValueDifference[];
}

/** @param pattern the path with `*` for every item of a list */
function compare(
  comparison: Comparison,
  path: readonly string[],
  pattern: readonly string[],
  actual: JsonValue | undefined,
  expected: JsonValue | undefined,
): void {
  const { comparators, found } = comparison;
  if (found.length >= mostDifferences) return;
  const comparator = ownField(comparators, pattern.join('.'));
  if (comparator === 'ignore') return;
  const differ = (note?: string) => void found.push({ path: path.join('.'), actual, expected, ...(note === undefined ? {} : { note }) });
  if (actual === undefined || expected === undefined) {
    if (actual !== expected) differ();
    return;
  }
  if (typeof comparator === 'function') {
    if (!ownAnswer(comparator, path, actual, expected)) differ();
    return;
  }
  const said = byComparator(comparison, comparator, pattern, actual, expected);
  if (said !== undefined) {
    if (said !== true) differ(said === false ? undefined : said);
    return;
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    if (actual.length !== expected.length) {
      differ();
      return;
    }
    for (const [index, item] of actual.entries()) compare(comparison, [...path, String(index)], [...pattern, '*'], item, expected[index]);
    return;
  }
  if (isObject(actual) && isObject(expected)) {
    const money = [moneyIn(actual), moneyIn(expected)];
    if (money[0] && money[1]) {
      if (!sameMoney(money[0], money[1])) differ();
      return;
    }
    for (const key of new Set([...Object.keys(actual), ...Object.keys(expected)]))
      compare(comparison, [...path, key], [...pattern, key], ownField(actual, key), ownField(expected, key));
    return;
  }
  if (!sameScalar(actual, expected)) differ();
}

/** True or false, or what is wrong; undefined where the values are to be compared as they are. */
function byComparator(
  comparison: Comparison,
  comparator: Exclude<Comparator, (...values: never[]) => unknown> | undefined,
  pattern: readonly string[],
  actual: JsonValue,
  expected: JsonValue,
): boolean | string | undefined {
  if (comparator === undefined || comparator === 'exact' || comparator === 'ignore') return undefined;
  if (comparator === 'set') return sameSet(comparison, pattern, actual, expected);
  if (comparator === 'money') return asMoney(actual, expected);
  if (comparator === 'date') return asDate(actual, expected);
  if ('tolerance' in comparator) return within(comparator.tolerance, actual, expected);
  const isListed = (value: JsonValue) => comparator.oneOf.some((each) => same(each, value));
  return same(actual, expected) || (isListed(actual) && isListed(expected));
}

function ownAnswer(
  comparator: (actual: JsonValue, expected: JsonValue) => unknown,
  path: readonly string[],
  actual: JsonValue,
  expected: JsonValue,
) {
  const answer = comparator(actual, expected);
  if (typeof answer === 'boolean') return answer;
  if (answer instanceof Promise) answer.catch(() => {});
  throw new TypeError(
    `the comparator of ${path.join('.')} returned ${answer instanceof Promise ? 'a promise' : JSON.stringify(answer)}. Expected true or false`,
  );
}

function sameSet(comparison: Comparison, pattern: readonly string[], actual: JsonValue, expected: JsonValue): boolean | string {
  if (!Array.isArray(actual) || !Array.isArray(expected)) return same(actual, expected) || 'which is no list';
  const texts = [new Set(actual.map(textOf)), new Set(expected.map(textOf))] as const;
  const agrees = (one: JsonValue, other: JsonValue) => {
    const found: ValueDifference[] = [];
    compare({ ...comparison, found }, ['*'], [...pattern, '*'], one, other);
    return found.length === 0;
  };
  const covers = (items: readonly JsonValue[], others: readonly JsonValue[], known: ReadonlySet<string>) =>
    items.every((item) => known.has(textOf(item)) || others.some((other) => agrees(item, other)));
  return covers(actual, expected, texts[1]) && covers(expected, actual, texts[0]);
}

/** NaN is no JSON, and would be null. */
function textOf(value: JsonValue): string {
  return Number.isNaN(value) ? 'NaN' : canonicalJson(value);
}

function asMoney(actual: JsonValue, expected: JsonValue): boolean | string {
  const [came, wanted] = [moneyIn(actual), moneyIn(expected)];
  if (!came || !wanted) return same(actual, expected) || (came ? 'and the expected amount cannot be read' : 'which is no amount of money');
  if (came.currency !== undefined && wanted.currency !== undefined && came.currency !== wanted.currency)
    return `another currency (${came.currency}, not ${wanted.currency})`;
  return sameNumber(came.amount, wanted.amount);
}

function sameMoney(
  one: { amount: number; currency: string | undefined },
  other: { amount: number; currency: string | undefined },
): boolean {
  return one.currency === other.currency && sameNumber(one.amount, other.amount);
}

function asDate(actual: JsonValue, expected: JsonValue): boolean | string {
  const [came, wanted] = [dateIn(actual), dateIn(expected)];
  if (!came || !wanted) return same(actual, expected) || (came ? 'and the expected date cannot be read' : 'which is no date');
  return sameDay(came, wanted);
}

function within(tolerance: number, actual: JsonValue, expected: JsonValue): boolean | string {
  if (typeof actual === 'number' && typeof expected === 'number') return sameNumber(actual, expected, tolerance);
  return same(actual, expected) || (typeof actual === 'number' ? 'and the expected value is no number' : 'which is no number');
}

/** Numbers are compared with a little room for binary fractions: 0.3 - 0.2 is not more than 0.1. NaN is the same as nothing. */
function sameNumber(one: number, other: number, tolerance = 0): boolean {
  return one === other || Math.abs(one - other) <= tolerance + 1e-9;
}

function sameScalar(actual: JsonValue, expected: JsonValue): boolean {
  if (typeof actual === 'number' && typeof expected === 'number') return sameNumber(actual, expected);
  if (actual === expected) return true;
  if (typeof actual !== 'string' || typeof expected !== 'string') return false;
  const dates = [dateIn(actual), dateIn(expected)];
  if (dates[0] && dates[1]) return sameDate(dates[0], dates[1]);
  const money = [moneyIn(actual), moneyIn(expected)];
  // Without a currency it may be anything: an order number, a version.
  return money[0]?.currency !== undefined && money[1]?.currency !== undefined && sameMoney(money[0], money[1]);
}

function same(one: JsonValue, other: JsonValue): boolean {
  const found: ValueDifference[] = [];
  compare({ comparators: {}, found }, [''], [''], one, other);
  return found.length === 0;
}

/** No recursion, and no further than the first place that is too deep: a value may hold itself, several times. */
function nestsTooDeep(whole: JsonValue | undefined): boolean {
  if (typeof whole !== 'object' || whole === null) return false;
  const open: { readonly value: object; readonly depth: number }[] = [{ value: whole, depth: 1 }];
  for (let place = open.pop(); place; place = open.pop()) {
    if (place.depth > deepestJson) return true;
    for (const member of Object.values(place.value) as unknown[])
      if (typeof member === 'object' && member !== null) open.push({ value: member, depth: place.depth + 1 });
  }
  return false;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
