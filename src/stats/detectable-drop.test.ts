import { describe, expect, it } from 'vitest';
import { detectableDrop } from './detectable-drop.ts';
import type { Stratum } from './stratified-test.ts';

const stratum = (baselinePasses: number, baselineRuns: number, passes: number, runs: number): Stratum => ({
  baseline: { passes: baselinePasses, runs: baselineRuns },
  candidate: { passes, runs },
});

// The p-values in the comments are fractions counted by convolution with exact rational numbers; the drops solve the binomial equation in them.
describe('detectableDrop', () => {
  it('fails first where main passed most often, and last where main never ran', () => {
    const strata = [stratum(0, 0, 2, 2), stratum(9, 10, 2, 2), stratum(4, 4, 2, 2)];
    // In the case of 4 of 4: p = 4/9, then also in that of 9 of 10: 23/198. The other way round the first one would have been 7/22.
    expect(detectableDrop(strata, 0.4)).toEqual({ failures: 2, drop: expect.closeTo(0.42244752484627, 10) });
    expect(detectableDrop([...strata].reverse(), 0.4)?.failures).toBe(2);
    expect(detectableDrop(strata, 0.2)?.failures).toBe(2);
    // A failure where main never ran says nothing: 4 and 5 failures give 29/990 and 1/330.
    expect(detectableDrop(strata, 0.1)?.failures).toBe(4);
    expect(detectableDrop(strata, 0.01)?.failures).toBe(5);
    expect(detectableDrop(strata, 0.003)).toBeUndefined();
  });

  it('fails every case once before any case twice', () => {
    // 3/13, 9/169 = 0.053, 3/338 = 0.009; twice in one case would have been 1/26 = 0.038.
    expect(detectableDrop([stratum(10, 10, 3, 3), stratum(10, 10, 3, 3)], 0.04)).toEqual({
      failures: 3,
      drop: expect.closeTo(0.585394235302173, 10),
    });
  });

  it('fails no case more often than it was run', () => {
    const strata = [stratum(10, 10, 1, 1), stratum(10, 10, 3, 3)];
    // 1/11, 3/143, 1/286, 1/3146.
    expect(detectableDrop(strata, 0.03)).toEqual({ failures: 2, drop: expect.closeTo(0.5824535745243333, 10) });
    expect(detectableDrop(strata, 0.03, 0.5)?.drop).toBeCloseTo(0.38572756813238956, 10);
    // All four of four: d^4 = 0.8.
    expect(detectableDrop(strata, 0.001)).toEqual({ failures: 4, drop: expect.closeTo(0.8 ** 0.25, 10) });
    expect(detectableDrop(strata, 0.0003)).toBeUndefined();
  });

  it('adds no failure to a case that has failed already', () => {
    // 3/13 as it is; in the other case 9/169 = 0.053, then 3/338. One more in the failed case would have been 1/26 = 0.038.
    expect(detectableDrop([stratum(10, 10, 2, 3), stratum(10, 10, 3, 3)], 0.04)).toEqual({
      failures: 2,
      drop: expect.closeTo(0.42244752484627, 10),
    });
  });

  it('needs no failure more where the test rejects already, at a p that equals the level too', () => {
    // 1/286.
    expect(detectableDrop([stratum(10, 10, 0, 3), stratum(10, 10, 3, 3)], 0.05)).toEqual({ failures: 0, drop: 0 });
    expect(detectableDrop([stratum(10, 10, 3, 3)], 1)).toEqual({ failures: 0, drop: 0 });
    expect(detectableDrop([], 0.05)).toBeUndefined();
  });
});
