import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearingEValue } from '../stats/clearing-e-value.ts';
import { addCounts } from '../stats/counts.ts';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import { playChange } from './play.ts';
import { drawWorld } from './testing/worlds.ts';

const gate = createGate({ thorough: true });

describe('a thorough gate in simulation', () => {
  it('passes only what is cleared or has used its retries, whatever it is dealt', () => {
    const world = record({
      rates: array(record({ main: constantFrom(0, 0.5, 0.8, 1), drop: constantFrom(0, 0.2, 0.5), critical: boolean() }), {
        minLength: 1,
        maxLength: 8,
      }),
      depth: integer({ min: 1, max: 12 }),
      retryCap: integer({ min: 0, max: 40 }),
      seed: integer(),
    });
    let passes = 0;
    assert(
      property(world, ({ rates, depth, retryCap, seed }) => {
        const random = seededRandom(seed);
        const played = rates.map(({ main, drop, critical }, index) => ({
          id: `c${index}`,
          critical,
          baseline: { passes: Math.round(10 * main), runs: 10 },
          mainRate: main,
          candidateRate: main * (1 - drop),
        }));
        const { verdict, state } = playChange(createGate({ thorough: true, depth, retryCap, margin: 1 }), played, random);
        if (verdict.verdict !== 'pass') return;
        passes += 1;
        for (const { baseline, fresh, candidate, screening } of state) {
          const main = addCounts(baseline, fresh);
          expect(screening.runs).toBeGreaterThanOrEqual(depth);
          const isBehind = candidate.passes * main.runs < main.passes * candidate.runs;
          const isSpent = candidate.runs - screening.runs >= retryCap;
          if (isBehind && !isSpent) expect(clearingEValue(main, candidate, 0.6)).toBeGreaterThanOrEqual(100);
        }
      }),
      { numRuns: 200 },
    );
    expect(passes).toBeGreaterThan(20);
  });

  it('misses a case that is wrong in 40 % of its runs in at most 1 % of changes; the usual gate in a fifth and more', () => {
    const passed = (judge: typeof gate) => {
      const random = seededRandom(3);
      let count = 0;
      for (let change = 0; change < 400; change += 1) {
        const cases = drawWorld({ suite: 'stable', change: 'nothing', cases: 10 }, random);
        const wrong = cases.map((each, index) => (index === 0 ? { ...each, candidateRate: 0.6 * each.mainRate } : each));
        if (playChange(judge, wrong, random).verdict.verdict === 'pass') count += 1;
      }
      return count / 400;
    };
    // Four standard errors of 400 on top of 1 %.
    expect(passed(gate)).toBeLessThanOrEqual(0.03);
    expect(passed(createGate())).toBeGreaterThan(0.2);
  });
});
