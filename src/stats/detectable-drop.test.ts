import { describe, expect, it } from 'vitest';
import { atOnce } from '../contracts/turns.ts';
import { type ArmsAhead, seekingDrop } from './detectable-drop.ts';
import { seededRandom } from './random.ts';
import { sampleCounts } from './sample-counts.ts';
import { seekingSmallest, tryingOften } from './seeking-smallest.ts';
import { stratifiedTest } from './stratified-test.ts';

const arms = (passes: number, runs: number, candidateRuns: number): ArmsAhead => ({ baseline: { passes, runs }, candidateRuns });
const dropOf = (given: readonly ArmsAhead[], level: number, more: { power?: number; repetitions?: number } = {}) =>
  atOnce(seekingDrop(given, level, { random: seededRandom(7), repetitions: 1000, ...more }))?.drop;

// The p-values in the comments are fractions counted with exact rational numbers.
describe('the drop of a suite that is seen', () => {
  it('is that at which the failures come that the test needs, with the power asked for', () => {
    // One failure of three: p = 3/13 = 0.23. Two: C(3,2) / C(13,2) = 3/78 = 0.038 <= 0.05. P(Binomial(3, d) >= 2) = 3d^2 - 2d^3 = 0.8 at d = 0.7129.
    expect(dropOf([arms(10, 10, 3)], 0.05)).toBeCloseTo(0.7129, 1);
    // The same is 0.5 at d = 0.5.
    expect(dropOf([arms(10, 10, 3)], 0.05, { power: 0.5 })).toBeCloseTo(0.5, 1);
    // All three: 1/286 > 0.001.
    expect(dropOf([arms(10, 10, 3)], 0.001)).toBeUndefined();
    expect(dropOf([], 0.05)).toBeUndefined();
  });

  it('is to half a point, and of the draws alone where chance plays no part', () => {
    // Each run passes where its rate is above 0.31: 1 - 0.69 is not.
    expect(atOnce(seekingDrop([arms(10, 10, 3)], 0.05, { random: () => 0.31, repetitions: 1 }))).toEqual({ drop: 0.69 });
    expect(atOnce(seekingDrop([arms(10, 10, 3)], 0.05, { random: () => 0.314, repetitions: 1 }))).toEqual({ drop: 0.69 });
    expect(atOnce(seekingDrop([arms(10, 10, 3)], 0.05, { random: () => 0.316, repetitions: 1 }))).toEqual({ drop: 0.685 });
  });

  it('leaves out what main never ran: a failure there says nothing', () => {
    expect(dropOf([arms(0, 0, 1000), arms(10, 10, 3)], 0.05)).toBe(dropOf([arms(10, 10, 3)], 0.05));
    expect(dropOf([arms(0, 0, 1000)], 0.05)).toBeUndefined();
  });

  it('is as large as it has to be among the ups and downs of a flaky suite: at it, the test rejects as often as is said', () => {
    const clean = Array.from({ length: 100 }, () => arms(20, 20, 6));
    const flaky = clean.map(() => arms(19, 20, 6));
    const of = [clean, flaky].map((given) => dropOf(given, 0.016, { repetitions: 200 }) as number);
    expect(of[1]).toBeGreaterThan(2 * (of[0] as number));
    const random = seededRandom(11);
    for (const [index, rate] of [1, 0.95].entries()) {
      const drawn = () => ({ baseline: sampleCounts(rate, 20, random), candidate: sampleCounts(rate - (of[index] as number), 6, random) });
      const rejected = Array.from({ length: 200 }, () => stratifiedTest(Array.from({ length: 100 }, drawn)).pValue <= 0.016);
      // Four of five; steps of half a point and the chance of 200 draws are what is allowed for.
      expect(rejected.filter(Boolean).length / 200).toBeGreaterThan(0.7);
    }
  });
});

describe('what is tried again and again', () => {
  it('is tried as often as it takes to know, a step each', () => {
    const tries = (repetitions: number, power: number, isSeen: (tried: number) => boolean) => {
      let tried = 0;
      const steps = tryingOften(repetitions, power, () => isSeen(tried++));
      let count = 0;
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done) return [step.value, count];
        count += 1;
      }
    };
    expect(tries(100, 0.8, () => true)).toEqual([true, 80]);
    expect(tries(100, 0.8, () => false)).toEqual([false, 21]);
    expect(tries(5, 0.8, (tried) => tried > 0)).toEqual([true, 5]);
    expect(tries(5, 1, (tried) => tried > 0)).toEqual([false, 1]);
  });

  it('is halved down to the smallest size that is seen, which is never more than the largest', () => {
    const smallest = (largest: number, from: number) => {
      const tried: number[] = [];
      const found = atOnce(
        // biome-ignore lint/correctness/useYield: nothing is stopped here
        seekingSmallest(largest, 0.05, function* (size) {
          tried.push(Number(size.toFixed(3)));
          return size > from;
        }),
      );
      return [found, tried];
    };
    expect(smallest(0.97, 0.31)).toEqual([0.35, [1, 0.5, 0.25, 0.35, 0.3]]);
    expect(smallest(0.97, 0.96)).toEqual([0.97, [1, 0.5, 0.75, 0.85, 0.9, 0.95]]);
    expect(smallest(0.97, 1)).toEqual([undefined, [1]]);
  });
});
