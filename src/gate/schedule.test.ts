import { describe, expect, it } from 'vitest';
import { createGate } from './create-gate.ts';
import { type GateOptions, resolveGateOptions } from './gate-options.ts';
import { scheduleFor } from './schedule.ts';

const schedule = (storedRuns: readonly number[], options: GateOptions = {}) => scheduleFor(resolveGateOptions(options), storedRuns);

describe('how far a verdict may go', () => {
  it('is nine rounds and ten runs a case with up to ten stored runs of main, whatever the largest has', () => {
    for (const storedRuns of [[], [0, 0], [3, 50], [10, 10, 500], [0, 10]]) {
      expect(schedule(storedRuns)).toMatchObject({ rounds: 9, runsPerCase: 10 });
      expect([...schedule(storedRuns).spendByRound]).toEqual([...resolveGateOptions({}).spendByRound]);
    }
  });

  it('gains a round and a run for each that is stored beyond ten in every case; new cases do not count', () => {
    expect(schedule([14, 40, 0])).toMatchObject({ rounds: 13, runsPerCase: 14 });
    expect(schedule([30, 30])).toMatchObject({ rounds: 29, runsPerCase: 30 });
    expect(schedule([500])).toMatchObject({ rounds: 29, runsPerCase: 30 });
    expect(schedule([500], { furtherRounds: 0 })).toMatchObject({ rounds: 9, runsPerCase: 10 });
  });

  it('keeps a budget that was given', () => {
    expect(schedule([30], { budget: 10 })).toMatchObject({ rounds: 29, runsPerCase: 10 });
    expect(schedule([30], { budget: 3 }).runsPerCase).toBe(3);
  });

  it('shares what the last test may use with a late one, and never more than there is', () => {
    expect([...schedule([19]).spendByRound]).toEqual([
      [1, 0.2],
      [3, 0.4],
      [6, 0.2],
      [9, 0.1],
      [18, 0.1],
    ]);
    // 18 stored runs allow 17 rounds: the late test would not be reached.
    expect([...schedule([18]).spendByRound.values()]).toEqual([0.2, 0.4, 0.2, 0.2]);
    expect([...schedule([30], { spend: { '3': 1 } }).spendByRound]).toEqual([[3, 1]]);
    for (let runs = 0; runs < 60; runs += 1) {
      const total = [...schedule([runs]).spendByRound.values()].reduce((sum, share) => sum + share, 0);
      expect(total).toBeCloseTo(1, 12);
    }
  });

  it('has no late test where there is no further round, however many rounds there are', () => {
    // With a depth of one, nine rounds are more than six times as many.
    expect([...schedule([10], { depth: 1 }).spendByRound]).toEqual([...resolveGateOptions({ depth: 1 }).spendByRound]);
    expect([...schedule([11], { depth: 1 }).spendByRound.keys()]).toEqual([1, 2, 3, 6]);
  });

  it('counts the third further round from the usual ones', () => {
    const rounds = Array.from({ length: 10 }, (_, index) => 10 + index);
    expect(rounds.filter(schedule([18], { rounds: 10 }).mayPassAt)).toEqual([10, 13, 16, 18, 19]);
  });

  it('may pass after each of the usual rounds from depth on, after every third further one, and after the last', () => {
    const rounds = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(rounds.filter(schedule([10]).mayPassAt)).toEqual([3, 4, 5, 6, 7, 8, 9, ...rounds.slice(9)]);
    expect(rounds.filter(schedule([18]).mayPassAt)).toEqual([3, 4, 5, 6, 7, 8, 9, 12, 15, 17, 18, 19, 20]);
  });
});

describe('a flaky suite', () => {
  const counts = (passes: number, runs: number) => ({ passes, runs });
  /** Ten cases that fail in one of five runs on both sides, after nine rounds: the bound on the drop is over the margin of ten points. */
  const after9 = (stored: number) =>
    Array.from({ length: 10 }, (_, index) => {
      const screening = counts(7, 9);
      return { id: `case-${index}`, baseline: counts(0.8 * stored, stored), candidate: screening, screening };
    });

  it('ends without an answer after nine rounds where main has ten stored runs, and goes on where it has more', () => {
    expect(createGate().next({ cases: after9(10) })).toMatchObject({ kind: 'verdict', verdict: 'inconclusive', cause: 'rounds' });
    expect(createGate().next({ cases: after9(30) })).toMatchObject({ kind: 'sample' });
    expect(createGate({ furtherRounds: 0 }).next({ cases: after9(30) })).toMatchObject({ verdict: 'inconclusive', cause: 'rounds' });
  });
});
