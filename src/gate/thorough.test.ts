import { describe, expect, it } from 'vitest';
import { clearingEValue } from '../stats/clearing-e-value.ts';
import { createGate } from './create-gate.ts';
import type { GateCase } from './gate-state.ts';
import { deal, type Outcomes } from './testing/deal.ts';

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
});
