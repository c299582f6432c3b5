import { describe, expect, it } from 'vitest';
import { adviseOn } from './advice.ts';
import { openVerdict } from './testing/open-verdict.ts';
import { counts, screened } from './testing/screened-case.ts';

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
