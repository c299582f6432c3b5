import { describe, expect, it } from 'vitest';
import { numbersIn, possibleNumbersIn } from './numbers-in.ts';

const values = (text: string) => numbersIn(text).map(({ value, kind }) => [value, kind]);

describe('numbers are read as they are written', () => {
  it.each([
    ['$2,426.50 a month', [[2426.5, 'money']]],
    ['2.426,5 €', [[2426.5, 'money']]],
    ['a payment of 2.426,50', [[2426.5, 'plain']]],
    ['1.234.567,89 EUR', [[1_234_567.89, 'money']]],
    ['€ 1.234.567', [[1_234_567, 'money']]],
    ['EUR 2,426.50', [[2426.5, 'money']]],
    ["CHF 2'426.50", [[2426.5, 'money']]],
    ['2\u202f426,50 €', [[2426.5, 'money']]],
    ['2 426,50 €', [[2426.5, 'money']]],
    [
      '$3,000.00 740 apples',
      [
        [3000, 'money'],
        [740, 'plain'],
      ],
    ],
    ['₹12,34,567', [[1_234_567, 'money']]],
    ['45,5 %', [[45.5, 'percent']]],
    ['2,4 million dollars', [[2_400_000, 'money']]],
    ['$0.004 a run', [[0.004, 'money']]],
    [
      '1.5e-3 and 2e6',
      [
        [0.0015, 'plain'],
        [2_000_000, 'plain'],
      ],
    ],
    [
      'between 580-620 points, 1,234 runs',
      [
        [580, 'plain'],
        [620, 'percent'],
        [1234, 'plain'],
      ],
    ],
    ['ratio 2.426', [[2.426, 'plain']]],
    ['$1,234,567.', [[1_234_567, 'money']]],
    [
      '300,000, 45 and 7',
      [
        [300_000, 'plain'],
        [45, 'plain'],
        [7, 'plain'],
      ],
    ],
  ])('%s', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });
});

describe('what can be read in several ways is no number that somebody could be blamed for, and a source in each of its readings', () => {
  it.each([
    ['€2.426', [2.426, 2426]],
    ['$2.426', [2.426, 2426]],
    ['terms of 45,5', [45.5, 45, 5]],
    ['[1200,340]', [1200.34, 1200, 340]],
    ['1,2,3', [1, 2, 3]],
    ['2.426 at 2.426,50', [2.426, 2426, 2426.5]],
    ['1,234 at 45,5 %', [1234, 1.234, 45.5]],
    ['2 426 runs', [2426, 2, 426]],
    ['740 670 580', [740670580, 740, 670, 580]],
    ['as of 2024-11-25', [2024, 11, 25]],
    ['on 25.11.2024', [25.11, 2024, 25, 11]],
    ['at 10:45', [10, 45]],
    ['version 1.234.567', [1_234_567, 1.234, 567, 1, 234]],
    ['0,500', [0.5, 0, 500]],
  ])('%s', (text, readings) => {
    expect(possibleNumbersIn(text).map(({ value }) => value)).toEqual(readings);
    expect(numbersIn(text).every(({ value }) => [2426.5, 45.5].includes(value))).toBe(true);
  });
});

it('the last digit says how exactly', () => {
  expect(numbersIn('2.426,5 €')[0]).toMatchObject({ step: 0.1, digits: 5, text: '2.426,5 €', index: 0 });
  expect(numbersIn('about $2,300')[0]).toMatchObject({ step: 100 });
  expect(numbersIn('1.25e3')[0]?.step).toBeCloseTo(10);
});
