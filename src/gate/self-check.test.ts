import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import { checkGate, drawUnchanged, type KnownBadVersion, knownBadVersions, type StoredCase } from './self-check.ts';
import { counts } from './testing/screened-case.ts';

const stored = (id: string, passes: number, more: Partial<StoredCase> = {}): StoredCase => ({ id, baseline: counts(passes, 10), ...more });
/**
 * With each random number q the normal variable of a gamma draw is 0 for q = 1/4 and 3/4: Gamma(a) is a - 1/3 from 1 on, below it (a + 2/3) (1 - q)^(1/a).
 * So with a quarter ten of ten draws the rate (10.5 - 1/3) / (10.5 - 1/3 + (7/6)(9/16)) = 0.939, and none of ten one less that.
 */
const quarter = () => 0.25;
const threeQuarters = () => 0.75;
const high = expect.closeTo(0.93936, 5);
const low = expect.closeTo(0.06064, 5);

/** What a version is asked for its rate, case by case; main's rate is its answer. */
function asked(cases: readonly StoredCase[], target?: 'critical') {
  const calls: [number, boolean][] = [];
  const version: KnownBadVersion = {
    name: 'watched',
    rate: (main, isTarget) => {
      calls.push([main, isTarget]);
      return main;
    },
    ...(target && { target }),
  };
  const { knownBad } = checkGate(createGate(), cases, { random: quarter, repetitions: 1, versions: [version] });
  return { calls, knownBad };
}

describe('a made-up version', () => {
  it('has main’s rates as the stored runs make them likely, and one case among those that main mostly passes for its target', () => {
    const cases = [stored('a', 10), stored('b', 0), stored('c', 10), stored('d', 10), stored('e', 10)];
    // The second of the four sound ones.
    expect(asked(cases).calls).toEqual([
      [high, false],
      [low, false],
      [high, true],
      [high, false],
      [high, false],
    ]);
  });

  it('counts a case that passes exactly half of the time among the sound, and takes any where none is', () => {
    expect(asked([stored('none', 0), stored('half', 5)]).calls.map(([, isTarget]) => isTarget)).toEqual([false, true]);
    const failing = ['a', 'b', 'c', 'd'].map((id) => stored(id, 0));
    expect(asked(failing).calls.map(([, isTarget]) => isTarget)).toEqual([false, true, false, false]);
  });

  it('aims at critical cases alone where it is about them, and is left out where there are none', () => {
    const cases = [stored('a', 10), stored('b', 10), stored('loan', 10, { critical: true }), stored('c', 10)];
    expect(asked(cases, 'critical').calls.map(([, isTarget]) => isTarget)).toEqual([false, false, true, false]);
    expect(asked([stored('a', 10)], 'critical')).toEqual({ calls: [], knownBad: [] });
  });

  it('that always gives a false approval in a critical case is blocked, in any other it only fails', () => {
    const names = (cases: readonly StoredCase[]) =>
      checkGate(createGate(), cases, { random: quarter, repetitions: 1 }).knownBad.map(({ name, blocked }) => `${name}: ${blocked.value}`);
    const cases = Array.from({ length: 10 }, (_, index) => stored(`case-${index}`, 10));
    // A coin toss passes where one in four is enough.
    expect(names(cases)).toEqual([
      'one case always wrong: 1',
      'one case a coin toss: 0',
      'every case 5 points worse: 0',
      'every case 10 points worse: 0',
    ]);
    expect(names(cases.map((each) => ({ ...each, critical: true })))).toEqual([
      'one case always wrong: 1',
      'one case a coin toss: 0',
      'a critical case always falsely approved: 1',
      'a critical case falsely approved half the time: 0',
      'every case 5 points worse: 0',
      'every case 10 points worse: 0',
    ]);
  });

  it('has these rates, where main has 90 %, 30 % and 3 %', () => {
    const rates = (isTarget: boolean) =>
      Object.fromEntries(
        knownBadVersions.map(({ name, rate }) => [name, [0.9, 0.3, 0.03].map((main) => Number(rate(main, isTarget).toFixed(6)))]),
      );
    const everywhere = { 'every case 5 points worse': [0.85, 0.25, 0], 'every case 10 points worse': [0.8, 0.2, 0] };
    expect(rates(true)).toEqual({
      'one case always wrong': [0, 0, 0],
      'one case a coin toss': [0.5, 0.3, 0.03],
      'a critical case always falsely approved': [0, 0, 0],
      'a critical case falsely approved half the time': [0.5, 0.3, 0.03],
      ...everywhere,
    });
    const same = [0.9, 0.3, 0.03];
    expect(rates(false)).toEqual({
      'one case always wrong': same,
      'one case a coin toss': same,
      'a critical case always falsely approved': same,
      'a critical case falsely approved half the time': same,
      ...everywhere,
    });
  });

  it('fails a critical case by false approvals only where it is about them', () => {
    // Without a failure of main half of the candidate's are harm, which is below three quarters. E of 10 of 10 against 0 of 4 is about 1,100. Of one critical case that is the mean, and 200 convicts; of ten cases it is 110, which
    // convicts after the first batch only where no case is critical.
    const cases = Array.from({ length: 10 }, (_, index) => stored(`case-${index}`, 10, index === 7 ? { critical: true } : {}));
    const runs = (given: readonly StoredCase[]) =>
      checkGate(createGate(), given, { random: threeQuarters, repetitions: 1 }).knownBad.map(({ name, runs }) => `${name}: ${runs}`);
    expect(runs(cases)).toEqual(expect.arrayContaining(['one case always wrong: 16', 'a critical case always falsely approved: 13']));
    expect(runs(cases.map(({ id, baseline }) => ({ id, baseline })))).toContain('one case always wrong: 13');
  });
});

