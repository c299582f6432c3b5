import { describe, expect, it } from 'vitest';
import { atOnce } from '../contracts/turns.ts';
import { normalQuantile } from '../stats/normal.ts';
import type { Random } from '../stats/random.ts';
import { advising } from './advice.ts';
import { type OpenVerdict, playingOn, type Remedy } from './continuation.ts';
import { openVerdict } from './testing/open-verdict.ts';
import { counts, screened } from './testing/screened-case.ts';

const playOn = (...given: Parameters<typeof playingOn>) => atOnce(playingOn(...given));
const adviseOn = (...given: Parameters<typeof advising>) => atOnce(advising(...given));

describe('what the advice says', () => {
  /** Each run passes where its rate is above a quarter (`continuation.test.ts`). */
  const quarter = () => 0.25;
  const ran = (id: string, rounds: number, more: Parameters<typeof screened>[1] = {}) =>
    screened(id, { candidate: counts(rounds, rounds), screening: counts(rounds, rounds), ...more });
  const many = (count: number, rounds: number) => Array.from({ length: count }, (_, index) => ran(`case-${index}`, rounds));
  const settles = 'that brings a verdict in 30 of 30 simulated continuations';

  it('is the budget that it takes, a quarter and a round more, to two digits', () => {
    // 1.25 x 3 x 4 + 4 = 19; 1.25 x 3 x 41 + 41 = 194.75.
    expect(adviseOn(openVerdict({}, many(4, 2), { budget: 8 }), quarter)).toEqual({
      remedy: { budget: 19 },
      message: `Run "docket gate --budget 19" (this run had fewer): ${settles}.`,
    });
    expect(adviseOn(openVerdict({}, many(41, 2), { budget: 82 }), quarter).remedy).toEqual({ budget: 200 });
  });

  it('is more stored runs before more rounds, counted from the case that has fewest of those that can have them', () => {
    const fresh = ran('new', 3, { baseline: counts(0, 0), fresh: counts(3, 3) });
    const cases = [...many(2, 3), ran('twelve', 3, { baseline: counts(12, 12) }), fresh];
    // 1.645^2 / 12 = 22.5 points after three rounds, 7.5 after nine; new cases are no reason to have fewer rounds.
    const open = openVerdict({ rounds: 3, margin: 0.2 }, cases, { added: ['new'] });
    expect(adviseOn(open, quarter)).toEqual({
      remedy: { storedRuns: 20 },
      message: `On main "docket baseline accept --trials 10 --most 20", commit it, and update this branch; then run the gate again: ${settles}.`,
    });
  });

  it('is more rounds where stored runs allow none, and then the budget for them', () => {
    // Six rounds leave 11.3 points, nine 7.5: 1.25 x 36 + 4 = 49.
    expect(adviseOn(openVerdict({ furtherRounds: 0, rounds: 3, margin: 0.08 }, many(4, 3)), quarter)).toEqual({
      remedy: { rounds: 12, budget: 49 },
      message: `On main set gate.rounds to 12 in docket.config.ts; then run "docket gate --budget 49" (this run had fewer): ${settles}.`,
    });
  });

  it('is more retries without another budget where the one that there was is enough', () => {
    // 32 runs settle it (`continuation.test.ts`): 1.25 x 32 + 5 = 45 of the 50 that it had.
    const bad = screened('bad', { candidate: counts(0, 7), screening: counts(0, 1) });
    const cases = [...many(4, 1), bad];
    const open = openVerdict({ retryCap: 6, alphaCase: 1e-9 }, cases, { added: cases.map(({ id }) => id) });
    expect(adviseOn(open, quarter)).toEqual({
      remedy: { retryCap: 100 },
      message: `On main set gate.retryCap to 100 in docket.config.ts; then run the gate again: ${settles}.`,
    });
  });

  it('is no budget that is as large as the one that there was', () => {
    const bad = screened('bad', { candidate: counts(0, 7), screening: counts(0, 1) });
    const cases = [...many(4, 1), bad];
    const open = openVerdict({ retryCap: 6, alphaCase: 1e-9 }, cases, { budget: 45, added: cases.map(({ id }) => id) });
    expect(adviseOn(open, quarter).remedy).toEqual({ retryCap: 100 });
  });

  it('is more retries of a case that was falsely approved, too', () => {
    // Gamma(1.5) / (Gamma(1.5) + Gamma(3.5)) = 0.27 goes on to fail, by false approvals; after two batches 200 is reached.
    const loan = screened('loan', {
      critical: true,
      candidate: counts(1, 4),
      screening: counts(1, 1),
      harm: { baseline: 0, candidate: 3 },
    });
    const cases = [...many(4, 1), loan];
    const open = openVerdict({ retryCap: 3 }, cases, { added: cases.map(({ id }) => id) });
    expect(open.verdict.cause).toBe('harm');
    expect(adviseOn(open, () => 0.75).message).toBe(
      'On main set gate.retryCap to 6 in docket.config.ts; then run the gate again: that proves a regression in 30 of 30 simulated continuations; it cannot pass.',
    );
  });

  it('of a case that main fails as well, or that is let go no more, says what to fix', () => {
    const loan = (baseline: number, passes: number, runs: number) =>
      screened('loan', {
        ...{ critical: true, baseline: counts(baseline, 10), candidate: counts(passes, runs), screening: counts(3, 3) },
        harm: { baseline: 10 - baseline, candidate: 2 },
      });
    expect(adviseOn(openVerdict({}, [...many(4, 3), loan(10, 38, 40)]), quarter)).toEqual({
      remedy: undefined,
      message: 'No number of runs lets it pass: read the transcripts and fix the agent; the fixed agent is judged afresh.',
    });
    expect(adviseOn(openVerdict({}, [...many(4, 3), loan(9, 38, 40)]), quarter).message).toBe(
      'No number of runs lets it pass: main does it too (1 of 10 runs), so fix that first; the fixed agent is judged afresh.',
    );
  });

  it('counts false approvals of main among all of its runs', () => {
    const loan = screened('loan', {
      ...{ critical: true, baseline: counts(9, 10), fresh: counts(2, 2), confirm: counts(2, 3), candidate: counts(38, 40) },
      harm: { baseline: 1, confirm: 1, candidate: 2 },
    });
    expect(adviseOn(openVerdict({}, [...many(4, 3), loan]), quarter).message).toContain('main does it too (2 of 15 runs)');
  });

  it('knows how many rounds more stored runs would have allowed', () => {
    // 1.645^2 / (29 x 10) = 0.93 points.
    const open = openVerdict(
      { margin: 0.001 },
      many(10, 3).map((each) => ({ ...each, baseline: counts(30, 30) })),
    );
    expect(adviseOn(open, quarter).message).toContain('with 29 rounds of 10 cases a mean drop of 0.9 points would still be possible');
  });

  it('proves a regression where false approvals cannot pass', () => {
    const loan = screened('loan', {
      critical: true,
      candidate: counts(1, 3),
      screening: counts(1, 3),
      harm: { baseline: 0, candidate: 2 },
    });
    // 18 runs convict it (`continuation.test.ts`): 1.25 x 18 + 5 = 27.5.
    expect(adviseOn(openVerdict({}, [...many(4, 3), loan], { budget: 15 }), () => 0.75).message).toBe(
      'Run "docket gate --budget 28" (this run had fewer): that proves a regression in 30 of 30 simulated continuations; it cannot pass.',
    );
  });

  it('is to refresh a main that has moved, whatever that brings', () => {
    const bad = { candidate: counts(0, 4), screening: counts(0, 1), confirm: counts(0, 10) };
    const remedy = { refresh: true, storedRuns: 10 };
    expect(adviseOn(openVerdict({ confirm: true }, [...many(4, 1), screened('bad', bad)]), quarter)).toEqual({
      remedy,
      message: `On main: "docket baseline refresh", commit it, and update this branch; ${settles}.`,
    });
    const harm = { baseline: 0, confirm: 10, candidate: 4 };
    expect(adviseOn(openVerdict({ confirm: true }, [...many(4, 1), screened('bad', { ...bad, critical: true, harm })]), quarter)).toEqual({
      remedy,
      message:
        'On main: "docket baseline refresh", commit it, and update this branch. Main as it runs now is too flaky for that alone to bring an answer; run "docket plan" afterwards to see what does.',
    });
  });

  it('says that no number of runs is enough where the best bound is the margin itself, or what one case is of the suite', () => {
    const start = 'No number of runs is enough: with';
    // z^2 / N after four times nine rounds of four cases; a pass must be below it.
    const z = normalQuantile(0.95);
    const hardly = { furtherRounds: 0, margin: (z * z) / (4 * 36) };
    expect(adviseOn(openVerdict(hardly, many(4, 3)), quarter).message).toContain(`${start} 9 rounds of 4 cases`);
    // 3.719^2 / (20 x 12) = 5.8 points, more than the five of one case in twenty.
    const strict = { confidence: 0.9999, rounds: 3, furtherRounds: 0 };
    expect(adviseOn(openVerdict(strict, many(20, 3)), quarter).message).toContain(
      `${start} 3 rounds of 20 cases a mean drop of 23.1 points would still be possible even if every run passed, and gate.margin is 5 points.`,
    );
  });

  it('names a case that retries do not settle', () => {
    // Nothing convicts at 1e-300, and a tenth of what the mean needs is there already.
    const bad = screened('bad', { fresh: counts(1, 2), candidate: counts(1, 30), screening: counts(0, 1) });
    const open = openVerdict({ retryCap: 29, alphaCase: 1e-300 }, [...many(4, 1), bad]);
    expect(adviseOn(open, quarter)).toEqual({
      remedy: undefined,
      message:
        'More runs would not settle it: "bad" is too flaky (main passed 11 of 12, the candidate 1 of 30). Make it steadier, or fix the agent there; the changed agent is judged afresh.',
    });
  });

  it('names the fewest flaky cases that must become steadier, three of them at most', () => {
    // Nothing convicts, and nothing passes any more: no remedy helps. Of 14 cases with nine rounds each, one that passes four of five leaves 3.5 points,
    // and with one more that passes half of the time 4.7: the bound must come below four fifths of five points.
    const hopeless = { alphaCase: 1e-300, alphaSuite: 1e-300, retryCap: 0, doubt: 0, margin: 0.05 };
    const never = () => 0.999;
    const half = (id: string) => screened(id, { baseline: counts(5, 10), candidate: counts(1, 2), screening: counts(1, 2) });
    const often = screened('often', { baseline: counts(8, 10), candidate: counts(4, 5), screening: counts(1, 2) });
    const messageOf = (...flaky: string[]) => {
      const cases = [...many(13 - flaky.length, 2), often, ...flaky.map(half)];
      return adviseOn(openVerdict(hopeless, cases, { budget: 30, added: cases.map(({ id }) => id) }), never).message;
    };
    const each = (id: string) => `${id}: main passed 5 of 10, the candidate 1 of 2`;
    const start = 'No larger budget, baseline or number of rounds helps:';
    expect(messageOf('a')).toBe(
      `${start} a case is too flaky (${each('a')}). Make it steadier on main, or allow a larger drop with gate.margin.`,
    );
    expect(messageOf('a', 'b', 'c')).toBe(
      `${start} 3 cases are too flaky (${each('a')}; ${each('b')}; ${each('c')}). Make them steadier on main, or allow a larger drop with gate.margin.`,
    );
    expect(messageOf('a', 'b', 'c', 'd')).toContain(`4 cases are too flaky (${each('a')}; ${each('b')}; ${each('c')}; …).`);
    // Four fifths of 4.25 points are less than 3.5.
    const narrow = [...many(12, 2), often, half('a')];
    const added = narrow.map(({ id }) => id);
    expect(adviseOn(openVerdict({ ...hopeless, margin: 0.0425 }, narrow, { budget: 30, added }), never).message).toContain(
      `2 cases are too flaky (${each('a')}; often: main passed 8 of 10, the candidate 4 of 5)`,
    );
    // A case that was never run may be as steady as any.
    const untouched = screened('untouched', { baseline: counts(0, 0), candidate: counts(0, 0), screening: counts(0, 0) });
    const behind = [...many(11, 2), untouched, often, half('a')];
    const short = openVerdict(hopeless, behind, { budget: 29, added: behind.map(({ id }) => id) });
    expect(adviseOn(short, never).message).toContain(`a case is too flaky (${each('a')})`);
    // Of a suite that is clean but for one case, 1.645^2 / 36 = 7.5 points are left: below four fifths of the margin, not on them.
    const z = normalQuantile(0.95);
    const lone = [...many(3, 2), half('a')];
    const withMargin = (margin: number) =>
      adviseOn(openVerdict({ ...hopeless, margin }, lone, { budget: 8, added: lone.map(({ id }) => id) }), never).message;
    expect(withMargin((z * z) / 36 / 0.8)).toContain('4 cases are too flaky');
    expect(withMargin((z * z) / 36 / 0.799)).toContain('a case is too flaky');
    // A margin of one case in 14 leaves room for two that pass half of the time and one that passes four of five: 5.6 points, below 5.7.
    const { margin: _, ...usual } = hopeless;
    const three = [...many(10, 2), often, half('a'), half('b'), half('c')];
    const open = openVerdict(usual, three, { budget: 30, added: three.map(({ id }) => id) });
    expect(adviseOn(open, never).message).toContain(`a case is too flaky (${each('a')}).`);
    // A case that was not cleared is not what keeps the suite from an answer.
    expect(adviseOn({ ...open, verdict: { cause: 'not-cleared', caseId: 'often' } }, never).message).toContain('a case is too flaky');
    // With two cases alone one that stays flaky leaves 30 points.
    expect(
      adviseOn(openVerdict({ ...hopeless, margin: 0.3 }, [half('a'), half('b')], { budget: 4, added: ['a', 'b'] }), never).message,
    ).toContain(`2 cases are too flaky (${each('a')}; ${each('b')}).`);
  });
});

