import { describe, expect, it } from 'vitest';
import { atOnce } from '../contracts/turns.ts';
import { seededRandom } from '../stats/random.ts';
import { playingOn } from './continuation.ts';
import { openVerdict } from './testing/open-verdict.ts';
import { counts, screened } from './testing/screened-case.ts';

const playOn = (...given: Parameters<typeof playingOn>) => atOnce(playingOn(...given));

/**
 * With each random number a quarter, or each three quarters, the normal variable of a gamma draw is 0: Gamma(a) is a - 1/3 from 1 on, and below it
 * (a + 2/3) q^(1/a), q = 3/4 or 1/4. Runs pass then where their rate is above that number, so each continuation can be followed by hand.
 */
const quarter = () => 0.25;
const threeQuarters = () => 0.75;
const ran = (id: string, rounds: number, more: Parameters<typeof screened>[1] = {}) =>
  screened(id, { candidate: counts(rounds, rounds), screening: counts(rounds, rounds), ...more });
const four = (rounds: number) => Array.from({ length: 4 }, (_, index) => ran(`case-${index}`, rounds));
const all = (runs: number) => ({ played: 30, settled: 30, runs: Array.from({ length: 30 }, () => runs) });
/** What ends a verdict without accusing a case. */
const ranOut = { cause: 'budget', caseId: undefined } as const;
const none = { played: 4, settled: 0, runs: [] };

