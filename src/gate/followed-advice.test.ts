import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import type { GateOptions } from './gate-options.ts';
import { playChange } from './play.ts';
import { type Followed, follow } from './testing/follow-advice.ts';
import { drawWorld, type World } from './testing/worlds.ts';

const settled = (followed: readonly Followed[]) => followed.filter(({ after }) => after && after.verdict !== 'inconclusive').length;

describe('the advice of a verdict without an answer, followed to the letter', () => {
  it.each<[string, World, GateOptions, number | undefined, string, number, number]>([
    ['a budget that ends before the depth', { suite: 'stable', change: 'nothing', cases: 10 }, {}, 20, 'margin', 9, 10],
    ['retries that do not fit', { suite: 'stable', change: 'one case a coin toss', cases: 10 }, {}, 30, 'budget', 8, 10],
    ['a suite that is too flaky for ten stored runs', { suite: 'mixed', change: 'nothing', cases: 10 }, {}, undefined, 'margin', 8, 10],
    ['rounds that are spent', { suite: 'mixed', change: 'nothing', cases: 10 }, {}, undefined, 'rounds', 4, 5],
    ['a suite without stored runs', { suite: 'mixed', change: 'nothing', cases: 50, baselineRuns: 0 }, {}, undefined, 'margin', 4, 5],
    ['retries that are spent', { suite: 'stable', change: 'one case a coin toss', cases: 10 }, { retryCap: 6 }, undefined, 'stuck', 8, 10],
    [
      'main that has moved',
      { suite: 'stable', change: 'nothing', cases: 50, drift: 0.08 },
      { confirm: true },
      undefined,
      'main-moved',
      4,
      5,
    ],
    [
      'false approvals that a small budget cannot prove',
      { suite: 'stable', change: 'one case a coin toss', cases: 10, critical: { cases: 2, harm: 0 } },
      {},
      40,
      'harm',
      8,
      10,
    ],
  ])('%s', (_name, world, options, budget, cause, atLeast, count) => {
    const followed = follow(world, options, budget, count, cause);
    expect(followed).toHaveLength(count);
    // Recommended only when 27 of 30 simulated continuations end with an answer.
    expect(settled(followed)).toBeGreaterThanOrEqual(atLeast);
    for (const { message, after } of followed) if (after) expect(message).toMatch(/"docket (?:gate|baseline)/);
  });

  it('a conviction that could not be confirmed', { tags: ['slow'] }, () => {
    // Ten screening runs and three retries convict; nothing of the budget is left to run main again.
    const world: World = { suite: 'perfect', change: 'one case always wrong', cases: 10 };
    const followed = follow(world, { confirm: true, depth: 1, margin: 0.9 }, 13, 5, 'not-confirmed');
    expect(followed).toHaveLength(5);
    expect(settled(followed)).toBe(5);
  });

  it('never advises more runs where none can help', { tags: ['slow'] }, () => {
    const flaky: World = { suite: 'stable', change: 'nothing', cases: 10, critical: { cases: 2, harm: 0.2 } };
    for (const { message, after } of follow(flaky, {}, undefined, 10, 'harm')) {
      if (after) expect(message).toContain('it cannot pass');
      else expect(message).toMatch(/^No number of runs lets it pass: (?:main does it too|read the transcripts)/);
    }
  });

  it('names the margin that can be reached, and it can', { tags: ['slow'] }, () => {
    const world: World = { suite: 'perfect', change: 'nothing', cases: 10 };
    const [found] = follow(world, { margin: 0.001 }, undefined, 1, 'margin');
    expect(found?.message).toMatch(
      /^No number of runs is enough: with 9 rounds of 10 cases a mean drop of 3(?:\.\d)? points would still be possible/,
    );
    const margin = Number(/at least (0\.\d+)/.exec(found?.message ?? '')?.[1]);
    const random = seededRandom(3);
    expect(playChange(createGate({ margin }), drawWorld(world, random), random).verdict.verdict).toBe('pass');
  });

  it('names the flaky cases where no budget, no stored run and no round helps; steadied, they no longer stand in the way', {
    tags: ['slow'],
  }, () => {
    const world: World = { suite: 'flaky', change: 'nothing', cases: 10 };
    const options = { margin: 0.05 };
    const found = follow(world, options, undefined, 4, 'margin').filter(({ after }) => after === undefined);
    expect(found.length).toBeGreaterThan(0);
    for (const { message } of found) expect(message).toMatch(/too flaky \(case-000\d: main passed \d+ of \d+, the candidate \d+ of \d+/);
    const random = seededRandom(3);
    expect(playChange(createGate(options), drawWorld({ ...world, suite: 'perfect' }, random), random).verdict.verdict).toBe('pass');
  });

  it('is the same for the same state', { tags: ['slow'] }, () => {
    const once = () => follow({ suite: 'mixed', change: 'nothing', cases: 10 }, {}, undefined, 2, 'margin').map(({ message }) => message);
    expect(once()).toEqual(once());
  });
});
