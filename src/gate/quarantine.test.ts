import { array, assert, boolean, integer, property, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isQuarantined, isTooFlaky, unseenDrop } from './quarantine.ts';

const counts = (passes: number, runs: number) => ({ passes, runs });
const was = (before: boolean, critical = false) => ({ before, critical });
const anyCounts = tuple(integer({ min: 0, max: 60 }), integer({ min: 0, max: 60 })).map(([one, other]) =>
  counts(Math.min(one, other), Math.max(one, other)),
);

describe('a case that main itself fails', () => {
  it.each([
    ['19 runs are too few to tell', counts(0, 19), false, false],
    ['20 runs, none passed', counts(0, 20), false, true],
    ['half of 20', counts(10, 20), false, true],
    ['one more than half of 20', counts(11, 20), false, false],
    ['half of 30', counts(15, 30), false, true],
    ['15 of 20 where it judged so far', counts(15, 20), false, false],
    ['15 of 20 where it did not', counts(15, 20), true, true],
    ['16 of 20 where it did not', counts(16, 20), true, false],
    ['a new epoch of nine clean runs', counts(9, 9), true, true],
    ['a new epoch of ten clean runs', counts(10, 10), true, false],
    ['8 of 10, and it judges again', counts(8, 10), true, false],
    ['7 of 10, and it does not yet', counts(7, 10), true, true],
    ['no run of the new epoch', counts(0, 0), true, true],
  ])('%s', (_, runs, before, expected) => {
    expect(isQuarantined(runs, was(before))).toBe(expected);
    expect(isQuarantined(runs, was(before, true))).toBe(false);
  });

  it('is never taken out with fewer than 20 runs, and more passes never take it out', () => {
    assert(
      property(anyCounts, boolean(), (runs, before) => {
        if (runs.runs < 20) expect(isQuarantined(runs, was(false))).toBe(false);
        if (runs.passes === runs.runs) return;
        const better = isQuarantined({ ...runs, passes: runs.passes + 1 }, was(before));
        expect(better && !isQuarantined(runs, was(before))).toBe(false);
      }),
    );
  });

  it('does not go to and fro: it comes back only at four fifths, and goes out again only at a half', () => {
    assert(
      property(array(anyCounts, { maxLength: 30 }), (nights) => {
        let before = false;
        for (const runs of nights) {
          const after = isQuarantined(runs, was(before));
          if (after && !before) expect(runs.passes / runs.runs).toBeLessThanOrEqual(0.5);
          if (before && !after) expect(runs.passes / runs.runs).toBeGreaterThanOrEqual(0.8);
          // The same runs once more change nothing.
          expect(isQuarantined(runs, was(after))).toBe(after);
          before = after;
        }
      }),
    );
  });
});

describe('what a quarantine costs', () => {
  it('is what main passes of these cases, over the whole suite: (4/20 + 10/20 + 0/30) / 12 = 0.7 / 12', () => {
    expect(unseenDrop([counts(4, 20), counts(10, 20), counts(0, 30)], 12)).toBeCloseTo(0.7 / 12, 12);
    expect(unseenDrop([], 12)).toBe(0);
  });

  it('is a verdict where fewer than two thirds judge', () => {
    expect([0, 4, 5, 12].map((out) => isTooFlaky(out, 12))).toEqual([false, false, true, true]);
    expect([0, 1].map((out) => isTooFlaky(out, 2))).toEqual([false, true]);
    expect(isTooFlaky(1, 3)).toBe(false);
    assert(
      property(record({ cases: integer({ min: 1, max: 400 }), share: integer({ min: 0, max: 100 }) }), ({ cases, share }) => {
        const out = Math.floor((cases * share) / 100);
        expect(isTooFlaky(out, cases)).toBe((cases - out) / cases < 2 / 3 - 1e-12);
      }),
    );
  });
});
