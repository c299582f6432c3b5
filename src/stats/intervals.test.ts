import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusteredInterval } from './clustered-interval.ts';
import { dropInterval } from './drop-interval.ts';
import { meanDrop } from './mean-drop.ts';
import { normalDistribution, normalQuantile } from './normal.ts';
import { wilsonInterval } from './wilson-interval.ts';

const counts = (passes: number, runs: number) => ({ passes, runs });
const anyCounts = integer({ min: 0, max: 50 }).chain((runs) => integer({ min: 0, max: runs }).map((passes) => counts(passes, runs)));

describe('normal', () => {
  it('agrees with printed tables', () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536, 7);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6);
    expect(normalDistribution(-1)).toBeCloseTo(0.1586553, 7);
    expect(normalDistribution(5)).toBeCloseTo(0.9999997133, 10);
    // Beyond what a double can tell from certainty; the series would not converge out there.
    expect([normalDistribution(-40), normalDistribution(40)]).toEqual([0, 1]);
    // From erfc of another language's library.
    expect(normalDistribution(0.5)).toBeCloseTo(0.6914624612740131, 14);
    expect(normalDistribution(2.5)).toBeCloseTo(0.9937903346742238, 14);
    expect([normalDistribution(-9), normalDistribution(9)]).toEqual([0, 1]);
    expect(normalQuantile(1e-30)).toBeCloseTo(-8, 10);
    expect(normalQuantile(1)).toBeCloseTo(8, 10);
  });
});

describe('wilsonInterval', () => {
  it('agrees with bounds worked out by hand', () => {
    // 0 of 10: the upper bound is z^2 / (n + z^2) = 3.841459 / 13.841459 = 0.277533.
    expect(wilsonInterval(counts(0, 10)).high).toBeCloseTo(0.277533, 5);
    // 8 of 10: middle (0.8 + 0.192073) / 1.384146 = 0.716740; half 1.959964 * sqrt(0.016 + 0.0096036) / 1.384146 = 0.226577.
    const { low, high } = wilsonInterval(counts(8, 10));
    expect(low).toBeCloseTo(0.49016, 4);
    expect(high).toBeCloseTo(0.94332, 4);
  });

  it('always holds the value and stays in 0..1', () => {
    assert(
      property(anyCounts, (each) => {
        const { value, low, high } = wilsonInterval(each);
        expect(0 <= low && low <= value && value <= high && high <= 1).toBe(true);
      }),
    );
  });
});

describe('clusteredInterval', () => {
  it('counts a case that always passes and one that always fails as one run', () => {
    // p = 1/2, sum of squares (10-5)^2 + (0-5)^2 = 50, variance 2 * 50 / 20^2 = 0.25, of independent runs 0.25 / 20: design effect 20, 20 / 20 = 1 run.
    expect(clusteredInterval([counts(10, 10), counts(0, 10)])).toEqual(wilsonIntervalOf(0.5, 1));
  });

  it('goes by cases where all runs are alike, and knows no share better than those', () => {
    // 22 cases, all alike: 0.025 ^ (1/22) = exp(-3.688879 / 22) = 0.845627; ten cases: exp(-0.3688879) = 0.691503. By 110 independent runs it would be 0.966.
    const alike = Array.from({ length: 22 }, () => counts(5, 5));
    expect(clusteredInterval(alike)).toEqual({ value: 1, low: expect.closeTo(0.845627, 5), high: 1 });
    expect(clusteredInterval(alike.map(({ runs }) => counts(0, runs)))).toEqual({ value: 0, low: 0, high: expect.closeTo(0.154373, 5) });
    expect(clusteredInterval(Array.from({ length: 10 }, () => counts(50, 50))).low).toBeCloseTo(0.691503, 5);
    // One run of 110 that fails does not make it known better.
    expect(clusteredInterval([...alike.slice(1), counts(4, 5)]).low).toBeCloseTo(0.845627, 5);
    // One case says next to nothing of others; many with one run each are as many runs.
    expect(clusteredInterval([counts(5, 10)])).toEqual({ value: 0.5, low: expect.closeTo(0.025, 12), high: expect.closeTo(0.975, 12) });
    const single = Array.from({ length: 100 }, () => counts(1, 1));
    expect(clusteredInterval(single)).toEqual(wilsonInterval(counts(100, 100)));
    expect(clusteredInterval([])).toEqual({ value: 0.5, low: 0, high: 1 });
  });

  it('agrees with a design effect worked out by hand, and cases that never ran count for nothing', () => {
    // p = 21/30, squares 3^2 + 2^2 + 1^2 = 14, variance 3/2 * 14 / 30^2 = 0.023333, of independent runs 0.21 / 30 = 0.007: 30 / 3.3333 = 9 runs.
    // Wilson: middle (0.7 + 0.213414) / 1.426829 = 0.640171; half 1.959964 * sqrt(0.023333 + 0.011856) / 1.426829 = 0.257682: 0.382489 and 0.897853.
    // Three cases that were all alike would leave 0.025 ^ (1/3) = 0.292402 open, and so do these.
    const cases = [counts(10, 10), counts(5, 10), counts(6, 10)];
    const { low, high } = clusteredInterval(cases);
    expect(low).toBeCloseTo(0.292402, 5);
    expect(high).toBeCloseTo(0.897853, 5);
    expect(clusteredInterval([counts(0, 0), ...cases, counts(0, 0)])).toEqual({ value: 0.7, low, high });
  });

  it('is never narrower than the interval of independent runs, and does not depend on the order', () => {
    assert(
      property(array(anyCounts, { minLength: 1, maxLength: 8 }), (cases) => {
        const clustered = clusteredInterval(cases);
        const pooled = wilsonInterval(cases.reduce((sum, each) => counts(sum.passes + each.passes, sum.runs + each.runs), counts(0, 0)));
        expect(clustered.high - clustered.low).toBeGreaterThanOrEqual(pooled.high - pooled.low - 1e-12);
        expect(clusteredInterval([...cases].reverse()).low).toBeCloseTo(clustered.low, 12);
      }),
    );
  });
});

