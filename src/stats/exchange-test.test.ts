import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exchangeTest } from './exchange-test.ts';
import { holmCorrected } from './holm.ts';
import { meanDifference, studentQuantile } from './paired-difference.ts';
import { seededRandom } from './random.ts';

test('two groups that differ in each of ten strata: two of the 1,024 deals show as much', () => {
  const strata = Array.from({ length: 10 }, () => [[1], [0]]);
  expect(exchangeTest(strata, 2, 20_000, seededRandom(1))).toBeCloseTo(2 / 1024, 3);
});

test('one stratum of two and two: two of six deals', () => {
  expect(
    exchangeTest(
      [
        [
          [1, 1],
          [0, 0],
        ],
      ],
      2,
      20_000,
      seededRandom(2),
    ),
  ).toBeCloseTo(1 / 3, 2);
});

test('where nothing differs, or strata differ and groups do not, p is 1', () => {
  expect(exchangeTest([[[1, 1], [1]]], 2, 100, seededRandom(1))).toBe(1);
  expect(
    exchangeTest(
      [
        [[5], [5]],
        [[9], [9]],
      ],
      2,
      100,
      seededRandom(1),
    ),
  ).toBe(1);
  expect(exchangeTest([], 2, 100, seededRandom(1))).toBe(1);
});

test('without an effect p is at most alpha in no more than a share of alpha of all worlds', () => {
  const random = seededRandom(7);
  let rejected = 0;
  const worlds = 300;
  for (let world = 0; world < worlds; world += 1) {
    const strata = Array.from({ length: 8 }, () => {
      const rate = random();
      return [0, 1, 2].map(() => Array.from({ length: 3 }, () => (random() < rate ? 1 : 0)));
    });
    if (exchangeTest(strata, 3, 99, random) <= 0.05) rejected += 1;
  }
  // 5 % and four standard errors.
  expect(rejected / worlds).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / worlds));
});

test("Holm's correction, by hand", () => {
  expect(holmCorrected([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
  expect(holmCorrected([0.5, 0.9])).toEqual([1, 1]);
  expect(holmCorrected([])).toEqual([]);
});

test('a corrected p is never below its own, nor above one, and keeps the order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
      const corrected = holmCorrected(pValues);
      for (const [index, p] of pValues.entries()) {
        expect(corrected[index]).toBeGreaterThanOrEqual(p);
        expect(corrected[index]).toBeLessThanOrEqual(1);
        for (const [other, q] of pValues.entries()) if (p < q) expect(corrected[index]).toBeLessThanOrEqual(corrected[other] as number);
      }
    }),
  );
});

test.each([
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 4, 2.776],
  [0.975, 9, 2.262],
  [0.995, 21, 2.831],
])("Student's quantile at %f with %i degrees of freedom is that of the tables, %f", (probability, degrees, known) => {
  expect(studentQuantile(probability, degrees) / known).toBeCloseTo(1, 2);
});

test('a mean of differences, by hand: 1, 2, 3 have the mean 2 and reach 4.303 / sqrt(3)', () => {
  const { value, low, high } = meanDifference([1, 2, 3], 0.95);
  expect([value, low, high].map((each) => each.toFixed(3))).toEqual([
    '2.000',
    (2 - 4.3027 / Math.sqrt(3)).toFixed(3),
    (2 + 4.3027 / Math.sqrt(3)).toFixed(3),
  ]);
  expect(meanDifference([1], 0.95)).toEqual({ value: 1, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
});
