import { expect, test } from 'vitest';
import { amount, cost, count, counted, duration, estimatedShare, listed, money, percent, points, ratio } from './figures.ts';

test.each([
  [undefined, 'price unknown'],
  [0, '$0.00'],
  [0.00000001, '<$0.0001'],
  [0.00006, '$0.0001'],
  [0.0123, '$0.0123'],
  [0.1, '$0.10'],
  [0.5, '$0.50'],
  [36.714, '$36.71'],
  [1_234_567.5, '$1,234,567.50'],
])('%s dollars are %s', (value, text) => {
  expect(money(value)).toBe(text);
});

test('what no model was paid for is said to be a price', () => {
  expect(cost(36.71, 'live')).toBe('$36.71');
  expect([cost(36.71, 'simulated'), cost(0.0001, 'recorded'), cost(undefined, 'simulated')]).toEqual([
    '$36.71 if live',
    '$0.0001 if live',
    'price unknown',
  ]);
});

test.each([
  [Number.NaN, '–'],
  [0, '0 %'],
  [0.0001, '<1 %'],
  [0.125, '13 %'],
  [0.9999, '>99 %'],
  [1, '100 %'],
])('a share of %s is %s', (share, text) => {
  expect(percent(share)).toBe(text);
});

test('shares with bounds and differences of shares', () => {
  expect(estimatedShare({ value: 0.015, low: 0.005, high: 0.0434 })).toBe('1.5 % (0.5–4.3)');
  expect([points(0.125), points(-0.125), points(0)]).toEqual(['+12.5 pts', '−12.5 pts', '0 pts']);
});

test.each([
  [undefined, '–'],
  [0, '0 ms'],
  [0.04, '0 ms'],
  [9.96, '10 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h 0 min'],
])('%s milliseconds are %s', (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test('numbers, plurals and lists', () => {
  expect([count(999), count(1000), count(-1_234_567), count(999.5)]).toEqual(['999', '1,000', '-1,234,567', '1,000']);
  expect([counted(0, 'case'), counted(1, 'case'), counted(1000, 'case')]).toEqual(['0 cases', '1 case', '1,000 cases']);
  expect([ratio({ passes: 999, runs: 1000 }), ratio({ passes: 0, runs: 0 })]).toEqual(['999 of 1,000', 'not run']);
  expect([amount(139_700), amount(64.755), amount(-0.5), amount(0.1234567, 6)]).toEqual(['139,700', '64.76', '-0.5', '0.123457']);
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c']);
});
