import { describe, expect, it } from 'vitest';
import type { Counts } from '../../stats/counts.ts';
import { seededRandom } from '../../stats/random.ts';
import { type Conclusion, conclude } from './conclude.ts';
import { dropOneIn, dropOneOut, effectOf, intervalOf, type Mixture, Mixtures } from './mixtures.ts';
import { nextMixture } from './next-mixture.ts';

const counts = (passes: number, runs: number): Counts => ({ passes, runs });

/** Runs mixtures whose pass rates are known until nothing is open or the budget is spent. */
function tried(factors: readonly string[], rate: (mixture: Mixture) => number, { seed, budget = 80 }: { seed: number; budget?: number }) {
  const random = seededRandom(seed);
  const draw = (mixture: Mixture, runs: number) =>
    counts(Array.from({ length: runs }, () => random() < rate(mixture)).filter(Boolean).length, runs);
  const mixtures = new Mixtures(factors, draw([], 10), draw(factors, 5));
  let spent = 0;
  for (let next = nextMixture(mixtures); next && spent + 3 <= budget; next = nextMixture(mixtures)) {
    mixtures.add(next, draw(next, 3));
    spent += 3;
  }
  return { conclusion: conclude(mixtures), spent };
}

/** How often each conclusion is reached in a hundred rows. */
function tally(factors: readonly string[], rate: (mixture: Mixture) => number, budget?: number): Record<string, number> {
  const found: Record<string, number> = {};
  for (let seed = 1; seed <= 100; seed += 1) {
    const { conclusion } = tried(factors, rate, { seed, ...(budget === undefined ? {} : { budget }) });
    const name = nameOf(conclusion);
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

function nameOf(conclusion: Conclusion): string {
  return 'factors' in conclusion ? `${conclusion.kind} ${conclusion.factors.join(' ')}` : conclusion.kind;
}

describe('contrasts', () => {
  it('are the drops between two mixtures, with bounds worked out by hand', () => {
    const mixtures = new Mixtures(['prompt', 'tools'], counts(4, 4), counts(0, 4));
    mixtures.add(['prompt'], counts(0, 4));
    // Every rate is 0 or 1 and reaches 1 - 0.34193 = 0.65807 to the other side; two of them reach 0.93065.
    expect(intervalOf(dropOneIn(mixtures, 'prompt'))).toEqual({ value: 1, low: expect.closeTo(0.06935, 4), high: 1 });
    expect(intervalOf(dropOneOut(mixtures, 'prompt'))).toEqual({ value: 0, low: -1, high: 1 });
    expect(intervalOf(dropOneOut(mixtures, 'tools'))).toEqual({
      value: 0,
      low: expect.closeTo(-0.65807, 4),
      high: expect.closeTo(0.65807, 4),
    });
    mixtures.add(['tools'], counts(4, 4));
    // Four rates, half of their sum: 1 - 2 * 0.65807 / 2.
    expect(effectOf(mixtures, 'prompt')).toEqual({ value: 1, low: expect.closeTo(0.34193, 4), high: 1 });
    expect(conclude(mixtures)).toEqual({ kind: 'one', factors: ['prompt'] });
  });

  it('say nothing where nothing was run', () => {
    expect(conclude(new Mixtures(['prompt', 'tools'], counts(10, 10), counts(0, 10)))).toEqual({ kind: 'undecided' });
  });
});

describe('sequential runs of mixtures', () => {
  const four = ['prompt', 'tools', 'model', 'settings'];

  it('name the one part that does harm, also a small one, and no other', () => {
    for (const harmful of ['prompt', 'settings']) {
      const found = tally(four, (mixture) => (mixture.includes(harmful) ? 0.5 : 1));
      expect(found[`one ${harmful}`]).toBeGreaterThan(90);
      expect(Object.keys(found).filter((name) => name.startsWith('one ') && name !== `one ${harmful}`)).toEqual([]);
      expect(found).not.toHaveProperty('interaction');
    }
  });

  it('take few runs where the harm is plain', () => {
    const { conclusion, spent } = tried(four, (mixture) => (mixture.includes('model') ? 0 : 1), { seed: 1 });
    expect(conclusion).toEqual({ kind: 'one', factors: ['model'] });
    expect(spent).toBeLessThanOrEqual(18);
  });

  it('name no part of a change that does nothing', () => {
    const found = tally(four, () => 0.9);
    expect(found.undecided).toBeGreaterThan(95);
  });

  it('tell two parts that do harm each alone from two that do it together', () => {
    expect(tally(four, (mixture) => (mixture.includes('prompt') || mixture.includes('model') ? 0 : 1))).toEqual({
      'several prompt model': 100,
    });
    expect(tally(four, (mixture) => (mixture.includes('prompt') && mixture.includes('model') ? 0 : 1))).toEqual({
      'interaction prompt model': 100,
    });
  });

  it('do not decide on a small budget what it does not carry', () => {
    const found = tally(four, (mixture) => (mixture.includes('tools') ? 0.6 : 1), 15);
    expect(found.undecided).toBeGreaterThan(80);
    expect(Object.keys(found).filter((name) => name !== 'undecided' && name !== 'one tools')).toEqual([]);
  });

  it('go round a mixture that cannot be run', () => {
    const mixtures = new Mixtures(['prompt', 'tools'], counts(10, 10), counts(0, 5));
    mixtures.block(['prompt'], 'the API refuses it');
    for (let next = nextMixture(mixtures); next; next = nextMixture(mixtures)) {
      expect(next).not.toEqual(['prompt']);
      mixtures.add(next, counts(next.includes('prompt') ? 0 : 3, 3));
    }
    expect(conclude(mixtures)).toEqual({ kind: 'undecided' });
  });
});
