import { describe, expect, it } from 'vitest';
import { atOnce } from '../contracts/turns.ts';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import { seekingCaseDrop, seekingDetectable, seekingHarm } from './minimum-detectable.ts';
import { oneRunGate } from './testing/one-run-gate.ts';
import { counts, screened } from './testing/screened-case.ts';

const detectableCaseDrop = (...given: Parameters<typeof seekingCaseDrop>) => atOnce(seekingCaseDrop(...given));
const detectableHarm = (...given: Parameters<typeof seekingHarm>) => atOnce(seekingHarm(...given));
const minimumDetectableRegression = (...given: Parameters<typeof seekingDetectable>) => atOnce(seekingDetectable(...given));

const stored = (id: string, passes: number, runs: number, more: { critical?: boolean; harm?: number } = {}) => ({
  id,
  baseline: counts(passes, runs),
  ...more,
});
const steady = Array.from({ length: 9 }, (_, index) => stored(`case-${index}`, 10, 10));
/** Every run passes where its true rate is above this. */
const always = (rate: number) => ({ random: () => rate, repetitions: 1 });
/** Of five runs with a true rate of r those fail that draw r or more. */
const inTurn = () => {
  let drawn = 0;
  return () => [0, 0.2, 0.4, 0.6, 0.8][drawn++ % 5] as number;
};

describe('the drop of one case that is seen', () => {
  it('is looked for in the case that main passes most often, in steps of 5 points', () => {
    // (20 + 1/2) / 21 = 97.6 %: 65 points less still pass above 31 %, 70 points less never do. Of 95.5 %, 65 would do.
    expect(detectableCaseDrop(createGate(), [...steady, stored('best', 20, 20)], always(0.31))).toEqual({ caseId: 'best', drop: 0.7 });
    expect(detectableCaseDrop(createGate(), [stored('worse', 2, 20), ...steady], always(0.31))).toEqual({ caseId: 'case-0', drop: 0.65 });
  });

  it('is that of the power asked for, four of five by itself', () => {
    // 95.5 % less 80 points is 15.5 %: four of five draws fail; less 75 points is 20.5 %: three do; less 60 it is three, less 55 two.
    const seen = (power?: number) =>
      detectableCaseDrop(oneRunGate(), [stored('only', 10, 10)], {
        random: inTurn(),
        repetitions: 5,
        ...(power === undefined ? {} : { power }),
      });
    expect(seen()).toEqual({ caseId: 'only', drop: 0.8 });
    expect(seen(0.6)).toEqual({ caseId: 'only', drop: 0.6 });
    // Only what never passes fails on a draw of 0: no drop is larger than the rate itself.
    expect(seen(1)).toEqual({ caseId: 'only', drop: 10.5 / 11 });
  });

  it('is sought a simulated change at a time, so that somebody can stop it between two', () => {
    const steps = seekingCaseDrop(createGate(), steady, { ...always(0.31), repetitions: 7 });
    for (let step = 0; step < 7; step += 1) expect(steps.next().done).toBe(false);
  });

  it('plays a hundred changes of each size where nothing else is said', () => {
    let draws = 0;
    const random = () => {
      draws += 1;
      return 0;
    };
    // A draw of 0 fails only where nothing is left of the rate: 80 blocked ones of that are enough to know, and of the five sizes that are halved 21 others.
    expect(detectableCaseDrop(oneRunGate(), [stored('only', 10, 10)], { random })).toEqual({ caseId: 'only', drop: 10.5 / 11 });
    expect(draws).toBe(80 + 5 * 21);
  });

  it('is none where even a case that always fails is not blocked, or the budget ends before', () => {
    expect(detectableCaseDrop(createGate(), [stored('failing', 0, 10)], always(0.5))).toBeUndefined();
    expect(detectableCaseDrop(createGate(), steady, always(0.31), 8)).toBeUndefined();
  });
});

