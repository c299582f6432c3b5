import { array, assert, constantFrom, double, integer, property, record } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { confidenceSequence } from './confidence-sequence.ts';
import { dropInterval } from './drop-interval.ts';
import { seededRandom } from './random.ts';
import { reachDown, reachUp, weightedInterval } from './weighted-interval.ts';
import { wilsonInterval } from './wilson-interval.ts';

const anyCounts = integer({ min: 0, max: 60 }).chain((runs) => integer({ min: 0, max: runs }).map((passes) => ({ passes, runs })));

test('a term of negative weight pulls down by as much as its estimate may lie higher, and up by as much as it may lie lower', () => {
  const estimate = { value: 5, low: 4, high: 8 };
  expect([reachDown({ weight: 2, estimate }), reachUp({ weight: 2, estimate })]).toEqual([2, 6]);
  expect([reachDown({ weight: -2, estimate }), reachUp({ weight: -2, estimate })]).toEqual([6, 2]);
});

describe('confidenceSequence', () => {
  it('agrees with bounds worked out by hand', () => {
    // 4 of 4: the mixture is (1/2)(3/2)(5/2)(7/2) / 4! = 0.2734375, so p^4 = 0.05 * 0.2734375 and p = 0.34193.
    expect(confidenceSequence({ passes: 4, runs: 4 })).toEqual({ value: 1, low: expect.closeTo(0.34193, 4), high: 1 });
    expect(confidenceSequence({ passes: 0, runs: 4 }).high).toBeCloseTo(1 - 0.34193, 4);
    // 1 of 2: the mixture is (1/2)(1/2) / 2! = 1/8, so p(1 - p) = 0.00625 and p = (1 - sqrt(0.975)) / 2 = 0.0062893.
    expect(confidenceSequence({ passes: 1, runs: 2 }).low).toBeCloseTo(0.0062893, 6);
    expect(confidenceSequence({ passes: 0, runs: 0 })).toEqual({ value: 0.5, low: 0, high: 1 });
  });

  it('holds the value, is wider than bounds for one look, and narrows with runs', () => {
    assert(
      property(anyCounts, (counts) => {
        const { value, low, high } = confidenceSequence(counts);
        const once = wilsonInterval(counts);
        expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
        expect(high - low).toBeGreaterThanOrEqual((once.high - once.low) * 0.999);
      }),
    );
    expect(confidenceSequence({ passes: 20, runs: 40 }).low).toBeGreaterThan(confidenceSequence({ passes: 10, runs: 20 }).low);
  });

  it('misses the true rate in at most 5 % of rows that are looked at after every run', () => {
    const random = seededRandom(7);
    for (const rate of [0.02, 0.3, 0.5, 0.9]) {
      let missed = 0;
      for (let row = 0; row < 400; row += 1) {
        let passes = 0;
        for (let runs = 1; runs <= 60; runs += 1) {
          if (random() < rate) passes += 1;
          const { low, high } = confidenceSequence({ passes, runs });
          if (rate < low || rate > high) {
            missed += 1;
            break;
          }
        }
      }
      expect(missed / 400, String(rate)).toBeLessThanOrEqual(0.05);
    }
  });
});

describe('weightedInterval', () => {
  it('is the interval of a drop where two rates are subtracted', () => {
    assert(
      property(anyCounts, anyCounts, (baseline, candidate) => {
        const { value, low, high } = dropInterval({ baseline, candidate });
        const sum = weightedInterval([
          { weight: 1, estimate: wilsonInterval(baseline) },
          { weight: -1, estimate: wilsonInterval(candidate) },
        ]);
        expect(sum.value).toBeCloseTo(value, 10);
        expect(Math.max(-1, sum.low)).toBeCloseTo(low, 10);
        expect(Math.min(1, sum.high)).toBeCloseTo(high, 10);
      }),
    );
  });

  it('holds its value whatever the weights', () => {
    const term = record({
      weight: constantFrom(-1, -0.5, 0.5, 1),
      counts: anyCounts,
      confidence: double({ min: 0.5, max: 0.99, noNaN: true }),
    });
    assert(
      property(array(term, { minLength: 1, maxLength: 6 }), (terms) => {
        const { value, low, high } = weightedInterval(
          terms.map(({ weight, counts, confidence }) => ({ weight, estimate: confidenceSequence(counts, confidence) })),
        );
        expect(low <= value && value <= high).toBe(true);
      }),
    );
  });
});
