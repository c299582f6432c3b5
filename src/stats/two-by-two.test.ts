import fc from 'fast-check';
import { expect, it } from 'vitest';
import { believed, exactTwoByTwo } from './two-by-two.ts';

it("is Fisher's exact test, as computed by hand", () => {
  // Tea: 3 of 4 against 1 of 4. P(3) = C(4,3) C(4,1) / C(8,4) = 16/70, P(4) = 1/70; two-sided 2 x 17/70.
  expect(exactTwoByTwo({ passes: 3, runs: 4 }, { passes: 1, runs: 4 })).toBeCloseTo(34 / 70, 12);
  // All against none of five: 2 / C(10,5).
  expect(exactTwoByTwo({ passes: 5, runs: 5 }, { passes: 0, runs: 5 })).toBeCloseTo(2 / 252, 12);
  expect(exactTwoByTwo({ passes: 0, runs: 5 }, { passes: 0, runs: 5 })).toBe(1);
  expect(exactTwoByTwo({ passes: 0, runs: 0 }, { passes: 3, runs: 5 })).toBe(1);
});

it('rejects at most as often as it says, whatever the rate', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 24 }), (one, other, passes) => {
      const all = Math.min(passes, one + other);
      let reached = 0;
      for (let first = Math.max(0, all - other); first <= Math.min(one, all); first += 1) {
        if (exactTwoByTwo({ passes: first, runs: one }, { passes: all - first, runs: other }) <= 0.05)
          reached += choose(one, first) * choose(other, all - first);
      }
      expect(reached / choose(one + other, all)).toBeLessThanOrEqual(0.05 + 1e-9);
    }),
  );
});

it('believes p values as Benjamini and Yekutieli do', () => {
  // Of three, 1 + 1/2 + 1/3 = 11/6: borders 0.05 x 6/11 x 1/3 = 0.00909, 0.01818, 0.02727.
  expect(believed([0.02, 0.009, 0.018], 0.05)).toEqual([true, true, true]);
  expect(believed([0.03, 0.009, 0.019], 0.05)).toEqual([false, true, false]);
  expect(believed([0.04, 0.04, 0.04], 0.05)).toEqual([false, false, false]);
  expect(believed([], 0.05)).toEqual([]);
});

function choose(from: number, chosen: number): number {
  let product = 1;
  for (let step = 1; step <= chosen; step += 1) product = (product * (from - chosen + step)) / step;
  return product;
}
