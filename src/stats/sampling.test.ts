import { describe, expect, it } from 'vitest';
import { hypergeometric } from './hypergeometric.ts';
import { seededRandom } from './random.ts';
import { sampleBeta } from './sample-beta.ts';
import { sampleCounts } from './sample-counts.ts';

describe('seededRandom', () => {
  it('is sfc32 with its twelve rounds of warming up, seeded by (0, seed, 0x9e3779b9, 1)', () => {
    // From an implementation in another language.
    expect(Array.from({ length: 3 }, seededRandom(1)).map((value) => value * 2 ** 32)).toEqual([3568522572, 2118479590, 2258263061]);
    expect(Array.from({ length: 2 }, seededRandom(-7)).map((value) => value * 2 ** 32)).toEqual([1235996356, 2189460863]);
  });

  it('repeats itself for a seed, differs between seeds and fills 0..1 evenly', () => {
    const row = (seed: number) => Array.from({ length: 20_000 }, seededRandom(seed));
    expect(row(1)).toEqual(row(1));
    expect(row(1).slice(0, 5)).not.toEqual(row(2).slice(0, 5));
    const tenths = new Array<number>(10).fill(0);
    for (const value of row(1)) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    // Chi-square with 9 degrees of freedom: above 27.9 once in a thousand.
    expect(tenths.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9);
  });
});

describe('sampleBeta', () => {
  it.each([
    [10.5, 0.5],
    [0.5, 0.5],
    [3, 7],
  ])('Beta(%d, %d) has its mean and variance', (alpha, beta) => {
    // Mean a/(a+b), variance ab / ((a+b)^2 (a+b+1)).
    const random = seededRandom(11);
    const draws = Array.from({ length: 40_000 }, () => sampleBeta(alpha, beta, random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const expectedVariance = (alpha * beta) / ((alpha + beta) ** 2 * (alpha + beta + 1));
    expect(Math.abs(mean - alpha / (alpha + beta))).toBeLessThan(4 * Math.sqrt(expectedVariance / draws.length));
    expect(variance / expectedVariance).toBeCloseTo(1, 1);
    expect(draws.every((draw) => draw >= 0 && draw <= 1)).toBe(true);
  });
});

describe('sampleCounts', () => {
  it('passes always, never, or about as often as told', () => {
    const random = seededRandom(2);
    expect(sampleCounts(1, 50, random)).toEqual({ passes: 50, runs: 50 });
    expect(sampleCounts(0, 50, random)).toEqual({ passes: 0, runs: 50 });
    expect(sampleCounts(0.3, 10_000, random).passes / 10_000).toBeCloseTo(0.3, 1);
  });
});

describe('hypergeometric', () => {
  it('agrees with counting by hand', () => {
    // 5 runs, 2 failures, 3 drawn: C(5,3) = 10 ways; no failure 1, one failure 2*3 = 6, both 3.
    const { start, mass } = hypergeometric(5, 2, 3);
    expect(start).toBe(0);
    expect([...mass]).toEqual([0.1, 0.6, 0.3].map((chance) => expect.closeTo(chance, 12)));
  });

  it('starts where more must fail than there are passes left', () => {
    // 4 runs, 3 failures, 3 drawn: at least 2 of them failed. C(4,3) = 4: two failures 3 ways, three 1 way.
    expect(hypergeometric(4, 3, 3).start).toBe(2);
    expect([...hypergeometric(4, 3, 3).mass]).toEqual([0.75, 0.25].map((chance) => expect.closeTo(chance, 12)));
  });

  it('sums to 1 for large numbers', () => {
    expect(hypergeometric(100_000, 400, 30_000).mass.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 8);
  });
});
