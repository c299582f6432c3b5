import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearedShare, clearingEValue } from './clearing-e-value.ts';
import { seededRandom } from './random.ts';

const counts = (passes: number, runs: number) => ({ passes, runs });

describe('the evidence that clears a case', () => {
  it('is what the formula says, computed by hand', () => {
    // Nothing ran: the weights add up to 1, and the empty product is 1.
    expect(clearingEValue(counts(0, 0), counts(0, 0))).toBeCloseTo(1, 12);
    // All passed: the best worse pair is main at 1, the candidate at 0.7. 0.7^2 = 0.49; the sum of weight * p^3 is
    // 0.4 * 0.985074875 + 0.2 * 0.857375 + 0.2 * 0.614125 + 0.1 * 0.343 + 0.1 * 0.125 = 0.73512995.
    expect(clearingEValue(counts(1, 1), counts(2, 2))).toBeCloseTo(0.73512995 / 0.49, 8);
    // The same with another share: 0.6^2 = 0.36.
    expect(clearingEValue(counts(1, 1), counts(2, 2), 0.6)).toBeCloseTo(0.73512995 / 0.36, 8);
    // One of two each. On the line, p^2 (1 - p)(1 - 0.7 p): 1.4 * 2 p^2 - (2 * 1.7 + 1.7) p + 2 = 0 gives p = (5.1 - sqrt(3.61)) / 5.6 = 4/7,
    // and the null 4/7 * 3/7 * 2/5 * 3/5 = 0.0587755; the sum of weight * (p (1 - p))^2 is
    // 0.4 * 0.0000247506 + 0.2 * 0.00225625 + 0.2 * 0.01625625 + 0.1 * 0.0441 + 0.1 * 0.0625 = 0.0143724.
    expect(clearingEValue(counts(1, 2), counts(1, 2))).toBeCloseTo(0.0143724 / 0.0587755, 4);
    // The counts themselves are worse: main's best is 1, the candidate's 1/2, and the null 1/4.
    const worse = [0.995, 0.95, 0.85, 0.7, 0.5].map((rate) => rate ** 5 * (1 - rate));
    const mixed = [0.4, 0.2, 0.2, 0.1, 0.1].reduce((sum, weight, index) => sum + weight * (worse[index] as number), 0);
    expect(clearingEValue(counts(4, 4), counts(1, 2))).toBeCloseTo(mixed / 0.25, 12);
  });

  it('clears a spotless candidate after 18 runs at the first edition, and not before', () => {
    // 200 is 1 * 2 / alphaCase.
    expect(clearingEValue(counts(10, 10), counts(17, 17))).toBeLessThan(200);
    expect(clearingEValue(counts(10, 10), counts(18, 18))).toBeGreaterThan(200);
  });

  it('grows with each pass of the candidate and falls with each failure, where main is spotless', () => {
    assert(
      property(integer({ min: 1, max: 40 }), integer({ min: 0, max: 40 }), integer({ min: 0, max: 5 }), (main, passes, failures) => {
        const evidence = (more: number, worse: number) =>
          clearingEValue(counts(main, main), counts(passes + more, passes + more + failures + worse));
        expect(evidence(1, 0)).toBeGreaterThanOrEqual(evidence(0, 0) * (1 - 1e-9));
        expect(evidence(0, 1)).toBeLessThanOrEqual(evidence(0, 0) * (1 + 1e-9));
      }),
    );
  });

  it('clears one that passes seven tenths as often in at most 1 % of cases, though it is looked at after every run', () => {
    const random = seededRandom(7);
    const sequences = 1000;
    let cleared = 0;
    for (let sequence = 0; sequence < sequences; sequence += 1) {
      const rate = [1, 0.95, 0.8, 0.6][sequence % 4] as number;
      const [main, candidate] = [counts(0, 0), counts(0, 0)];
      for (let run = 0; run < 60; run += 1) {
        main.runs += 1;
        main.passes += random() < rate ? 1 : 0;
        candidate.runs += 1;
        candidate.passes += random() < clearedShare * rate ? 1 : 0;
        if (clearingEValue(main, candidate) >= 100) {
          cleared += 1;
          break;
        }
      }
    }
    // The bound is 1 %; four standard errors of the number played on top.
    expect(cleared / sequences).toBeLessThanOrEqual(0.01 + 4 * Math.sqrt((0.01 * 0.99) / sequences));
  });
});
