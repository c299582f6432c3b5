import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { sampleCounts } from '../stats/sample-counts.ts';
import { findDrift } from './drift.ts';

const counts = (passes: number, runs: number) => ({ passes, runs });
const clean = (id: string) => ({ id, stored: counts(10, 10), added: counts(10, 10) });

describe('drift of an unchanged main', () => {
  it('is seen in one case, for worse and for better, with p by hand', () => {
    // 10 of 10 against 0 of 10: 1 / C(20, 10) = 1 / 184756, twice for both sides, twice for both looks, times five cases.
    const cases = [...['a', 'b', 'c', 'd'].map(clean), { id: 'e', stored: counts(10, 10), added: counts(0, 10) }];
    const drift = findDrift(cases);
    expect(drift?.caseId).toBe('e');
    expect(drift?.pValue).toBeCloseTo((2 * 2 * 5) / 184_756, 12);
    expect(findDrift(cases.map((each) => ({ ...each, stored: each.added, added: each.stored })))).toEqual(drift);
  });

  it('names the case that moved most, and the first of equals', () => {
    const moved = (id: string, passes: number) => ({ id, stored: counts(10, 10), added: counts(passes, 10) });
    const named = (...passes: number[]) => findDrift(passes.map((each, index) => moved(`${index}`, each)))?.caseId;
    expect([named(0, 1, 2), named(1, 0, 2), named(0, 0)]).toEqual(['0', '1', '0']);
  });

  it('is seen in the suite where no case alone tells: two of ten fail now in each of ten cases', () => {
    const cases = Array.from({ length: 10 }, (_, index) => ({ id: `${index}`, stored: counts(10, 10), added: counts(8, 10) }));
    expect(findDrift(cases)).toMatchObject({ caseId: undefined });
  });

  it('is not seen where runs are as before, where nothing was added, and without a case', () => {
    expect(findDrift([])).toBeUndefined();
    expect(findDrift([clean('a'), { id: 'b', stored: counts(7, 10), added: counts(6, 10) }])).toBeUndefined();
    expect(findDrift([{ id: 'a', stored: counts(3, 10), added: counts(0, 0) }])).toBeUndefined();
  });

  it('is seldom found where there is none', () => {
    const random = seededRandom(11);
    let found = 0;
    for (let played = 0; played < 500; played += 1) {
      const cases = Array.from({ length: 10 }, (_, index) => {
        const rate = [0.995, 0.9, 0.8, 0.6, 0.97][index % 5] as number;
        return { id: `${index}`, stored: sampleCounts(rate, 20, random), added: sampleCounts(rate, 10, random) };
      });
      if (findDrift(cases)) found += 1;
    }
    // 1 %, and four standard errors of 500 on top.
    expect(found / 500).toBeLessThanOrEqual(0.01 + 4 * Math.sqrt((0.01 * 0.99) / 500));
  });
});
