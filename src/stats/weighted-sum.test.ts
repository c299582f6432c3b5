import { describe, expect, it } from 'vitest';
import { addWeighted, emptySum, repeated, type Sum, upperTail } from './weighted-sum.ts';

const sum = (start: number, mass: readonly number[], lost = 0): Sum => ({ start, mass: Float64Array.from(mass), lost });
/** As long as asked for, with 2^-6 everywhere but at the ends. */
const long = (first: readonly number[], length: number, last: readonly number[]) =>
  sum(10, [...first, ...new Array<number>(length - first.length - last.length).fill(2 ** -6), ...last]);
/** Adds nothing, which only cuts. */
const cut = (uncut: Sum) => addWeighted(emptySum, uncut, 1);

describe('addWeighted', () => {
  it('spreads the summand by its weight', () => {
    // X in {2, 3}, even; Y = 1 with 3/4, 2 with 1/4; X + 3 Y is 5 or 6 with 3/8 each, 8 or 9 with 1/8 each.
    const added = addWeighted(sum(2, [0.5, 0.5], 0.25), sum(1, [0.75, 0.25], 0.5), 3);
    expect(added).toEqual(sum(5, [0.375, 0.375, 0, 0.125, 0.125], 0.75));
  });

  it('cuts what is next to nothing off both ends, and sums what it cut', () => {
    expect(cut(long([2 ** -70], 66, [2 ** -71]))).toEqual({ ...long([], 64, []), start: 11, lost: 2 ** -70 + 2 ** -71 });
    expect(cut(long([2 ** -70, 2 ** -72], 67, []))).toEqual({ ...long([], 65, []), start: 12, lost: 2 ** -70 + 2 ** -72 });
    expect(cut(long([], 67, [2 ** -72, 2 ** -71]))).toEqual({ ...long([], 65, []), lost: 2 ** -72 + 2 ** -71 });
  });

  it('leaves 64 chances whole, and cuts only down to them', () => {
    const short = long([2 ** -70], 64, [2 ** -70]);
    expect(cut(short)).toEqual(short);
    expect(cut(long([2 ** -70], 65, [2 ** -71]))).toEqual({ ...long([], 64, [2 ** -71]), start: 11, lost: 2 ** -70 });
    expect(cut(long([2 ** -70, 2 ** -71], 65, []))).toEqual({ ...long([2 ** -71], 64, []), start: 11, lost: 2 ** -70 });
    expect(cut(long([], 65, [2 ** -71, 2 ** -72]))).toEqual({ ...long([], 64, [2 ** -71]), lost: 2 ** -72 });
  });

  it('keeps a chance of 1e-20 itself, and what stands behind one that is kept', () => {
    const kept = long([1e-20, 0], 70, [0, 1e-20]);
    expect(cut(kept)).toEqual(kept);
  });
});

describe('repeated', () => {
  it('is the binomial distribution for a coin', () => {
    const coin = { start: 1, mass: Float64Array.of(0.5, 0.5) };
    expect(repeated(coin, 0)).toEqual(emptySum);
    expect(repeated(coin, 1)).toEqual(sum(1, [0.5, 0.5]));
    expect(repeated(coin, 4)).toEqual(
      sum(
        4,
        [1, 4, 6, 4, 1].map((ways) => ways / 16),
      ),
    );
    expect(repeated(coin, 5)).toEqual(
      sum(
        5,
        [1, 5, 10, 10, 5, 1].map((ways) => ways / 32),
      ),
    );
  });
});

describe('upperTail', () => {
  it('counts the threshold itself and what was lost', () => {
    const distribution = sum(3, [0.5, 0.25, 0.125], 0.0625);
    expect([2, 3, 4, 5, 6].map((threshold) => upperTail(distribution, threshold))).toEqual([0.9375, 0.9375, 0.4375, 0.1875, 0.0625]);
  });

  it('adds small chances before large ones', () => {
    // Added to 1 one at a time, each half of the last digit would be rounded away.
    expect(upperTail(sum(0, [1, 2 ** -53, 2 ** -53]), 0)).toBe(1 + 2 ** -52);
  });
});
