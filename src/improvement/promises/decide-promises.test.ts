import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/random.ts';
import { decidePromises, type PromiseEvidence } from './decide-promises.ts';

const promised = (runs: number, of: number, more: Partial<PromiseEvidence> = {}): PromiseEvidence => ({
  most: 0.05,
  margin: 0.05,
  before: { runs: 20, of: 20 },
  after: { runs, of },
  mustNotRise: false,
  mustFall: false,
  ...more,
});

describe('promises by exact tests', () => {
  it('are kept, broken or not decidable, as worked out by hand', () => {
    // Alone it is looked at in two ways: level 0.05 / (2 * 1.5) = 1/60 for the first. 0.9^38 = 0.0182, 0.9^39 = 0.0164.
    expect(decidePromises([promised(0, 38)])).toEqual([{ result: 'not-decidable', p: expect.closeTo(0.0182, 4), needed: 39 }]);
    expect(decidePromises([promised(0, 39)])).toEqual([{ result: 'kept', p: expect.closeTo(0.0164, 4) }]);
    // P(X >= 3 of 10 at 5 %) = 0.0115, P(X >= 2) = 0.0861.
    expect(decidePromises([promised(3, 10)])).toEqual([{ result: 'broken', p: expect.closeTo(0.0115, 4) }]);
    expect(decidePromises([promised(2, 10)])[0]).toMatchObject({ result: 'not-decidable', p: expect.closeTo(0.0861, 4) });
    // Never means never: one is enough, and none in 80 is still 0.95^80 = 0.0165.
    expect(decidePromises([promised(1, 1000, { most: 0 })])).toEqual([{ result: 'broken', p: 0 }]);
    expect(decidePromises([promised(0, 80, { most: 0 })])).toEqual([{ result: 'kept', p: expect.closeTo(0.0165, 4) }]);
  });

  it('take no risen share for broken that was as large before', () => {
    const held = { most: 0.05, mustNotRise: true } as const;
    expect(decidePromises([promised(6, 20, { ...held, before: { runs: 6, of: 20 } })])[0]?.result).toBe('not-decidable');
    expect(decidePromises([promised(16, 20, { ...held, before: { runs: 1, of: 20 } })])[0]?.result).toBe('broken');
  });

  it('keep none by silence: what was there before in no run cannot be seen to fall', () => {
    const silent = { mustFall: true, before: { runs: 0, of: 220 } } as const;
    expect(decidePromises([promised(0, 220, silent)])).toEqual([{ result: 'not-decidable', p: 1, needed: undefined }]);
    expect(decidePromises([promised(60, 220, silent)])[0]?.result).toBe('broken');
    // One of 220 before, and none of 220 now: a coin says as much.
    expect(decidePromises([promised(0, 220, { ...silent, before: { runs: 1, of: 220 } })])[0]).toMatchObject({
      result: 'not-decidable',
      p: expect.closeTo(0.5, 6),
    });
    expect(decidePromises([promised(0, 220, { ...silent, before: { runs: 30, of: 220 } })])[0]?.result).toBe('kept');
    // Three of a hundred before and now: below what was promised, and fallen by nothing.
    expect(decidePromises([promised(3, 100, { ...silent, before: { runs: 3, of: 100 } })])[0]?.result).toBe('not-decidable');
  });

  it('keep none that could not be broken: a share of nearly all runs cannot be exceeded', () => {
    for (const most of [0.95, 0.99, 1])
      expect(decidePromises([promised(0, 1000, { most, mustNotRise: true })])).toEqual([
        { result: 'not-decidable', p: 1, needed: undefined },
      ]);
    expect(decidePromises([promised(500, 1000, { most: 0.94, mustNotRise: true })])[0]?.result).toBe('kept');
  });

  it('say nothing where nothing ran, and never that of many which one alone would have', () => {
    expect(decidePromises([promised(0, 0)])).toEqual([{ result: 'not-decidable', p: 1, needed: undefined }]);
    const many = [promised(0, 39), ...Array.from({ length: 30 }, () => promised(1, 20))];
    expect(decidePromises(many)[0]?.result).toBe('not-decidable');
  });

  it('need no fewer runs than there are, and so many are enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0, 0.05, 0.3),
        (of, share, most) => {
          const evidence = promised(Math.round(share * of), of, { most });
          const [end] = decidePromises([evidence]);
          if (end?.result !== 'not-decidable' || end.needed === undefined) return;
          expect(end.needed).toBeGreaterThan(of);
          const runs = Math.round((evidence.after.runs * end.needed) / of);
          expect(decidePromises([{ ...evidence, after: { runs, of: end.needed } }])[0]?.result).not.toBe('not-decidable');
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are wrongly called kept or broken in few of many', { tags: ['slow'] }, () => {
    // Forty promises whose true share is just what was promised, or just beyond the margin: each claim is a false one.
    const random = seededRandom(7);
    let claims = 0;
    for (let run = 0; run < 200; run += 1) {
      const evidence = Array.from({ length: 40 }, (_, index) => promised(quantile(random(), 60, index % 2 === 0 ? 0.05 : 0.1), 60));
      const ends = decidePromises(evidence);
      if (ends.some(({ result }, index) => result === (index % 2 === 0 ? 'broken' : 'kept'))) claims += 1;
    }
    expect(claims).toBeLessThanOrEqual(10);
  });
});

/** The binomial count at a chance. */
function quantile(chance: number, of: number, rate: number): number {
  let mass = (1 - rate) ** of;
  let sum = mass;
  let count = 0;
  while (sum < chance && count < of) {
    mass *= ((of - count) / (count + 1)) * (rate / (1 - rate));
    count += 1;
    sum += mass;
  }
  return count;
}
