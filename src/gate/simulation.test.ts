import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import { runsNeeded } from './runs-needed.ts';
import { checkGate } from './self-check.ts';
import { tally } from './testing/tally.ts';
import type { World } from './testing/worlds.ts';

/** A small, seeded part of evals/bench/gate-simulation.ts. Bounds leave room for three to four standard errors of the small numbers played. */
describe('the gate in simulation', () => {
  const play = (world: World, count: number) => tally(createGate(), world, count, seededRandom(20));

  it.each<[World, number]>([
    [{ suite: 'stable', change: 'nothing', cases: 10 }, 300],
    [{ suite: 'mixed', change: 'nothing', cases: 10 }, 200],
    [{ suite: 'mixed', change: 'nothing', cases: 50 }, 150],
    [{ suite: 'flaky', change: 'nothing', cases: 30 }, 100],
    [{ suite: 'mixed', change: 'nothing', cases: 30, baselineRuns: 0 }, 80],
    [{ suite: 'stable', change: 'nothing', cases: 10, critical: { cases: 2, harm: 0.1 } }, 300],
    [{ suite: 'stable', change: 'nothing', cases: 10, critical: { cases: 10, harm: 0.3 } }, 150],
    [{ suite: 'mixed', change: 'nothing', cases: 30, critical: { cases: 5, harm: 0.1 }, baselineRuns: 3 }, 150],
  ])('blocks few unchanged agents: %o', (world, count) => {
    const { regressed, passedWithHarm } = play(world, count);
    expect(passedWithHarm).toBe(0);
    // The promise is 5 %; four standard errors of it on top.
    expect(regressed / count).toBeLessThanOrEqual(0.05 + 4 * Math.sqrt((0.05 * 0.95) / count));
  });

  it('passes nearly all unchanged agents on a steady suite, for little more than three runs a case', () => {
    const { passed, runsPerCase } = play({ suite: 'stable', change: 'nothing', cases: 30 }, 150);
    expect(passed / 150).toBeGreaterThan(0.95);
    expect(runsPerCase).toBeLessThan(3.6);
  });

  it('passes nearly all unchanged agents on a mildly flaky suite once main has 30 stored runs', () => {
    // 5 and 2 % in 1,000 changes; the promise is 10 %, and four standard errors of the numbers played lie below it.
    expect(play({ suite: 'mild', change: 'nothing', cases: 10, baselineRuns: 30 }, 150).inconclusive / 150).toBeLessThan(0.1);
    expect(play({ suite: 'mild', change: 'nothing', cases: 50, baselineRuns: 30 }, 40).inconclusive / 40).toBeLessThan(0.1);
  });

  it('always catches a case that went from right to wrong, for one to two runs a case', () => {
    const { regressed, runsPerCase } = play({ suite: 'stable', change: 'one case always wrong', cases: 30 }, 100);
    expect(regressed).toBe(100);
    expect(runsPerCase).toBeLessThan(2);
  });

  it('catches most cases that became a coin toss', () => {
    expect(play({ suite: 'stable', change: 'one case a coin toss', cases: 30 }, 100).regressed).toBeGreaterThan(65);
  });

  it('always blocks a critical case that is always falsely approved now, and most that are every second time', () => {
    const critical = { cases: 2, harm: 0 };
    const always = play({ suite: 'stable', change: 'one case always wrong', cases: 10, critical }, 100);
    expect(always.regressed).toBe(100);
    expect(always.runsPerCase).toBeLessThan(1.6);
    // 86 % in 1,000 changes, and 11 % in which it was never seen twice; four standard errors of 100 below it.
    const half = play({ suite: 'stable', change: 'one case a coin toss', cases: 10, critical }, 100);
    expect(half.regressed).toBeGreaterThan(71);
    expect(half.passedWithHarm).toBe(0);
  });

  it('blames main, not the candidate, when the provider got worse and main is run again before blocking', () => {
    const moved: World = { suite: 'stable', change: 'nothing', cases: 50, drift: 0.05 };
    const blocked = (confirm: boolean) => tally(createGate({ confirm }), moved, 60, seededRandom(20)).regressed;
    expect(blocked(false)).toBeGreaterThan(40);
    // The confirming test lets one of ten innocent ones through; four standard errors of 60 on top.
    expect(blocked(true)).toBeLessThanOrEqual(60 * 0.1 + 4 * Math.sqrt(60 * 0.09));
  });

  it('catches a drop of 3 points spread over 50 steady cases more often than not', () => {
    // 75 % in 2,000 changes; four standard errors of 120 below it.
    expect(play({ suite: 'stable', change: 'every case -3 points', cases: 50 }, 120).regressed / 120).toBeGreaterThan(0.59);
  });
});

describe('the gate, checked on the stored runs of a suite', () => {
  const steady = Array.from({ length: 10 }, (_, index) => ({ id: `case-${index}`, baseline: { passes: 10, runs: 10 } }));

  it('plays the baseline against itself and against versions that are known to be worse', () => {
    const { unchanged, knownBad } = checkGate(createGate(), steady, { random: seededRandom(4), repetitions: 150 });
    expect(unchanged.blocked.value).toBeLessThanOrEqual(0.05);
    expect(unchanged.blocked.high).toBeGreaterThan(unchanged.blocked.value);
    expect(unchanged.runs).toBeGreaterThanOrEqual(30);
    expect(unchanged.runsAtMost).toBeLessThanOrEqual(100);
    const detection = Object.fromEntries(knownBad.map(({ name, blocked }) => [name, blocked.value]));
    expect(detection['one case always wrong']).toBeGreaterThan(0.9);
    expect(detection['one case a coin toss']).toBeGreaterThan(0.4);
  });

  it('counts the rule for critical cases: false approvals of main are played as well, and a candidate that gives more of them', () => {
    const cases = steady.map((each, index) => ({ ...each, critical: index < 2 }));
    const { unchanged, knownBad } = checkGate(createGate(), cases, { random: seededRandom(4), repetitions: 100 });
    expect(unchanged.blocked.value).toBeLessThanOrEqual(0.05);
    const detection = Object.fromEntries(knownBad.map(({ name, blocked }) => [name, blocked.value]));
    expect(detection['a critical case always falsely approved']).toBe(1);
    expect(detection['a critical case falsely approved half the time']).toBeGreaterThan(0.5);
    const flaky = steady.map((each) => ({ ...each, critical: true, baseline: { passes: 9, runs: 10 }, harm: 1 }));
    const main = checkGate(createGate(), flaky, { random: seededRandom(4), repetitions: 100, versions: [] }).unchanged;
    expect(main.blocked.value).toBeLessThanOrEqual(0.05);
    expect(main.inconclusive.value).toBeGreaterThan(0.5);
  });

  it('needs more stored runs where main is flaky, and none of a case that has them', () => {
    const stored = [10, 10, 10, 10, 10, 10, 10, 10, 40, 25];
    const flaky = stored.map((runs, index) => ({ id: `case-${index}`, baseline: { passes: 0.8 * runs, runs } }));
    const { each, cases } = runsNeeded(createGate(), flaky, { random: seededRandom(1), repetitions: 60 }, undefined);
    expect(each).toBeGreaterThan(10);
    expect(cases).toEqual(flaky.flatMap(({ id, baseline: { runs } }) => (runs < each ? [{ id, runs: each - runs }] : [])));
  });
});
