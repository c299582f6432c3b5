import { describe, expect, it } from 'vitest';
import type { Counts } from '../../stats/counts.ts';
import { seededRandom } from '../../stats/random.ts';
import { type Conclusion, conclude } from './conclude.ts';
import { dropOneIn, dropOneOut, effectOf, interactionOf, intervalOf, type Mixture, Mixtures } from './mixtures.ts';
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

/** Rates of mixtures, by their factors (`a b`), each with the number of its runs; 40 is the most that any gets. */
type Known = Readonly<Record<string, readonly [rate: number, runs: number]>>;

function mixturesOf(factors: readonly string[], main: Known[string], candidate: Known[string], known: Known = {}): Mixtures {
  const at = ([rate, runs]: Known[string]) => counts(Math.round(rate * runs), runs);
  const mixtures = new Mixtures(factors, at(main), at(candidate));
  for (const [names, cell] of Object.entries(known)) mixtures.add(names.split(' '), at(cell));
  return mixtures;
}

// With 40 runs a rate of 0 or 1 reaches 0.127 to the other side, one of 1/2 0.237 to either; differences reach the root of the sum of squares.
const three = ['a', 'b', 'c'];
describe('a conclusion', () => {
  it.each<[what: string, mixtures: Mixtures, expected: Conclusion]>([
    ['of one part: it did it, since nothing else changed', mixturesOf(['a'], [1, 40], [0, 40]), { kind: 'one', factors: ['a'] }],
    ['of one part that does no harm', mixturesOf(['a'], [1, 40], [1, 40]), { kind: 'undecided' }],
    ['of one part on a single run each', mixturesOf(['a'], [1, 1], [0, 1]), { kind: 'undecided' }],
    // 1 - 0, and 0.5 - 0 without it: it does harm. 1 - 0.5 without it: so does something else.
    [
      'of a part that does not explain all',
      mixturesOf(three, [1, 40], [0, 40], { a: [0, 40], 'b c': [0.5, 40] }),
      { kind: 'several', factors: ['a'], rest: true },
    ],
    [
      'of a part that does harm alone where the rest does as much without it',
      mixturesOf(three, [1, 40], [0, 40], { a: [0, 40], 'b c': [0, 40] }),
      { kind: 'several', factors: ['a'], rest: true },
    ],
    ['of a part alone, the rest not tried', mixturesOf(three, [1, 40], [0, 40], { a: [0, 40] }), { kind: 'undecided' }],
    [
      'of two that do harm each alone, the third not tried',
      mixturesOf(three, [1, 40], [0, 40], { a: [0, 40], b: [0, 40] }),
      { kind: 'several', factors: ['a', 'b'], rest: false },
    ],
    // It only passes beside the rest: what it does alone and with it goes against the change as a whole.
    ['of a change that cures', mixturesOf(three, [0, 40], [1, 40], { a: [0, 40], 'b c': [1, 40] }), { kind: 'undecided' }],
    // 1 - 0.55 and 0.85 - 0.3 hold no zero; 0.85 - 0.55 and 1 - 0.85 do.
    [
      'of a part that does harm alone and beside the rest, though not provably more than the rest',
      mixturesOf(three, [1, 40], [0.3, 40], { a: [0.55, 40], 'b c': [0.85, 40] }),
      { kind: 'one', factors: ['a'] },
    ],
    [
      'of two that do it only together',
      mixturesOf(['a', 'b'], [1, 40], [0, 40], { a: [1, 10], b: [1, 10] }),
      { kind: 'interaction', factors: ['a', 'b'] },
    ],
  ])('%s', (_, mixtures, expected) => {
    expect(conclude(mixtures)).toEqual(expected);
  });

  it('adds up what parts do beside the rest and alone', () => {
    // Without a 1, the candidate 0.5, main 1, a alone 0.75: 1 - 0.5 - 1 + 0.75.
    const mixtures = mixturesOf(['a', 'b'], [1, 40], [0.5, 40], { b: [1, 40], a: [0.75, 40] });
    expect(intervalOf(interactionOf(mixtures, 'a')).value).toBeCloseTo(0.25, 12);
  });

  it('keeps a sum of rates between what rates can be', () => {
    const mixtures = mixturesOf(['a'], [1, 4], [0, 4]);
    expect(intervalOf([[1, mixtures.main]])).toEqual({ value: 1, low: expect.closeTo(0.34195, 4), high: 1 });
  });
});

describe('cells', () => {
  it('are told apart by their factors, in the order in which they came', () => {
    const mixtures = new Mixtures(['a', 'b', 'ab'], counts(4, 4), counts(0, 4));
    mixtures.add(['b', 'a'], counts(1, 2));
    mixtures.add(['ab'], counts(2, 3));
    mixtures.block(['b'], 'refused');
    expect(mixtures.cells).toEqual([
      { mixture: [], counts: counts(4, 4) },
      { mixture: ['a', 'b', 'ab'], counts: counts(0, 4) },
      { mixture: ['b', 'a'], counts: counts(1, 2) },
      { mixture: ['ab'], counts: counts(2, 3) },
      { mixture: ['b'], counts: counts(0, 0), blocked: 'refused' },
    ]);
    expect(mixtures.main).toBe(mixtures.cells[0]);
  });
});

