import fc from 'fast-check';
import { expect, test } from 'vitest';
import { triesFor, upperBound } from './binomial-bound.ts';
import { cohensKappa } from './kappa.ts';

test('the upper bound is that of Clopper and Pearson', () => {
  // Without a hit 1 - 0.05^(1/n); the others from tables of the beta distribution, 0.95 quantile of Beta(k + 1, n - k).
  for (const [count, of, bound] of [
    [0, 30, 1 - 0.05 ** (1 / 30)],
    [0, 1, 0.95],
    [1, 10, 0.39416],
    [2, 20, 0.28262],
    [5, 10, 0.77756],
    [10, 10, 1],
    [0, 0, 1],
  ] as const)
    expect(upperBound(count, of)).toBeCloseTo(bound, 4);
});

test('so many tries without a hit, and no fewer, bring the bound to a share', () => {
  expect([0.1, 0.05, 0.01, 0.5].map((share) => triesFor(share))).toEqual([29, 59, 299, 5]);
  fc.assert(
    fc.property(fc.double({ min: 0.005, max: 0.9, noNaN: true }), (share) => {
      const tries = triesFor(share);
      return upperBound(0, tries) <= share + 1e-9 && (tries === 1 || upperBound(0, tries - 1) > share - 1e-9);
    }),
  );
});

test('a bound is no smaller than what was seen, and shrinks with more of the same', () => {
  const seen = fc.integer({ min: 1, max: 300 }).chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)));
  fc.assert(
    fc.property(
      seen,
      ([count, of]) => upperBound(count, of) >= count / of && upperBound(2 * count, 2 * of) <= upperBound(count, of) + 1e-9,
    ),
  );
});

test("Cohen's kappa by hand", () => {
  // 20 and 15 of 50 alike; 25 and 30 passed: chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5; kappa (0.7 - 0.5) / 0.5 = 0.4.
  const kappa = cohensKappa({ bothPass: 20, bothFail: 15, onlyFirst: 5, onlySecond: 10 });
  expect(kappa?.value).toBeCloseTo(0.4, 10);
  // 1.96 sqrt(0.7 x 0.3 / 50) / 0.5 = 0.254.
  expect(kappa?.low).toBeCloseTo(0.146, 3);
  expect(kappa?.high).toBeCloseTo(0.654, 3);
  expect(cohensKappa({ bothPass: 5, bothFail: 5, onlyFirst: 0, onlySecond: 0 })?.value).toBe(1);
  expect(cohensKappa({ bothPass: 0, bothFail: 0, onlyFirst: 5, onlySecond: 5 })?.value).toBeCloseTo(-1, 10);
  expect(cohensKappa({ bothPass: 9, bothFail: 0, onlyFirst: 0, onlySecond: 0 })).toBeUndefined();
  expect(cohensKappa({ bothPass: 0, bothFail: 0, onlyFirst: 0, onlySecond: 0 })).toBeUndefined();
});
