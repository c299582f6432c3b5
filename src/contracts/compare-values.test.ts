import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Comparator, comparatorFault } from './comparator.ts';
import { differencesIn, sameValue } from './compare-values.ts';
import type { JsonObject, JsonValue } from './json.ts';

const same = (actual: JsonValue, expected: JsonValue, comparator?: Comparator) =>
  sameValue('field', actual, expected, comparator === undefined ? {} : { field: comparator });

describe('without a comparator values are the same by what they say', () => {
  test.each<readonly [JsonValue, JsonValue]>([
    [
      { a: 1, b: { c: [1, 2], d: null } },
      { b: { d: null, c: [1, 2] }, a: 1 },
    ],
    [0.1 + 0.2, 0.3],
    ['2026-03-01T09:30:00Z', '2026-03-01T10:30:00+01:00'],
    ['2026-03-01T09:30:00.000Z', '2026-03-01T09:30Z'],
    ['2026-03-01T09:30:00', '2026-03-01 09:30'],
    ['2026-03-01', '2026-03-01T00:00:00Z'],
    ['$1,250.00', '1250 USD'],
    ['1.250,50 €', 'EUR 1250.5'],
    [
      { amount: 1250, currency: 'USD' },
      { currency: 'usd', amount: '1,250.00' },
    ],
    [{ payout: { value: 10, currency: '€' } }, { payout: { amount: 10, currency: 'EUR' } }],
    [{ due: ['2026-03-01T00:00:00Z'] }, { due: ['2026-03-01'] }],
  ])('%j and %j', (actual, expected) => {
    expect([same(actual, expected), same(expected, actual)]).toEqual([true, true]);
  });
  test.each<readonly [JsonValue, JsonValue]>([
    [{ a: 1 }, { a: 1, b: null }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [[1], [1, 1]],
    [[], {}],
    [null, 0],
    ['1', 1],
    [true, 'true'],
    ['2026-03-01', '2026-03-02'],
    ['2026-03-01T23:30:00-01:00', '2026-03-01'],
    ['2026-03-01T09:30:00', '2026-03-01T09:30:00Z'],
    // Neither is a day, so they are texts.
    ['2026-02-30', '2026-03-02'],
    ['$100', '100 CAD'],
    ['$100', '$100.01'],
    ['INV 100', 'inv 100.00'],
    ['1250.00', '1250'],
    [
      { amount: 10, currency: 'USD' },
      { amount: 10, currency: 'EUR' },
    ],
    [
      { amount: 10, currency: 'USD', fee: 1 },
      { amount: 10, currency: 'USD', fee: 2 },
    ],
    [Number.NaN, Number.NaN],
    [Number.NaN, 1],
  ])('not %j and %j', (actual, expected) => {
    expect([same(actual, expected), same(expected, actual)]).toEqual([false, false]);
  });
});

describe('a comparator says otherwise', () => {
  test.each<readonly [Comparator, JsonValue, JsonValue, boolean]>([
    [{ tolerance: 1 }, 10, 11, true],
    [{ tolerance: 1 }, 10, 11.01, false],
    [{ tolerance: 0.1 }, 0.3, 0.2, true],
    [{ tolerance: 5 }, null, null, true],
    [{ tolerance: 5 }, null, 3, false],
    [{ tolerance: 5 }, 'about 3', 3, false],
    [{ tolerance: 5 }, Number.NaN, 3, false],
    ['set', ['b', 'a', 'a'], ['a', 'b'], true],
    ['set', [{ x: 1, y: 2 }], [{ y: 2, x: 1 }], true],
    ['set', ['a'], ['a', 'b'], false],
    ['set', ['a', 'c'], ['a', 'b'], false],
    ['set', 'a', ['a'], false],
    ['set', [], [], true],
    ['set', [Number.NaN], [null], false],
    ['money', '$1,250', 1250, true],
    ['money', '1250.00', '1250', true],
    ['money', { amount: 5, currency: 'EUR' }, '5,00 €', true],
    ['money', '100 EUR', '100 USD', false],
    ['money', '$100 EUR', 100, false],
    ['money', '1.250', 1250, false],
    ['money', 'a lot', 100, false],
    ['money', '-$5', -5, true],
    ['money', '($5)', -5, false],
    ['money', null, null, true],
    ['date', '2026-03-01T23:30:00-01:00', '2026-03-01', true],
    ['date', '2026-03-01T00:00:00Z', '2026-03-02', false],
    ['date', '2026-02-30', '2026-03-02', false],
    ['date', 'tomorrow', '2026-03-02', false],
    ['date', '2024-02-29', '2024-02-29T12:00:00', true],
    [{ oneOf: ['refer', 'escalate'] }, 'refer', 'escalate', true],
    [{ oneOf: ['refer', 'escalate'] }, 'deny', 'escalate', false],
    [{ oneOf: ['refer', 'escalate'] }, 'refer', 'approve', false],
    [{ oneOf: ['refer', 'escalate'] }, 'approve', 'approve', true],
    ['ignore', 'anything', 3, true],
    ['exact', 1, 1, true],
    [(one, other) => String(one).toLowerCase() === String(other).toLowerCase(), 'YES', 'yes', true],
    [() => false, 1, 1, false],
  ])('%j of %j and %j is %j', (comparator, actual, expected, wanted) => {
    expect(same(actual, expected, comparator)).toBe(wanted);
  });

  test('of a field within a field and of every item of a list, by path', () => {
    const comparators = {
      'payout.amount': { tolerance: 1 },
      'items.*.note': 'ignore',
      'items.*.tags': 'set',
      'payout.at': 'ignore',
    } as const;
    const decided = { amount: 10.5, at: 1, to: 'A' };
    expect(sameValue('payout', decided, { amount: 10, to: 'A' }, comparators)).toBe(true);
    expect(differencesIn('payout', { ...decided, amount: 12, to: 'B' }, { amount: 10, to: 'A' }, comparators)).toEqual([
      { path: 'payout.amount', actual: 12, expected: 10 },
      { path: 'payout.to', actual: 'B', expected: 'A' },
    ]);
    const item = (note: string, ...tags: string[]) => ({ note, tags });
    expect(sameValue('items', [item('x', 'a', 'b')], [item('y', 'b', 'a')], comparators)).toBe(true);
    expect(differencesIn('items', [item('x', 'a')], [item('y', 'b')], comparators)).toEqual([
      { path: 'items.0.tags', actual: ['a'], expected: ['b'] },
    ]);
  });

  test('an own function that is no comparator is told with the field', () => {
    const promising = (() => Promise.resolve(true)) as unknown as Comparator;
    expect(() => same(1, 2, promising)).toThrow('the comparator of field returned a promise. Expected true or false');
    expect(() => same(1, 2, (() => undefined) as unknown as Comparator)).toThrow('returned undefined');
  });
});

test('names of what every object inherits are names like others', () => {
  const odd = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "toString": null}') as JsonObject;
  const other = JSON.parse('{"toString": null, "constructor": 2, "__proto__": {"x": 1}}') as JsonObject;
  expect(same(odd, other)).toBe(true);
  expect(differencesIn('field', odd, JSON.parse('{"__proto__": {"x": 2}, "constructor": 2, "toString": null}'))).toEqual([
    { path: 'field.__proto__.x', actual: 1, expected: 2 },
  ]);
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) expect(sameValue(name, 1, 2)).toBe(false);
});

