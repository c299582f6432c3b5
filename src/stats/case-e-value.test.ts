import { assert, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseEValue } from './case-e-value.ts';
import type { Counts } from './counts.ts';

const counts = (passes: number, runs: number): Counts => ({ passes, runs });

describe('caseEValue', () => {
  it('is 1 without runs: no evidence either way', () => {
    // Every likelihood is 1 and the weights sum to 1.
    expect(caseEValue(counts(0, 0), counts(0, 0))).toBeCloseTo(1, 12);
  });

  it('agrees with a sum made by hand', () => {
    // Mean of r = (0.02 + 0.3 + 0.6) / 3 = 0.306667. Main 1 of 1, candidate 0 of 1: worst null is one common rate 1/2, likelihood 1/4.
    // E = 4 * sum of w_p * p * (1 - 0.306667 p)
    //   = 4 * (0.6 * 0.995 * 0.694867 + 0.2 * 0.9 * 0.724 + 0.2 * 0.7 * 0.785333) = 4 * (0.414835 + 0.130320 + 0.109947) = 2.620409
    expect(caseEValue(counts(1, 1), counts(0, 1))).toBeCloseTo(2.620409, 5);
    // Main never ran, candidate 0 of 1: the null explains it fully (likelihood 1).
    // E = 0.6 * 0.694867 + 0.2 * 0.724 + 0.2 * 0.785333 = 0.416920 + 0.144800 + 0.157067 = 0.718787
    expect(caseEValue(counts(0, 0), counts(0, 1))).toBeCloseTo(0.718787, 6);
    // Main 1 of 2, candidate 2 of 2: the candidate is the better one, so the null has a rate for each, 1/2 * 1/2 and 1.
    // E = 4 * sum of w/3 * p (1 - p) * (p r)^2 over the nine alternatives = 0.0228895.
    expect(caseEValue(counts(1, 2), counts(2, 2))).toBeCloseTo(0.0228895, 7);
    // Main 2 of 3, candidate 3 of 4: the null is (2/3)^2 (1/3) * (3/4)^3 (1/4); E = 0.0681585.
    expect(caseEValue(counts(2, 3), counts(3, 4))).toBeCloseTo(0.0681585, 7);
    // Main 10 of 10, candidate 1 of 2: the null is (11/12)^11 (1/12); E = 3.152278.
    expect(caseEValue(counts(10, 10), counts(1, 2))).toBeCloseTo(3.152278, 6);
  });

  it('has a mean of at most 1 when both arms pass alike, or the candidate passes more often', () => {
    assert(
      property(
        double({ min: 0.001, max: 0.999, noNaN: true }),
        double({ min: 0, max: 1, noNaN: true }),
        integer({ min: 0, max: 9 }),
        integer({ min: 0, max: 9 }),
        (main, more, baselineRuns, candidateRuns) => {
          const candidate = main + more * (1 - main);
          let mean = 0;
          for (let b = 0; b <= baselineRuns; b += 1) {
            for (let c = 0; c <= candidateRuns; c += 1) {
              mean +=
                binomial(b, baselineRuns, main) *
                binomial(c, candidateRuns, candidate) *
                caseEValue(counts(b, baselineRuns), counts(c, candidateRuns));
            }
          }
          expect(mean).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
    );
  });

  it('keeps a mean of at most 1 under the most greedy retry policy: go on until it looks convicting', () => {
    // Exact: all 2^12 sequences of a candidate that passes 80 % of the time, stopped at the first E >= 4, main fixed at its own draw.
    let mean = 0;
    for (let b = 0; b <= 4; b += 1) mean += binomial(b, 4, 0.8) * stoppedMean(counts(b, 4), counts(0, 0), 12);
    expect(mean).toBeLessThanOrEqual(1);
    expect(mean).toBeGreaterThan(0.1);
  });

  it('grows with each further failure and shrinks with each further pass of a candidate that is already worse', () => {
    assert(
      property(integer({ min: 5, max: 40 }), integer({ min: 1, max: 40 }), (baselineRuns, failures) => {
        const main = counts(baselineRuns, baselineRuns);
        expect(caseEValue(main, counts(0, failures + 1))).toBeGreaterThan(caseEValue(main, counts(0, failures)));
        expect(caseEValue(main, counts(1, failures + 1))).toBeLessThan(caseEValue(main, counts(0, failures)));
      }),
    );
  });

  it('stays a finite number for any counts', () => {
    expect(Number.isFinite(caseEValue(counts(1e6, 1e6), counts(0, 1e6)))).toBe(true);
    expect(caseEValue(counts(0, 1e6), counts(1e6, 1e6))).toBeGreaterThanOrEqual(0);
  });
});

function stoppedMean(main: Counts, candidate: Counts, left: number): number {
  const eValue = caseEValue(main, candidate);
  if (left === 0 || eValue >= 4) return eValue;
  const after = (passes: number) => stoppedMean(main, counts(candidate.passes + passes, candidate.runs + 1), left - 1);
  return 0.8 * after(1) + 0.2 * after(0);
}

function binomial(passes: number, runs: number, rate: number): number {
  let chance = 1;
  for (let index = 0; index < passes; index += 1) chance *= ((runs - index) / (index + 1)) * rate;
  return chance * (1 - rate) ** (runs - passes);
}
