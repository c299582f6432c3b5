import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearingEValue } from '../stats/clearing-e-value.ts';
import { addCounts } from '../stats/counts.ts';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import type { GateCase } from './gate-state.ts';
import { playChange } from './play.ts';
import { deal, type Outcomes } from './testing/deal.ts';
import { drawWorld } from './testing/worlds.ts';

const none = { passes: 0, runs: 0 };
const suite = (count: number): GateCase[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `case-${index}`,
    baseline: { passes: 10, runs: 10 },
    candidate: none,
    screening: none,
  }));
const gate = createGate({ thorough: true });
const runsOf = (outcomes: Outcomes) =>
  deal(gate, { cases: suite(4) }, outcomes)
    .states.at(-1)
    ?.cases.map(({ candidate }) => candidate.runs);

describe('a thorough gate', () => {
  it('has its own depth, rounds and budget, which give way to those that are set', () => {
    const options = (given: object) => {
      const { depth, rounds, budget, thorough } = createGate(given).options;
      return [thorough, depth, rounds, budget];
    };
    expect(options({})).toEqual([false, 3, 9, 10]);
    expect(options({ thorough: false })).toEqual([false, 3, 9, 10]);
    expect(options({ thorough: true })).toEqual([true, 11, 17, 25]);
    expect(options({ thorough: true, depth: undefined, budget: undefined })).toEqual([true, 11, 17, 25]);
    expect(options({ thorough: true, depth: 7 })).toEqual([true, 7, 13, 25]);
    expect(options({ thorough: true, depth: 7, rounds: 8, budget: 12 })).toEqual([true, 7, 8, 12]);
    expect(() => createGate({ thorough: true, rounds: 9 })).toThrow('rounds is 9, less than depth, 11');
  });

  it('shares the level of the suite test out over its rounds', () => {
    const spend = (given: object) => [...createGate(given).options.spendByRound];
    expect(spend({ thorough: true })).toEqual([
      [1, 0.2],
      [3, 0.3],
      [11, 0.3],
      [17, 0.2],
    ]);
    expect(spend({ thorough: true, depth: 3 })).toEqual([
      [1, 0.2],
      [3, 0.6],
      [9, 0.2],
    ]);
  });

  it('runs each case eleven times before a pass, and one that failed until it is cleared', () => {
    expect(runsOf(() => true)).toEqual([11, 11, 11, 11]);
    const failsOnce: Outcomes = (caseId, arm, _purpose, number) => arm === 'baseline' || caseId !== 'case-2' || number !== 5;
    const runs = runsOf(failsOnce) ?? [];
    expect(runs.toSpliced(2, 1)).toEqual([11, 11, 11]);
    // After eleven rounds six retries at a time, until the evidence is 1 / alphaCase.
    const evidence = (count: number) => clearingEValue({ passes: 10, runs: 10 }, { passes: count - 1, runs: count }, 0.6);
    expect(runs[2]).toBe(11 + 2 * 6);
    expect(evidence(17)).toBeLessThan(100);
    expect(evidence(23)).toBeGreaterThan(100);
  });

  it('blocks what is wrong in two of five runs, and says what is missing where the budget does not clear it', () => {
    const twoInFive: Outcomes = (caseId, arm, _purpose, number) => arm === 'baseline' || caseId !== 'case-2' || number % 5 > 1;
    expect(deal(gate, { cases: suite(4) }, twoInFive).verdict).toMatchObject({ verdict: 'regressed', caseId: 'case-2' });
    const failsOnce: Outcomes = (caseId, arm, _purpose, number) => arm === 'baseline' || caseId !== 'case-2' || number !== 5;
    const { verdict } = deal(gate, { cases: suite(4), budget: 50 }, failsOnce);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'not-cleared', caseId: 'case-2' });
    expect(verdict.reason).toMatch(
      /^The case "case-2" failed more often than on main \(main passed 10 of 10, the candidate 10 of 11\), and the budget \(44 of 50/,
    );
    expect(gate.accused({ cases: suite(4) }, { verdict: 'inconclusive', caseId: 'case-2' })).toEqual(['case-2']);
  });

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
