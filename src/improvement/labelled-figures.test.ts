import { expect, it } from 'vitest';
import { labelledFigures, mayMean, says, within, wordsOf } from './labelled-figures.ts';

const told = (text: string) => labelledFigures(text).map(({ label, value, unit }) => [label, value, unit]);

it('reads the figures of prose by the words before each', () => {
  expect(told('DTI: 45.0% (monthly debt: $3,750, monthly income: $8,333)')).toEqual([
    ['DTI', 45, 'percent'],
    ['monthly debt', 3750, 'money'],
    ['monthly income', 8333, 'money'],
  ]);
  expect(told('Score 745: Excellent. Max DTI: 45%. Rate: 6.5%')).toEqual([
    ['Score', 745, 'plain'],
    ['Max DTI', 45, 'percent'],
    ['Rate', 6.5, 'percent'],
  ]);
  expect(told('Arrival delay is 47 minutes; compensation = €250.00')).toEqual([
    ['Arrival delay is', 47, 'plain'],
    ['compensation', 250, 'money'],
  ]);
});

it('takes all figures of a calculation for what stands before its colon, arithmetic in brackets too', () => {
  expect(told('Fee: ($100.00 + $20.00) x 2 = $240.00, over $200: refuse').map(([label, value]) => [label, value])).toEqual([
    ['Fee', 100],
    ['Fee', 20],
    ['Fee', 2],
    ['Fee', 240],
    ['over', 200],
  ]);
});

it('reads structured output by its keys, words too', () => {
  expect(told('{"payout": {"value": 750.5, "due": "2026-02-01"}, "covered": true}')).toEqual([
    ['payout.value', 750.5, 'number'],
    ['payout.due', '2026-02-01', 'text'],
    ['covered', 'yes', 'flag'],
  ]);
});

it('reads the figures in texts of structured output, by their keys and by their own words', () => {
  const figures = (text: string) =>
    labelledFigures(text)
      .filter(({ unit }) => unit !== 'text')
      .map(({ words, value, period }) => [words.join(' '), value, period]);
  expect(figures('{"monthly_payment": "$2,426.50 a month", "max_loan": "up to 200.000,00 €", "eligible": "Yes"}')).toEqual([
    ['monthly payment', 2426.5, 'month'],
    ['max loan', 200_000, undefined],
    ['eligible', 'yes', undefined],
  ]);
  expect(figures('{"note": "DTI: 45.0% (monthly debt: $3,750)", "loan": "36 months"}')).toEqual([
    ['dti', 45, undefined],
    ['monthly debt', 3750, 'month'],
    ['loan months', 36, undefined],
  ]);
  expect(figures('Affordable: no. Income: $100,000 a year')).toEqual([
    ['affordable', 'no', undefined],
    ['income', 100_000, 'year'],
  ]);
});

it('knows names that can mean one thing', () => {
  expect(mayMean(wordsOf('Max DTI'), wordsOf('maximum DTI'))).toBe(true);
  expect(mayMean(wordsOf('DTI'), wordsOf('Post-loan DTI'))).toBe(true);
  expect(mayMean(wordsOf('Post-loan DTI'), wordsOf('maximum DTI'))).toBe(false);
  expect(within(wordsOf('maxLoan'), wordsOf('the maximum loans'))).toBe(true);
  expect(mayMean(wordsOf('monthly income'), wordsOf('monthly_payment'))).toBe(false);
});

it('compares as exactly as a figure is written', () => {
  const [figure] = labelledFigures('DTI: 47.8%');
  expect(figure && [says(figure, 47.78), says(figure, 47.85), says(figure, 47.86), says(figure, 64.8)]).toEqual([true, true, false, false]);
});