describe('dropInterval', () => {
  it("agrees with Newcombe's example", () => {
    // Newcombe 1998, table II (a): 56 of 70 against 48 of 80, method 10: 0.0524 to 0.3339.
    const { value, low, high } = dropInterval({ baseline: counts(56, 70), candidate: counts(48, 80) });
    expect(value).toBeCloseTo(0.2, 10);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });
});

describe('meanDrop', () => {
  it('agrees with a bound worked out by hand', () => {
    // Two clean cases, 3 rounds: D = 0, V = 0, N = 6: z^2/12 + z * z/12 = 1.645^2 / 6 = 0.451004.
    const clean = { baseline: counts(10, 10), candidate: counts(3, 3) };
    expect(meanDrop([clean, clean], 1.645).high).toBeCloseTo(0.451004, 6);
    // One case, 9 of 10 and 1 of 2: D = 0.4; r = 2/12, v = 1/6 * 5/6 * 12/11 = 0.151515, V = 0.151515 * 0.6 = 0.090909, N = 2.
    // z^2/4 = 0.676506; z sqrt(0.090909 + 2.706025/16) = 1.645 * 0.509917 = 0.838813; U = 0.4 + 0.676506 + 0.838813 = 1.915319.
    expect(meanDrop([{ baseline: counts(9, 10), candidate: counts(1, 2) }], 1.645).high).toBeCloseTo(1.915319, 4);
  });

  it('agrees with both bounds worked out by hand for cases that differ', () => {
    // Two rounds. D = (0.4 + 0) / 2; V = 0.090909 (as above) / 2^2; N = 2 * 2. z = 2: z^2 / 8 = 0.5; 2 sqrt(0.022727 + 4/64) = 0.583874.
    const { value, low, high } = meanDrop(
      [
        { baseline: counts(9, 10), candidate: counts(1, 2) },
        { baseline: counts(10, 10), candidate: counts(3, 3) },
      ],
      2,
    );
    expect(value).toBeCloseTo(0.2, 12);
    expect(low).toBeCloseTo(0.2 - 1.083874, 5);
    expect(high).toBeCloseTo(0.2 + 1.083874, 5);
  });

  it('knows nothing when one arm of one case never ran', () => {
    const clean = { baseline: counts(10, 10), candidate: counts(3, 3) };
    const nothing = { value: 0, low: -Infinity, high: Infinity };
    expect(meanDrop([clean, { baseline: counts(0, 0), candidate: counts(3, 3) }], 1.645)).toEqual(nothing);
    expect(meanDrop([clean, { baseline: counts(10, 10), candidate: counts(0, 0) }], 1.645)).toEqual(nothing);
  });

  it('knows nothing when an arm never ran', () => {
    expect(meanDrop([{ baseline: counts(0, 0), candidate: counts(3, 3) }], 1.645).high).toBe(Infinity);
  });
});

function wilsonIntervalOf(rate: number, runs: number) {
  const half = 1.959963984540054 * Math.sqrt((rate * (1 - rate)) / runs + 1.959963984540054 ** 2 / (4 * runs * runs));
  const scale = 1 + 1.959963984540054 ** 2 / runs;
  const middle = rate + 1.959963984540054 ** 2 / (2 * runs);
  return { value: rate, low: expect.closeTo((middle - half) / scale, 10), high: expect.closeTo((middle + half) / scale, 10) };
}
