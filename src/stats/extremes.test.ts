import { expect, test } from 'vitest';
import { largestOf, smallestOf } from './extremes.ts';

test('the smallest and the largest of any number of values', () => {
  const many = Array.from({ length: 500_000 }, (_, index) => (index * 7919) % 500_000);
  expect([smallestOf(many), largestOf(many)]).toEqual([0, 499_999]);
  expect([smallestOf([]), largestOf([])]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect(smallestOf([3, Number.NaN])).toBeNaN();
});