describe('the false approvals of a critical case that are seen', () => {
  it('are looked for in the critical case that main passes most often; main never gives them', () => {
    const cases = [...steady, stored('loan', 9, 10, { critical: true, harm: 1 }), stored('claim', 10, 10, { critical: true })];
    // A candidate that gives them in 70 % passes in 30 %, which is not above 31 %; in 65 % it does.
    expect(detectableHarm(createGate(), cases, always(0.31))).toEqual({ caseId: 'claim', rate: 0.7 });
    expect(detectableHarm(createGate(), cases, always(0.31), 10)).toBeUndefined();
    // One batch of retries convicts by false approvals; of failures alone it would take two.
    const one = [...steady, stored('claim', 10, 10, { critical: true })];
    expect(detectableHarm(createGate({ retryCap: 3 }), one, always(0.31))).toEqual({ caseId: 'claim', rate: 0.7 });
    expect(detectableHarm(createGate(), steady, always(0.31))).toBeUndefined();
    // Where one case is not enough to block, the others are no part of it: they stay as they are, and the suite did not get worse.
    expect(detectableHarm(createGate({ alphaCase: 1e-300 }), one, always(0.31))).toBeUndefined();
  });

  it('come on top of what main fails without them', () => {
    // Main passes 5.5 of 11: the candidate passes no more often than that, so every size is blocked where half is not enough.
    expect(detectableHarm(oneRunGate(), [stored('loan', 5, 10, { critical: true })], always(0.6))).toEqual({ caseId: 'loan', rate: 0.05 });
    expect(detectableHarm(oneRunGate(), [stored('loan', 5, 10, { critical: true })], always(0.4))).toEqual({ caseId: 'loan', rate: 0.6 });
  });
});

describe('what a run could have seen', () => {
  const run = (baselineRuns: number, rounds: number, more: Parameters<typeof screened>[1] = {}) => ({
    cases: Array.from({ length: 10 }, (_, index) =>
      screened(`case-${index}`, {
        baseline: counts(baselineRuns, baselineRuns),
        candidate: counts(rounds, rounds),
        screening: counts(rounds, rounds),
        ...more,
      }),
    ),
  });
  const drop = (...input: Parameters<typeof run>) =>
    minimumDetectableRegression(createGate(), run(...input), { random: seededRandom(3), repetitions: 400 }).suite?.drop;

  it('over the suite is what the last test that was taken rejects: each failure in another clean case multiplies p by t / (t + n)', {
    tags: ['slow'],
  }, () => {
    // Round 3 blocks at 0.016: (3/27)^2 = 0.0123. P(Binomial(30, d) >= 2) = 0.8 at d = 0.097. Round 1 would at 0.008, which takes three.
    expect(drop(24, 3)).toBeCloseTo(0.097, 1);
    // Round 2 has no test of its own, so round 1 counts: (2/22)^2 = 0.00826 > 0.008. P(Binomial(20, d) >= 3) = 0.8 at d = 0.205.
    expect(drop(20, 2)).toBeGreaterThan(0.17);
    expect(drop(20, 0)).toBeUndefined();
    // 24 stored runs allow 23 rounds, so half of the ninth's level, 0.004, is the eighteenth's: (18/42)^7 = 0.0027 and (18/42)^6 = 0.0062, and 0.8 at 0.05.
    expect(drop(24, 18)).toBeGreaterThan(0.035);
    expect(drop(24, 18)).toBeLessThan(0.065);
  });

  it('in one case, and of false approvals, is what the gate itself blocks within the budget', () => {
    const found = minimumDetectableRegression(createGate(), run(10, 3, { critical: true }), always(0.31));
    expect(found.oneCase).toEqual({ caseId: 'case-0', drop: 0.65 });
    expect(found.harm).toEqual({ caseId: 'case-0', rate: 0.7 });
    expect(minimumDetectableRegression(createGate(), { ...run(10, 3), budget: 9 }, always(0.31))).toMatchObject({
      oneCase: undefined,
      harm: undefined,
    });
  });

  it('in one case of hundreds is what is blocked there: the others are not flakier than they were seen to be', () => {
    const cases = Array.from({ length: 300 }, (_, index) => stored(`case-${index}`, 10, 10));
    const found = detectableCaseDrop(createGate(), cases, { random: seededRandom(3), repetitions: 40 });
    expect(found?.drop).toBeGreaterThan(0.4);
    expect(found?.drop).toBeLessThan(0.8);
    // Nor is a case that never ran taken for a sound one in a suite that is not.
    const fresh = Array.from({ length: 100 }, (_, index) => stored(`new-${index}`, 0, 0));
    expect(detectableCaseDrop(createGate(), [...cases, ...fresh], { random: seededRandom(3), repetitions: 40 })?.drop).toBeGreaterThan(0.4);
  });
});
