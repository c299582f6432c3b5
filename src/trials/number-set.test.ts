import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NumberSet } from './number-set.ts';

it('holds what a set holds, in whatever order it came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 120 }), (numbers) => {
      const [ours, plain] = [new NumberSet(), new Set<number>()];
      for (const number of numbers) {
        expect(ours.add(number)).toBe(!plain.has(number));
        plain.add(number);
      }
      expect(ours.size).toBe(plain.size);
      for (let number = 0; number <= 41; number += 1) expect(ours.has(number)).toBe(plain.has(number));
      const inRanges = [...ours.ranges()].flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      expect(inRanges).toEqual([...plain].sort((one, other) => one - other));
    }),
  );
});

it('keeps neighbours as one range, from whichever side they come', () => {
  const numbers = new NumberSet();
  for (const number of [1, 3, 5, 4, 2, 7]) numbers.add(number);
  expect([...numbers.ranges()]).toEqual([
    { first: 1, last: 5 },
    { first: 7, last: 7 },
  ]);
});