describe('a verdict that is played on', () => {
  it('is played a continuation at a time, so that somebody can stop it between two', () => {
    const steps = playingOn(openVerdict({}, four(2), { budget: 8 }), { budget: 12 }, quarter);
    for (let step = 0; step < 30; step += 1) expect(steps.next().done).toBe(false);
  });

  it('comes to an answer with the budget that was missing, and with nothing changed to none: then four continuations are enough to see it', () => {
    const open = openVerdict({}, four(2), { budget: 8 });
    expect(playOn(open, { budget: 12 }, quarter)).toEqual(all(12));
    expect(playOn(open, {}, quarter)).toEqual(none);
    expect(playOn(open, { budget: 11 }, quarter)).toEqual(none);
  });

  it('has the rounds of the remedy', () => {
    // All pass: z^2 / N is 1.645^2 / 36 = 7.5 points after nine rounds of four cases, and 8.5 after eight.
    const open = openVerdict({ rounds: 3, margin: 0.08 }, four(3));
    expect(playOn(open, { rounds: 9, budget: Infinity }, quarter)).toEqual(all(36));
    expect(playOn(open, { rounds: 8, budget: Infinity }, quarter)).toEqual(none);
  });

  it('has the retries of the remedy, and the candidate of an accused case keeps what it seems', () => {
    const bad = screened('bad', { candidate: counts(0, 7), screening: counts(0, 1) });
    const open = openVerdict({ retryCap: 6, alphaCase: 1e-9 }, [...four(1), bad]);
    expect(open.verdict).toMatchObject({ cause: 'stuck', caseId: 'bad' });
    // The mean over five cases must be 1e9. 16 of 16 against 0 of 16 is about 0.2 e^(32 ln 2 - 0.4) = 6e8, 19 and 19 are 3e10: 4 + 19 + 9 runs.
    expect(playOn(open, { retryCap: 40, budget: Infinity }, quarter)).toEqual(all(32));
    // Not accused, both sides pass alike, (10 + usual) of 17: Gamma(10.8) / (Gamma(10.8) + Gamma(7.2)) = 0.6.
    const other = { ...open, verdict: ranOut };
    expect(playOn(other, { retryCap: 40, budget: Infinity }, quarter).runs[0]).not.toBe(32);
  });

  it('takes a main that has moved for what it did lately, and starts over', () => {
    const bad = { candidate: counts(0, 4), screening: counts(0, 1), confirm: counts(0, 10) };
    const moved = openVerdict({ confirm: true }, [...four(1), screened('bad', bad)]);
    expect(moved.verdict).toMatchObject({ cause: 'main-moved', caseId: 'bad' });
    // Main: Gamma(0.9) / (Gamma(0.9) + Gamma(10.1)) = 1.14 / 10.9, so it fails as the candidate does, and three rounds pass.
    expect(playOn(moved, { refresh: true, storedRuns: 10 }, quarter)).toEqual(all(15));
    // Where main moved to false approvals, so does the candidate: two of them never pass.
    const harm = { baseline: 0, confirm: 10, candidate: 4 };
    const harmed = openVerdict({ confirm: true }, [...four(1), screened('bad', { ...bad, critical: true, harm })]);
    expect(playOn(harmed, { refresh: true, storedRuns: 10 }, quarter)).toEqual(none);
    // One false approval among ten failures: Gamma(1.5) / (Gamma(1.5) + Gamma(9.5)) = 0.11 of those to come are none.
    const once = { ...bad, critical: true, harm: { baseline: 0, confirm: 1, candidate: 0 } };
    const seldom = openVerdict({ confirm: true }, [...four(1), screened('bad', once)]);
    expect(playOn(seldom, { refresh: true, storedRuns: 10 }, quarter)).toEqual(all(15));
  });

  it('starts from what a case of this suite usually does, and the less so the more is known of it', () => {
    const only = (main: ReturnType<typeof counts>, passes: number) => ({
      ...openVerdict({}, [screened('only', { baseline: main, candidate: counts(passes, 2), screening: counts(passes, 2) })], { budget: 2 }),
      verdict: ranOut,
    });
    // 3 of 4 passed, 4 of 6 are usual: Gamma(3.67) / (Gamma(3.67) + Gamma(1.33)) = 0.77 passes from now on.
    expect(playOn(only(counts(2, 2), 1), { budget: Infinity }, threeQuarters)).toEqual(all(6));
    // 1 of 4 passed, 2 of 6 are usual: Gamma(1.33) / (Gamma(1.33) + Gamma(3.67)) = 0.23 fails.
    expect(playOn(only(counts(1, 2), 0), { budget: Infinity }, quarter)).toEqual(none);
  });

  it('draws a candidate that falsely approved twice by itself, named or not, and one that did so once like main', () => {
    const loan = (harm: number) =>
      screened('loan', { critical: true, candidate: counts(1, 3), screening: counts(1, 3), harm: { baseline: 0, candidate: harm } });
    const open = openVerdict({}, [...four(3), loan(2)], { budget: 15 });
    expect(open.verdict.cause).toBe('harm');
    // Gamma(1.5) / (Gamma(1.5) + Gamma(2.5)) = 0.35 fails above it, Gamma(2.5) / (Gamma(2.5) + Gamma(0.5)) = 0.97 by false approvals: one batch convicts.
    expect(playOn(open, { budget: Infinity }, threeQuarters)).toEqual(all(18));
    expect(playOn({ ...open, verdict: ranOut }, { budget: Infinity }, threeQuarters)).toEqual(all(18));
    // Above a quarter it passes from now on, and two false approvals stay two.
    expect(playOn(open, { budget: Infinity }, quarter)).toEqual(none);
    const once = { ...openVerdict({}, [...four(3), loan(1)], { budget: 15 }), verdict: ranOut };
    expect(playOn(once, { budget: Infinity }, threeQuarters).runs[0]).toBeGreaterThan(18);
    // Where main fails as often, Gamma(0.5) / (Gamma(0.5) + Gamma(6.5)) = 0.01 of main's failures are false approvals, of the candidate's none either.
    const flaky = screened('loan', {
      ...{ critical: true, baseline: counts(4, 10), candidate: counts(2, 3), screening: counts(2, 3) },
      harm: { baseline: 0, candidate: 1 },
    });
    const alike = { ...openVerdict({}, [...four(3), flaky], { budget: 15 }), verdict: ranOut };
    expect(playOn(alike, { budget: Infinity }, threeQuarters)).toEqual(all(18));
  });

  it('stores runs of main where they can be stored: a case that is new in the change is run on both sides as before', () => {
    const fresh = ran('new', 2, { baseline: counts(0, 0), fresh: counts(2, 2) });
    const open = openVerdict({}, [...four(2), fresh], { budget: 12, added: ['new'] });
    // Five cases three times, and main three times on the new one.
    expect(playOn(open, { storedRuns: 20, budget: Infinity }, quarter)).toEqual(all(18));
    expect(playOn({ ...open, added: new Set() }, { storedRuns: 20, budget: Infinity }, quarter)).toEqual(all(17));
  });

  it('takes "main has moved" for an answer where only that was left to find out', () => {
    const only = screened('only', { baseline: counts(30, 40), candidate: counts(0, 20), screening: counts(0, 3) });
    const open = openVerdict({ confirm: true }, [only], { budget: 20 });
    expect(open.verdict.cause).toBe('not-confirmed');
    // Main: Gamma(30.5) / (Gamma(30.5) + Gamma(10.5)) = 0.748 fails ten times more.
    expect(playOn(open, { budget: Infinity }, threeQuarters)).toEqual(all(30));
    expect(playOn({ ...open, verdict: ranOut }, { budget: Infinity }, threeQuarters)).toEqual(none);
  });

  it('is no answer where nothing could be found out again', () => {
    const only = screened('only', { candidate: counts(0, 13), screening: counts(0, 3) });
    const open = openVerdict({ confirm: true }, [only], { budget: 13 });
    expect(open.verdict.cause).toBe('not-confirmed');
    expect(playOn(open, {}, quarter)).toEqual(none);
  });

  it('draws an accused candidate by itself only as often as its evidence says', () => {
    // E of 10 of 10 against 2 of 3 is 1.49, odds of 60 %: above that it is drawn like main and passes, (12 + usual) of 14.
    const named = screened('named', { candidate: counts(2, 3), screening: counts(2, 3) });
    const open = {
      ...openVerdict({ suspicion: 50 }, [...four(3), named], { budget: 15 }),
      verdict: { cause: 'budget', caseId: 'named' } as const,
    };
    const accused = playOn(open, { budget: Infinity }, threeQuarters);
    expect(accused).toEqual(playOn({ ...open, verdict: ranOut }, { budget: Infinity }, threeQuarters));
  });

  it('takes failures of a critical case for false approvals only as far as they were', () => {
    // Main passes one of ten, never by harm: the rate is 0.1, and Gamma(0.5) / (Gamma(0.5) + Gamma(9.5 and more)) = 0.07 of the failures are harm.
    // The bound is 21.9 points after three rounds and 17.3 after four, against 20.
    const failing = screened('loan', { critical: true, baseline: counts(1, 10), candidate: counts(0, 2), screening: counts(0, 2) });
    expect(playOn(openVerdict({}, [...four(2), failing], { budget: 10 }), { budget: Infinity }, quarter)).toEqual(all(20));
    // One of five failures: Gamma(1.5) / (Gamma(1.5) + Gamma(4.5)) = 0.22 are none, one of four: 0.27 are, and two of them never pass.
    const onceOf = (failures: number) => ({ ...failing, baseline: counts(0, failures), harm: { baseline: 1, candidate: 0 } });
    expect(playOn(openVerdict({}, [...four(2), onceOf(5)], { budget: 10 }), { budget: Infinity }, quarter)).toEqual(all(15));
    expect(playOn(openVerdict({}, [...four(2), onceOf(4)], { budget: 10 }), { budget: Infinity }, quarter)).toEqual(none);
  });

  it('tells what the continuations took in rising order', () => {
    const flaky = Array.from({ length: 6 }, (_, index) => ran(`case-${index}`, 2, { baseline: counts(16, 20) }));
    const { runs } = playOn(openVerdict({ margin: 0.25 }, flaky, { budget: 12 }), { budget: Infinity }, seededRandom(5));
    expect(new Set(runs).size).toBeGreaterThan(1);
    expect(runs).toEqual(runs.toSorted((one, other) => one - other));
  });
});