describe('an unchanged version', () => {
  it('is drawn with one rate for both sides, and in a critical case with one share of false approvals', () => {
    // Gamma(5.5) and Gamma(5.5) are equal; of the suite's failures in critical cases (2 + 1/2) / (5 + 1) are false approvals, so it is
    // Gamma(2 + 5/12) / (Gamma(2 + 5/12) + Gamma(3 + 7/12)) = (25/12) / (64/12).
    const loan = stored('loan', 5, { critical: true, harm: 2 });
    expect(drawUnchanged([loan, stored('a', 5, { harm: 5, playedRuns: 3 })], threeQuarters)).toEqual([
      {
        ...{ id: 'loan', critical: true, mainRate: 0.5, candidateRate: 0.5, baseline: counts(0, 10), baselineHarm: 0 },
        harmShare: { main: expect.closeTo(25 / 64, 12), candidate: expect.closeTo(25 / 64, 12) },
      },
      { id: 'a', mainRate: 0.5, candidateRate: 0.5, baseline: counts(0, 3) },
    ]);
    expect(drawUnchanged([{ ...loan, harm: 5 }], threeQuarters)[0]?.baselineHarm).toBe(10);
  });

  it('ends as main does', () => {
    const played = checkGate(createGate(), [stored('only', 10)], { random: quarter, repetitions: 1, versions: [] });
    expect(played).toMatchObject({ repetitions: 1, unchanged: { name: 'unchanged', blocked: { value: 0 }, runs: 3 } });
  });
});

describe('main’s own false approvals', () => {
  const loan = (harm: number, critical = true) => [stored('loan', 5, { critical, harm })];
  const unchanged = (cases: readonly StoredCase[]) =>
    checkGate(createGate(), cases, { random: threeQuarters, repetitions: 1, versions: [] }).unchanged;

  it('are played as often as they are stored, in main and in the candidate', () => {
    // Five of ten is a rate of one half: with three quarters both arms always fail. Gamma(5.5) / (Gamma(5.5) + Gamma(0.5)) = 0.99 of that is harm, so main
    // is no better, and nobody passes.
    expect(unchanged(loan(5))).toMatchObject({ blocked: { value: 0 }, inconclusive: { value: 1 } });
    // The other way round it is 0.01 of it, and what only fails as main does passes.
    expect(unchanged(loan(0))).toMatchObject({ blocked: { value: 0 }, inconclusive: { value: 0 }, runs: 3 });
  });

  it('are nobody’s where the case is not critical', () => {
    expect(unchanged(loan(5, false))).toMatchObject({ inconclusive: { value: 0 }, runs: 3 });
  });
});

describe('what playing showed', () => {
  it('is how many were blocked, what a verdict took, and what nine of ten stay within', () => {
    // A single case that always fails takes four runs: E of 10 of 10 against 0 of 4 is about 1,100, above 100. One that passes takes three.
    const often = (failing: number) => {
      let played = 0;
      const version = { name: 'now and then', rate: () => (played++ < failing ? 0 : 1) };
      return checkGate(createGate(), [stored('only', 10)], { random: quarter, repetitions: 10, versions: [version] }).knownBad[0];
    };
    expect(often(1)).toMatchObject({ blocked: { value: 0.1 }, inconclusive: { value: 0 }, runs: 3.1, runsAtMost: 3 });
    expect(often(2)).toMatchObject({ blocked: { value: 0.2 }, runs: 3.2, runsAtMost: 4 });
    // Wilson's bound for none of ten: z^2 / (10 + z^2).
    expect(often(0)?.blocked.high).toBeCloseTo(3.8415 / 13.8415, 4);
  });

  it('keeps to a budget that is given', () => {
    const { unchanged } = checkGate(createGate(), [stored('only', 10)], { random: quarter, repetitions: 1, versions: [], budget: 2 });
    expect(unchanged).toMatchObject({ inconclusive: { value: 1 }, runs: 0 });
  });

  it('says the same for the same random numbers', () => {
    const few = () => checkGate(createGate(), [stored('flaky', 7), stored('other', 9)], { random: seededRandom(4), repetitions: 5 });
    expect(few()).toEqual(few());
  });
});
