import { expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

test.each([
  ['aproved', ['approved', 'amount'], ' Did you mean "approved"?'],
  ['Amount', ['approved', 'amount'], ' Did you mean "amount"?'],
  ['v22', ['v1', 'v2'], ' Known: v1, v2.'],
  ['monthly_paymnet', ['monthly_payment', 'max_loan'], ' Did you mean "monthly_payment"?'],
  ['colour', ['approved', 'amount'], ' Known: approved, amount.'],
  ['v9', ['v1', 'v2'], ' Known: v1, v2.'],
  ['anything', [], ' There are none.'],
])('%s among %j', (name, known, said) => {
  expect(didYouMean(name, known)).toBe(said);
});

test('a long list of names is cut', () => {
  const names = Array.from({ length: 20 }, (_, index) => `case-number-${'abcdefghijklmnopqrst'[index]}`);
  expect(didYouMean('something-else-entirely', names)).toMatch(/^ Known: case-number-a, .*case-number-l and 8 more\.$/);
});