test('what holds itself or nests too deep is the same as nothing, and is said to', () => {
  const circle: JsonObject = { a: 1 };
  circle.self = circle;
  circle.again = [circle, circle];
  let deep: JsonValue = 1;
  for (let depth = 0; depth < 200_000; depth += 1) deep = [deep];
  for (const value of [circle, deep]) {
    expect(differencesIn('field', value, value)).toMatchObject([{ path: 'field', note: 'nests deeper than 128 levels, or holds itself' }]);
    expect(same(value, 1)).toBe(false);
    expect(same(value, value, 'set')).toBe(false);
    expect(same(value, value, 'ignore')).toBe(true);
  }
});

test('only the first few differences are looked for', () => {
  const wide = (value: number) => Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`f${index}`, value]));
  expect(differencesIn('field', wide(1), wide(2))).toHaveLength(5);
});

const json = fc.jsonValue({ depthSize: 'small', maxDepth: 4 }) as fc.Arbitrary<JsonValue>;

test('any JSON is the same as itself with its keys in another order, both ways round alike, and a set as its shuffled self', () => {
  const turned = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(turned);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, member]) => [key, turned(member)]),
    );
  };
  fc.assert(fc.property(json, (value) => same(turned(value), value)));
  fc.assert(fc.property(json, json, (one, other) => same(one, other) === same(other, one)));
  fc.assert(fc.property(fc.array(json, { maxLength: 8 }), (list) => same([...list].reverse(), list, 'set')));
});

test.each<readonly [unknown, string | undefined]>([
  ['set', undefined],
  [{ tolerance: 0 }, undefined],
  [{ oneOf: ['a', 'b'] }, undefined],
  [() => true, undefined],
  ['almost', 'is "almost", which is no comparator. Expected one of: "exact", "set", "money", "date", "ignore"'],
  ['tolerance', 'is "tolerance", which is no comparator'],
  [{ tolerance: Number.NaN }, 'has the tolerance NaN. Expected a number from 0.'],
  [{ tolerance: -1 }, 'has the tolerance -1'],
  [{ tolerance: '1 %' }, 'has the tolerance "1 %"'],
  [{ tolerance: 1, oneOf: [] }, 'which is no comparator'],
  [{ oneOf: 'refer' }, 'has oneOf: "refer". Expected a list of at least two values.'],
  [{ oneOf: ['refer'] }, 'Expected a list of at least two values'],
  [{}, 'which is no comparator'],
  [null, 'is null, which is no comparator'],
  [async () => true, 'is an async function'],
  [function* () {}, 'is a generator function'],
])('what is a comparator: %j', (value, fault) => {
  if (fault === undefined) expect(comparatorFault(value)).toBeUndefined();
  else expect(comparatorFault(value)).toContain(fault);
});
