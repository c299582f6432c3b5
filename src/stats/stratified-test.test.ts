import { array, assert, integer, pre, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './random.ts';
import { sampleCounts } from './sample-counts.ts';
import { type Stratum, stratifiedTest, stratumWeight } from './stratified-test.ts';

const stratum = (baselinePasses: number, baselineRuns: number, passes: number, runs: number): Stratum => ({
  baseline: { passes: baselinePasses, runs: baselineRuns },
  candidate: { passes, runs },
});

const smallStratum = tuple(
  integer({ min: 0, max: 4 }),
  integer({ min: 0, max: 4 }),
  integer({ min: 0, max: 3 }),
  integer({ min: 0, max: 3 }),
).map(([baselinePasses, baselineFailures, passes, failures]) =>
  stratum(baselinePasses, baselinePasses + baselineFailures, passes, passes + failures),
);

describe('stratifiedTest', () => {
  it('agrees with tables counted by hand', () => {
    // Main 2 of 2, candidate 0 of 2: of the C(4,2) = 6 ways to place two failures, one has both in the candidate.
    expect(stratifiedTest([stratum(2, 2, 0, 2)]).pValue).toBeCloseTo(1 / 6, 14);
    // Two such cases: 1/6 * 1/6.
    expect(stratifiedTest([stratum(2, 2, 0, 2), stratum(2, 2, 0, 2)]).pValue).toBeCloseTo(1 / 36, 14);
    // Main 10 of 10, candidate 2 of 3: one failure among 13 runs falls on one of the 3 candidate runs: 3/13.
    expect(stratifiedTest([stratum(10, 10, 2, 3)]).pValue).toBeCloseTo(3 / 13, 14);
    // "Lady tasting tea" (Fisher 1935): 4 and 4 cups, 3 right of 4: (16 + 1) / 70.
    expect(stratifiedTest([stratum(3, 4, 1, 4)]).pValue).toBeCloseTo(17 / 70, 14);
  });

  it('weighs a failure by how rare failing is', () => {
    // 1 failure in 11 runs: r = 2/13, 1 / (2/13 * 11/13) = 169/22 = 7.68 -> 8. Half failing: r = 1/2 -> 4.
    expect(stratumWeight({ passes: 10, runs: 11 })).toBe(8);
    expect(stratumWeight({ passes: 5, runs: 10 })).toBe(4);
  });

  it('says 1 when nothing can tell the arms apart', () => {
    expect(stratifiedTest([stratum(10, 10, 3, 3), stratum(0, 10, 0, 3), stratum(0, 0, 1, 3)])).toEqual({
      pValue: 1,
      statistic: 0,
      informativeCases: 0,
    });
  });

  it('agrees with counting every arrangement of failures', () => {
    assert(
      property(array(smallStratum, { minLength: 1, maxLength: 3 }), (strata) => {
        expect(stratifiedTest(strata).pValue).toBeCloseTo(countedPValue(strata), 12);
      }),
    );
  });

  it('depends neither on the order of cases nor on cases without failures, and stays in (0, 1]', () => {
    assert(
      property(array(smallStratum, { minLength: 1, maxLength: 30 }), (strata) => {
        const { pValue } = stratifiedTest(strata);
        expect(pValue).toBeGreaterThan(0);
        expect(pValue).toBeLessThanOrEqual(1);
        expect(stratifiedTest([...strata].reverse()).pValue).toBe(pValue);
        expect(stratifiedTest([...strata, stratum(10, 10, 3, 3), stratum(0, 7, 0, 2)]).pValue).toBe(pValue);
      }),
    );
  });

  it('never says more than before when a failure moves from main to the candidate', () => {
    assert(
      property(array(smallStratum, { minLength: 1, maxLength: 6 }), (strata) => {
        const index = strata.findIndex(({ baseline, candidate }) => baseline.passes < baseline.runs && candidate.passes > 0);
        pre(index >= 0);
        const worse = strata.map(({ baseline, candidate }, at) =>
          at === index ? stratum(baseline.passes + 1, baseline.runs, candidate.passes - 1, candidate.runs) : { baseline, candidate },
        );
        expect(stratifiedTest(worse).pValue).toBeLessThanOrEqual(stratifiedTest(strata).pValue + 1e-12);
      }),
    );
  });

  it('keeps the chances it is promised: p <= level at most that often', () => {
    const random = seededRandom(3);
    let rejected = 0;
    for (let play = 0; play < 2000; play += 1) {
      const strata = [0.95, 0.9, 0.8, 0.5].map(
        (rate): Stratum => ({ baseline: sampleCounts(rate, 10, random), candidate: sampleCounts(rate, 3, random) }),
      );
      if (stratifiedTest(strata).pValue <= 0.05) rejected += 1;
    }
    // 100 expected at most; 4 standard deviations above are 139.
    expect(rejected).toBeLessThan(139);
    expect(rejected).toBeGreaterThan(20);
  });

  it('counts the cases that can say something', () => {
    const strata = [
      ...[stratum(9, 10, 3, 3), stratum(10, 10, 2, 3)],
      ...[stratum(10, 10, 3, 3), stratum(0, 4, 0, 3), stratum(0, 0, 1, 3), stratum(2, 4, 0, 0)],
    ];
    expect(stratifiedTest(strata).informativeCases).toBe(2);
  });

  it('takes 1,000 cases of 30 runs, and tiny p stay above 0', () => {
    const random = seededRandom(5);
    const strata = Array.from({ length: 1000 }, (): Stratum => {
      const rate = random();
      return { baseline: sampleCounts(rate, 21, random), candidate: sampleCounts(rate, 9, random) };
    });
    expect(stratifiedTest(strata).pValue).toBeGreaterThan(0.01);
    const broken = strata.map(
      ({ baseline }): Stratum => ({ baseline: { passes: baseline.runs, runs: baseline.runs }, candidate: { passes: 0, runs: 9 } }),
    );
    expect(stratifiedTest(broken).pValue).toBeGreaterThan(0);
    expect(stratifiedTest(broken).pValue).toBeLessThan(1e-15);
  });
});

/** P(S >= observed) by listing all ways to choose which of a case's runs were the candidate's. */
function countedPValue(strata: readonly Stratum[]): number {
  let sums = [{ sum: 0, ways: 1 }];
  let observed = 0;
  for (const { baseline, candidate } of strata) {
    const runs = baseline.runs + candidate.runs;
    const failures = runs - baseline.passes - candidate.passes;
    const weight = stratumWeight({ passes: runs - failures, runs });
    observed += weight * (candidate.runs - candidate.passes);
    const chosen: number[] = [];
    for (let subset = 0; subset < 2 ** runs; subset += 1) {
      const members = Array.from({ length: runs }, (_, index) => (subset >> index) & 1);
      // The failed runs come first.
      if (members.reduce((sum, bit) => sum + bit, 0) === candidate.runs)
        chosen.push(members.slice(0, failures).reduce((sum, bit) => sum + bit, 0));
    }
    const next = new Map<number, number>();
    for (const { sum, ways } of sums)
      for (const count of chosen) next.set(sum + weight * count, (next.get(sum + weight * count) ?? 0) + ways);
    sums = [...next].map(([sum, ways]) => ({ sum, ways }));
  }
  const all = sums.reduce((total, { ways }) => total + ways, 0);
  return sums.filter(({ sum }) => sum >= observed).reduce((total, { ways }) => total + ways, 0) / all;
}