describe('what is tried before it is said', () => {
  const budget = Infinity;
  const ran = (id: string, main: ReturnType<typeof counts>, more: Parameters<typeof screened>[1] = {}) =>
    screened(id, { baseline: main, candidate: counts(2, 2), screening: counts(2, 2), ...more });
  const clean = (runs: number) => Array.from({ length: 4 }, (_, index) => ran(`case-${index}`, counts(runs, runs)));

  /** So many continuations with this remedy in which every random number is the same. */
  type Part = readonly [continuations: number, remedy: Remedy, number: number];

  /** The random numbers of these continuations, and a quarter after them. */
  function inTurn(open: OpenVerdict, parts: readonly Part[]): Random {
    const numbers = parts.flatMap(([continuations, remedy, number]) => {
      let drawn = 0;
      const { played } = playOn(open, remedy, () => {
        drawn += 1;
        return number;
      });
      return Array.from({ length: (continuations * drawn) / played }, () => number);
    });
    let next = 0;
    return () => numbers[next++] ?? 0.25;
  }
  /** What is advised when these remedies were tried, each in four continuations without an answer. */
  const advisedAfter = (open: OpenVerdict, tried: readonly Remedy[], number: number) =>
    adviseOn(open, inTurn(open, tried.map((remedy): Part => [4, remedy, number]))).remedy; // biome-ignore format: one call

  describe('is a budget', () => {
    // Main passes 7 of 10: below 0.7 a run passes and three rounds are enough, above it fails and six are. Of 22 points, nothing is suspicious.
    const flaky = ran('flaky', counts(7, 10));
    const open = openVerdict({ margin: 0.22, suspicion: 50 }, [...clean(10), flaky], { budget: 10 });
    const short = (continuations: number, budget = Infinity): Part => [continuations, { budget }, 0.25];
    const long = (continuations: number, budget = Infinity): Part => [continuations, { budget }, 0.8];

    it('that takes 15 or 30 runs', () => {
      expect(playOn(open, { budget }, () => 0.25).runs).toEqual(Array.from({ length: 30 }, () => 15));
      expect(playOn(open, { budget }, () => 0.8).runs).toEqual(Array.from({ length: 30 }, () => 30));
    });

    // 1.25 x 15 + 5 = 23.75, and 1.25 x 30 + 5 = 42.5.
    it.each<[what: string, parts: readonly Part[], expected: number]>([
      ['for nine in ten, where that is enough for nine in ten', [short(28), long(2)], 24],
      ['for nine in ten, not for one in ten', [short(3), long(27)], 43],
      ['for all, where nine in ten are too few', [short(27), long(3), long(4, 24)], 43],
    ])('%s', (_, parts, expected) => {
      expect(adviseOn(open, inTurn(open, parts))).toMatchObject({
        remedy: { budget: expected },
        message: expect.stringContaining('30 of 30 simulated continuations'),
      });
    });

    it('that brings an answer in 27 of 30, and none that brings it in 26', () => {
      // Where 20 points must be ruled out, failing goes on without end.
      const strict = openVerdict({}, [...clean(10), flaky], { budget: 10 });
      const failing = (continuations: number, budget = Infinity) => long(continuations, budget);
      const enough = [failing(3), short(27), failing(3, 24), short(27, 24)];
      expect(adviseOn(strict, inTurn(strict, enough))).toMatchObject({
        remedy: { budget: 24 },
        message: expect.stringContaining('27 of 30 simulated continuations'),
      });
      expect(adviseOn(strict, inTurn(strict, [failing(3), short(26), failing(1)])).remedy).toMatchObject({ storedRuns: 20 });
    });
  });

  it('is a refresh that alone brings an answer in 27 of 30, and not in 26', () => {
    // Gamma(3.5) / (Gamma(3.5) + Gamma(7.5)) = 0.31 of main's failures are false approvals, 1.17 / (1.17 + 3.17) = 0.27 of the candidate's: above a quarter, below a half.
    const harm = { baseline: 0, confirm: 3, candidate: 1 };
    const bad = screened('bad', { critical: true, candidate: counts(0, 4), screening: counts(0, 1), confirm: counts(0, 10), harm });
    const cases = clean(10).map((each) => ({ ...each, candidate: counts(1, 1), screening: counts(1, 1) }));
    const open = openVerdict({ confirm: true }, [...cases, bad]);
    const refresh = { refresh: true, storedRuns: 10 };
    const advised = (failing: number) =>
      adviseOn(
        open,
        inTurn(open, [
          [failing, refresh, 0.25],
          [30 - failing, refresh, 0.5],
        ]),
      ).message;
    expect(advised(3)).toContain('that brings a verdict in 27 of 30 simulated continuations');
    expect(advised(4)).toContain('too flaky for that alone');
  });

  it('is nothing that is there already: stored runs are those that some case is short of', () => {
    const fresh = ran('new', counts(0, 0), { fresh: counts(2, 2), candidate: counts(1, 2), screening: counts(1, 2) });
    const advised = (runs: number) => {
      const open = openVerdict({ margin: 0.06 }, [...clean(runs), fresh], { budget: 12, added: ['new'] });
      return advisedAfter(open, [{ budget }], 0.8);
    };
    expect(advised(19)).toMatchObject({ storedRuns: 20, budget: expect.any(Number) });
    expect(advised(20)).toMatchObject({ storedRuns: 40 });
    expect(advised(40)).toMatchObject({ storedRuns: 100 });
    expect(advised(100)).not.toHaveProperty('storedRuns');
  });

  it('is more rounds with more stored runs last, forty of them first', () => {
    const fresh = (id: string) => ran(id, counts(0, 0), { fresh: counts(2, 2), candidate: counts(1, 2), screening: counts(1, 2) });
    const open = openVerdict({ margin: 0.06 }, [...clean(10), fresh('one'), fresh('two')], { budget: 16, added: ['one', 'two'] });
    const tried = [20, 40, 100].flatMap((storedRuns): Remedy[] => [{ storedRuns }, { storedRuns, budget }]);
    const rounds = [18, 36].map((more): Remedy => ({ rounds: more, budget }));
    expect(advisedAfter(open, [{ budget }, ...tried, ...rounds], 0.8)).toMatchObject({ rounds: 18, storedRuns: 40 });
  });

  it('is twice and then five times as many retries, a hundred at least', () => {
    // 61 of 61 against 0 of 61 is about e^(122 ln 2) = 5e36, 101 and 101 are 6e60; the mean over five cases must be 1e50.
    const bad = ran('bad', counts(10, 10), { fresh: counts(21, 21), candidate: counts(0, 31), screening: counts(0, 1) });
    const cases = [...clean(10).map((each) => ({ ...each, candidate: counts(1, 1), screening: counts(1, 1) })), bad];
    const open = openVerdict({ retryCap: 30, alphaCase: 1e-50 }, cases, { added: cases.map(({ id }) => id) });
    expect(open.verdict).toMatchObject({ cause: 'stuck', caseId: 'bad' });
    expect(adviseOn(open, () => 0.25).remedy).toMatchObject({ retryCap: 150 });
  });
});