describe('the next mixture', () => {
  it.each<[what: string, mixtures: Mixtures, expected: Mixture | undefined]>([
    ['is none where one part explains it', mixturesOf(three, [1, 10], [0, 40], { a: [0, 40], 'b c': [0.9, 10] }), undefined],
    // 1 - 0.7 is more than a quarter of the whole drop and may be nothing, or half of it.
    ['is the rest where that may do harm too', mixturesOf(three, [1, 10], [0, 40], { a: [0, 40], 'b c': [0.7, 10] }), ['b', 'c']],
    [
      'is none where the rest does a quarter of it and no more',
      mixturesOf(three, [1, 40], [0, 40], { a: [0, 40], 'b c': [0.75, 8] }),
      undefined,
    ],
    ['is none where two do it together', mixturesOf(['a', 'b'], [1, 40], [0, 40], { a: [1, 10], b: [1, 10] }), undefined],
    // Nobody knows what c does; it is not asked for any more.
    [
      'is none where two do it together, whatever the third does',
      mixturesOf(three, [1, 40], [0, 40], { a: [1, 10], b: [1, 10], 'b c': [1, 10], 'a c': [1, 10] }),
      undefined,
    ],
    ['is none where several are known', mixturesOf(three, [1, 40], [0, 40], { a: [0, 10], b: [0, 10] }), undefined],
    // Of a it is known that it is not all of it, though not what it does beside the rest, 0.25 - 0: what is asked for is of b and c, and of them everything is known.
    [
      'is not of a part that is named already',
      mixturesOf(three, [1, 40], [0, 40], { a: [0, 40], 'b c': [0.25, 12], b: [1, 40], 'a c': [0, 40], c: [1, 40], 'a b': [0, 40] }),
      undefined,
    ],
    // As before, but a does harm beside the rest as well, 0.5 - 0: how much more than alone is open, and nobody asks.
    [
      'is none of the interaction of a part that is named already',
      mixturesOf(three, [1, 40], [0, 40], { a: [0, 40], 'b c': [0.5, 20], b: [1, 40], 'a c': [0, 40], c: [1, 40], 'a b': [0, 40] }),
      undefined,
    ],
    // a and b alone are as good as each other, 0.65 of 40: what is open is whether main passes more often than that.
    ['is main where that is known least', mixturesOf(['a', 'b'], [1, 3], [0, 40], { a: [0.65, 20], b: [0.65, 40] }), []],
    // Both hope for the whole drop where nothing was run, and for less where something was.
    [
      'is of the part of which nothing is known',
      mixturesOf(['a', 'b', 'c'], [1, 10], [0, 5], { a: [0.6, 5], 'b c': [0.4, 5] }),
      ['a', 'c'],
    ],
    // Alone both b and c do nothing, and nothing is left without them. a passes nine of twelve, b once: a does 0.25 of harm and may do 0.67, b none and may do 0.98.
    [
      'is of the part that may still do most, not of the one that did most',
      mixturesOf(three, [1, 40], [0, 40], { a: [0.75, 12], b: [1, 1], c: [1, 40], 'b c': [0, 40], 'a c': [0, 40], 'a b': [0, 40] }),
      ['b'],
    ],
    // a is needed, 0.8 - 0, and more beside the rest than alone, 0.8 - 0.15; the others are not. So there is nobody whom it could do it with.
    [
      'is none of an interaction that is known already',
      mixturesOf(three, [1, 40], [0, 20], { a: [0.85, 40], 'b c': [0.8, 40], b: [1, 40], 'a c': [0, 40], c: [1, 40], 'a b': [0, 40] }),
      undefined,
    ],
  ])('%s', (_, mixtures, expected) => {
    expect(nextMixture(mixtures)).toEqual(expected);
  });

  /** All but these mixtures cannot be run. */
  const blocked = (mixtures: Mixtures, ...names: string[]) => {
    for (const name of names) mixtures.block(name.split(' ').filter(Boolean), 'refused');
    return mixtures;
  };

  it('is of what is open of a part, not of what is shown', () => {
    // Beside the rest a does harm, 0.4 - 0, and by fewer runs than alone, 1 - 0.8, where it is not shown.
    const known = mixturesOf(three, [1, 40], [0, 40], { a: [0.8, 20], 'b c': [0.4, 15] });
    expect(nextMixture(blocked(known, 'b', 'c', 'a b', 'a c'))).toEqual(['a']);
  });

  it('hopes for nothing of a mixture that cannot be run', () => {
    // b hopes for the whole drop alone and 0.2 beside the rest; a for 0.4 beside the rest.
    const known = mixturesOf(three, [1, 10], [0, 10], { 'b c': [0.4, 5], 'a c': [0.2, 10], c: [1, 40], 'a b': [0, 40] });
    expect(nextMixture(blocked(known, 'a'))).toEqual(['b']);
  });

  it('is none where nobody is needed and main cannot be run again', () => {
    const known = mixturesOf(['a', 'b'], [1, 2], [0.2, 20], { a: [0.2, 40], b: [0.2, 40] });
    expect(nextMixture(blocked(known, ''))).toBeUndefined();
  });

  it('is of the interaction where nothing else is open', () => {
    const mixtures = mixturesOf(['a', 'b'], [1, 3], [0, 20], { a: [0.65, 40], b: [0.65, 40] });
    mixtures.block([], 'main cannot be run again');
    expect(nextMixture(mixtures)).toEqual(['a', 'b']);
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
