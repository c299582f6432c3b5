import { describe, expect, it } from 'vitest';
import { confidenceSequence } from './confidence-sequence.ts';

const counts = (passes: number, runs: number) => ({ passes, runs });

describe('bounds that hold at every look', () => {
  it('are where the mixture is twenty times as likely, worked out by hand', () => {
    // One pass: 1/2 / p < 20, so p > 1/40. Two: (1/2)(3/2) / (1 * 2) / p^2 < 20, so p > sqrt(3/160).
    expect(confidenceSequence(counts(1, 1))).toEqual({ value: 1, low: expect.closeTo(1 / 40, 12), high: 1 });
    expect(confidenceSequence(counts(2, 2)).low).toBeCloseTo(Math.sqrt(3 / 160), 12);
    // One failure is the mirror image.
    expect(confidenceSequence(counts(0, 1))).toEqual({ value: 0, low: 0, high: expect.closeTo(39 / 40, 12) });
    // One of each: (1/2)(1/2) / (1 * 2) / (p (1 - p)) < 20, so p (1 - p) > 1/160.
    const half = Math.sqrt(1 - 4 / 160) / 2;
    expect(confidenceSequence(counts(1, 2))).toEqual({
      value: 0.5,
      low: expect.closeTo(0.5 - half, 12),
      high: expect.closeTo(0.5 + half, 12),
    });
    // Two of three: (1/2)(3/2)(1/2) / (1 * 2 * 3) = 1/16, so p^2 (1 - p) > 1/320 at both bounds.
    const { low, high } = confidenceSequence(counts(2, 3));
    for (const bound of [low, high]) expect(bound ** 2 * (1 - bound)).toBeCloseTo(1 / 320, 12);
    expect([low < 2 / 3, high > 2 / 3]).toEqual([true, true]);
  });

  it('are narrower where less confidence is asked for: with one half p > 1/4 after one pass', () => {
    expect(confidenceSequence(counts(1, 1), 0.5).low).toBeCloseTo(1 / 4, 12);
  });

  it('are the whole range without a run', () => {
    expect(confidenceSequence(counts(0, 0))).toEqual({ value: 0.5, low: 0, high: 1 });
  });
});
