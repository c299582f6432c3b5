import { describe, expect, it } from 'vitest';
import { confirmCase, confirmHarm, confirmSuite } from './confirm.ts';
import { isInDoubt } from './doubt.ts';
import { type WeighedCase, weighEvidence } from './evidence.ts';
import { type GateOptions, resolveGateOptions } from './gate-options.ts';
import type { GateCase, GateState } from './gate-state.ts';
import { isHarmed, isStuck, isSuspicious, wantedRetries } from './retries.ts';
import { costOf, isMarginReachable, lastLook, lastRound, wantedScreening } from './screening.ts';
import { counts, screened } from './testing/screened-case.ts';

const none = counts(0, 0);
const suite = (size: number, more: Partial<GateCase> = {}) => Array.from({ length: size }, (_, index) => screened(`case-${index}`, more));
const evidenceOf = (cases: readonly GateCase[], options: GateOptions = {}, account: Omit<GateState, 'cases'> = {}) =>
  weighEvidence(resolveGateOptions(options), { ...account, cases: [...cases] });
const firstOf = ({ cases: [first] }: { readonly cases: readonly WeighedCase[] }): WeighedCase => {
  if (!first) throw new Error('a suite has a case');
  return first;
};

describe('evidence', () => {
  it('shares the level of the case test with critical cases, where there are any', () => {
    expect(evidenceOf(suite(2))).toMatchObject({ caseThreshold: 100, harm: undefined });
    const critical = evidenceOf([screened('a', { critical: true }), screened('b')], { criticalShare: 0.2 });
    expect(critical.caseThreshold).toBeCloseTo(125, 9);
    expect(critical.harm?.threshold).toBeCloseTo(500, 9);
  });

  it('weighs cases by severity, critical ones among themselves; a name that every object has weighs like any', () => {
    const cases = ['a', 'b', 'constructor'].map((id) => screened(id, { critical: id !== 'b', harm: { baseline: 0, candidate: 1 } }));
    const { cases: weighed, meanEValue, harm } = evidenceOf(cases, { severity: { a: 3 } });
    const [a, b, c] = weighed;
    expect(weighed.map(({ share, eValue }) => share / eValue)).toEqual([3 / 5, 1 / 5, 1 / 5]);
    expect([a, c].map((each) => (each?.harmShare ?? 0) / (each?.harmEValue ?? 1))).toEqual([3 / 4, 1 / 4]);
    expect(b).toMatchObject({ harmEValue: 0, harmShare: 0 });
    expect(meanEValue).toBeCloseTo(
      weighed.reduce((sum, { share }) => sum + share, 0),
      12,
    );
    expect(harm?.meanEValue).toBeCloseTo((a?.harmShare ?? 0) + (c?.harmShare ?? 0), 12);
    expect(harm?.accused.id).toBe('a');
  });

  it('accuses the case with the largest e-value, of equals the first', () => {
    expect(evidenceOf(suite(3)).accused.id).toBe('case-0');
    const [, ...others] = suite(3);
    expect(evidenceOf([...others, screened('worse', { candidate: counts(1, 3), screening: counts(1, 3) })]).accused.id).toBe('worse');
  });

  it('accuses the critical case with the largest share of false approvals, of equals the first', () => {
    const accused = (...harms: number[]) =>
      evidenceOf(harms.map((harm, index) => screened(`case-${index}`, { critical: true, harm: { baseline: 0, candidate: harm } }))).harm
        ?.accused.id;
    expect([accused(1, 2, 1), accused(2, 1, 1), accused(2, 2, 2)]).toEqual(['case-1', 'case-0', 'case-0']);
  });

  it('leaves a new case out of the suite test whose main runs were topped up beside retries', () => {
    const fresh = (runs: number) =>
      evidenceOf([
        ...suite(2),
        screened('new', { baseline: none, fresh: counts(runs, runs), candidate: counts(0, 3), screening: counts(0, 3) }),
      ]);
    // 3 of 3 against 0 of 3 is 1 / C(6, 3); clean cases tell nothing.
    expect(fresh(3).suiteTest?.pValue).toBeCloseTo(1 / 20, 12);
    expect(fresh(6).suiteTest?.pValue).toBe(1);
  });

  it('adds stored and fresh runs of main, and tells retries from screening', () => {
    const [each] = evidenceOf([screened('a', { fresh: counts(1, 2), candidate: counts(4, 9) })]).cases;
    expect(each).toMatchObject({ main: counts(11, 12), retries: 6 });
  });

  it.each<[string, readonly GateCase[], { readonly round: number; readonly level: boolean }]>([
    ['every case has as many', suite(2), { round: 3, level: true }],
    ['one is behind', [...suite(2), screened('late', { candidate: counts(2, 2), screening: counts(2, 2) })], { round: 2, level: false }],
    ['main of a new case is behind', [screened('new', { baseline: none, fresh: counts(2, 2) })], { round: 3, level: false }],
    ['main of a new case has more', [screened('new', { baseline: none, fresh: counts(4, 4) })], { round: 3, level: true }],
  ])('knows the round where %s', (_, cases, expected) => {
    expect(evidenceOf(cases)).toMatchObject(expected);
  });

  it('takes the suite test at scheduled rounds only: a fifth of 4 % after the first, two fifths after the third', () => {
    const testAfter = (runs: number) => evidenceOf(suite(2, { candidate: counts(runs, runs), screening: counts(runs, runs) })).suiteTest;
    expect(testAfter(1)).toEqual({ pValue: 1, level: expect.closeTo(0.008, 12) });
    expect(testAfter(2)).toBeUndefined();
    expect(testAfter(3)).toEqual({ pValue: 1, level: expect.closeTo(0.016, 12) });
    expect(evidenceOf([...suite(1), screened('late', { candidate: counts(1, 1), screening: counts(1, 1) })]).suiteTest).toBeUndefined();
  });

  it('has a margin of one case, at least 5 points, or the one that is given', () => {
    expect([evidenceOf(suite(10)).margin, evidenceOf(suite(40)).margin, evidenceOf(suite(10), { margin: 0.2 }).margin]).toEqual([
      0.1, 0.05, 0.2,
    ]);
  });

  it('counts every run against the budget: ten a case, and 160 more for each case that an earlier edition was accused of', () => {
    // 10 x 3 of the candidate, and of one case 2 fresh and 4 confirming runs of main.
    const cases = [...suite(9), screened('extra', { fresh: counts(2, 2), confirm: counts(4, 4) })];
    expect(evidenceOf(cases)).toMatchObject({ runs: { spent: 36, budget: 100, saved: 64 }, remaining: 64 });
    expect(evidenceOf(cases, {}, { spent: 120 })).toMatchObject({ runs: { spent: 120, budget: 100, saved: 0 }, remaining: 0 });
    expect(evidenceOf(cases, {}, { spent: 30, budget: 50 })).toMatchObject({ runs: { spent: 36, budget: 50 }, remaining: 14 });
    const recalled = cases.map((each, index) => ({ ...each, accusations: index < 2 ? 1 : 0 }));
    expect(evidenceOf(recalled).runs.budget).toBe(100 + 2 * 160);
    expect(evidenceOf(recalled, { budget: 10 }).runs.budget).toBe(100);
  });
});

describe('screening', () => {
  it('wants what is missing of each case, and of main where none is stored', () => {
    const evidence = evidenceOf([
      screened('a'),
      screened('b', { candidate: counts(1, 1), screening: counts(1, 1) }),
      screened('new', { baseline: none, fresh: counts(1, 1) }),
    ]);
    expect(wantedScreening(evidence, 3)).toEqual([
      { caseId: 'b', arm: 'candidate', purpose: 'screen', runs: 2 },
      { caseId: 'new', arm: 'baseline', purpose: 'screen', runs: 2 },
    ]);
    expect(costOf(wantedScreening(evidence, 4))).toBe(1 + 3 + 1 + 3);
  });

  it('goes as far as the budget and the rounds allow', () => {
    // Thirty runs are spent; each round of ten cases costs ten.
    expect([55, 59, 60, 1000].map((budget) => lastRound(evidenceOf(suite(10), {}, { budget })))).toEqual([5, 5, 6, 9]);
    expect(lastRound(evidenceOf(suite(10), {}, { budget: 30 }))).toBe(3);
  });

  it('may pass from the third round on', () => {
    const evidence = evidenceOf(suite(10));
    expect([0, 1, 2, 3, 4, 9].map((last) => lastLook(evidence, last))).toEqual([0, 0, 0, 3, 4, 9]);
  });

  it('knows whether the margin can be reached: z^2 / N with 1.645^2 = 2.706', () => {
    const options = resolveGateOptions({});
    const evidence = evidenceOf(suite(10, { candidate: counts(1, 1), screening: counts(1, 1) }));
    // 2.706 / 20 = 13.5 points and 2.706 / 30 = 9 points, against 10.
    expect([2, 3].map((round) => isMarginReachable(options, evidence, round))).toEqual([false, true]);
    // A bound that only reaches the margin does not rule it out.
    const margin = evidenceOf(suite(10)).drop.high;
    expect(isMarginReachable(options, evidenceOf(suite(10), { margin }), 3)).toBe(false);
    // New cases of which main passed 1 of 2 so far come to 3 of 4 against 4 of 4 by the fourth round: the bound is 25.5 points.
    const behind = suite(2, { baseline: none, fresh: counts(1, 2), candidate: counts(2, 2), screening: counts(2, 2) });
    expect([0.25, 0.26].map((at) => isMarginReachable(options, evidenceOf(behind, { margin: at }), 4))).toEqual([false, true]);
    // A round that is over does not take runs away.
    expect(isMarginReachable(options, evidenceOf(suite(10)), 1)).toBe(true);
    const fresh = evidenceOf(suite(10, { baseline: none, fresh: counts(0, 0), candidate: none, screening: none }));
    expect([2, 3].map((round) => isMarginReachable(options, fresh, round))).toEqual([false, true]);
  });
});

describe('retries', () => {
  const options = resolveGateOptions({});

  it("are for cases that half of main's rate explains twice as well", () => {
    // Main 10 of 10: a rate of 10.5/11. One failure: ln(1 - 0.477) - ln(1 - 0.955) = 2.44, more than ln 2; of three: 2.44 - 2 ln 2 = 1.06; of four: 2.44 - 3 ln 2 = 0.36.
    const suspicious = (passes: number, runs: number) =>
      isSuspicious(options, firstOf(evidenceOf([screened('a', { candidate: counts(passes, runs), screening: none })])));
    expect([suspicious(0, 1), suspicious(2, 3), suspicious(3, 4), suspicious(5, 6), suspicious(3, 3)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('are not for cases that it explains exactly as much better as is asked for', () => {
    // Without a run of main its rate is one half: one failure is (1 - 1/4) / (1 - 1/2) = 1.5 times as likely at half of it.
    const suspicious = (suspicion: number) =>
      isSuspicious(
        { ...options, suspicion },
        firstOf(evidenceOf([screened('a', { baseline: none, candidate: counts(0, 1), screening: none })])),
      );
    const ratio = Math.log1p(-0.25) - Math.log1p(-0.5);
    expect(ratio).toBeCloseTo(Math.log(1.5), 12);
    expect([suspicious(ratio), suspicious(0.999 * ratio)]).toEqual([false, true]);
  });

  it('have none of main where it has as many already, and are told case by case, the candidate first', () => {
    const retried = (id: string, more: Partial<GateCase>) => screened(id, { candidate: counts(0, 7), screening: counts(0, 1), ...more });
    // 7 + 3 runs of the candidate against 10, 9 and 8 of main.
    const cases = [retried('c', {}), retried('b', { baseline: counts(8, 9) }), retried('a', { baseline: counts(8, 8) })];
    expect(
      wantedRetries(options, evidenceOf(cases, {}, { budget: 1000 })).affordable.map(({ caseId, arm, runs }) => `${caseId} ${arm} ${runs}`),
    ).toEqual(['a candidate 3', 'a baseline 2', 'b candidate 3', 'b baseline 1', 'c candidate 3']);
  });

  it('are given to the strongest evidence first, whole batches only, and are told by case', () => {
    const worse = (id: string, runs: number) => screened(id, { candidate: counts(0, runs), screening: counts(0, 1) });
    const cases = [worse('a', 1), worse('b', 4), screened('c', { candidate: counts(1, 1), screening: counts(1, 1) })];
    // b has no main beside its retries: 10 stored runs are more than 4 + 3.
    const batch = (caseId: string) => ({ caseId, arm: 'candidate', purpose: 'retry', runs: 3 });
    expect(wantedRetries(options, evidenceOf(cases, {}, { budget: 12 }))).toEqual({ cases: 2, affordable: [batch('a'), batch('b')] });
    expect(wantedRetries(options, evidenceOf(cases, {}, { budget: 11 }))).toEqual({ cases: 2, affordable: [batch('b')] });
    expect(wantedRetries(options, evidenceOf(cases, {}, { budget: 8 }))).toEqual({ cases: 2, affordable: [] });
  });

  it("run main as well from the second batch on, up to the candidate's runs, and end at the cap", () => {
    const behind = screened('a', { baseline: counts(5, 5), candidate: counts(0, 4), screening: counts(0, 1) });
    const main = { caseId: 'a', arm: 'baseline', purpose: 'retry', runs: 2 };
    expect(wantedRetries(options, evidenceOf([behind])).affordable).toEqual([
      { caseId: 'a', arm: 'candidate', purpose: 'retry', runs: 3 },
      main,
    ]);
    expect(wantedRetries(resolveGateOptions({ topUp: false }), evidenceOf([behind])).affordable).toHaveLength(1);
    expect(wantedRetries(resolveGateOptions({ retryCap: 4 }), evidenceOf([behind])).affordable[0]).toMatchObject({ runs: 1 });
    expect(wantedRetries(resolveGateOptions({ retryCap: 3 }), evidenceOf([behind]))).toEqual({ cases: 0, affordable: [] });
  });

  it('follow one false approval of a critical case at once, main beside it', () => {
    const harmed = (harm: number, more: Partial<GateCase> = {}) =>
      evidenceOf([screened('a', { critical: true, baseline: counts(3, 3), harm: { baseline: 0, candidate: harm }, ...more })]);
    expect(wantedRetries(options, harmed(0)).cases).toBe(0);
    expect(wantedRetries(options, harmed(1)).affordable).toEqual([
      { caseId: 'a', arm: 'candidate', purpose: 'retry', runs: 3 },
      { caseId: 'a', arm: 'baseline', purpose: 'retry', runs: 3 },
    ]);
    expect(wantedRetries(options, harmed(1, { critical: false })).cases).toBe(0);
    // After a batch it goes on while the evidence speaks for harm: 5 of 8 where main never did, though both fail as often.
    const often = { baseline: counts(5, 10), candidate: counts(4, 8), screening: counts(4, 5) };
    expect(wantedRetries(options, harmed(3, often)).cases).toBe(1);
    expect(wantedRetries(options, harmed(1, often)).cases).toBe(0);
    // After a batch without another one the evidence speaks against harm.
    expect(wantedRetries(options, harmed(1, { baseline: counts(60, 60), candidate: counts(29, 30) })).cases).toBe(0);
    expect([0, 1, 2].map((times) => isHarmed(firstOf(harmed(times))))).toEqual([false, false, true]);
    expect(isHarmed(firstOf(harmed(2, { critical: false })))).toBe(false);
  });

  it('are stuck when they are used up and a tenth of what convicts is there', () => {
    const capped = resolveGateOptions({ retryCap: 3 });
    const used = (more: Partial<GateCase>) =>
      firstOf(evidenceOf([screened('a', { screening: counts(0, 1), candidate: counts(0, 4), ...more })]));
    expect(isStuck(capped, used({}))).toBe(true);
    expect(isStuck(resolveGateOptions({ retryCap: 4 }), used({}))).toBe(false);
    expect(isStuck(capped, used({ candidate: counts(4, 4), screening: counts(1, 1) }))).toBe(false);
    expect(isStuck(capped, { ...used({}), share: 0.099 })).toBe(false);
    expect(isStuck(capped, { ...used({}), share: 0.1 })).toBe(true);
  });
});

describe('a confirmation', () => {
  const accused = (more: Partial<GateCase>, budget: number) => {
    const evidence = evidenceOf([screened('a', { candidate: counts(0, 3), screening: counts(0, 3), ...more })], {}, { budget });
    return { evidence, accused: firstOf(evidence) };
  };
  const caseOf = (more: Partial<GateCase>, budget = 100) => {
    const given = accused(more, budget);
    return confirmCase(given.evidence, given.accused);
  };

  it('asks for ten runs of main at once, or for what the budget has', () => {
    const wanted = (runs: number) => ({ kind: 'sample', wanted: [{ caseId: 'a', arm: 'baseline', purpose: 'confirm', runs }] });
    expect(caseOf({})).toEqual(wanted(10));
    expect(caseOf({ confirm: counts(4, 4) })).toEqual(wanted(6));
    expect(caseOf({}, 7)).toEqual(wanted(4));
    expect(caseOf({}, 3)).toEqual({ kind: 'unaffordable' });
  });

  it('stands at p <= 0.1: three against three is 1 / 20, two of three against none is 3 / 15', () => {
    expect(caseOf({ confirm: counts(3, 3) }, 6)).toEqual({ kind: 'stands', pValue: expect.closeTo(1 / 20, 12) });
    // Of 2 passes and 4 failures among six, the candidate's three all failed: C(3,3) C(3,1) / C(6,4) = 3 / 15.
    expect(caseOf({ confirm: counts(2, 3) }, 6)).toEqual({ kind: 'main-moved', pValue: expect.closeTo(3 / 15, 12) });
  });

  it('of harm compares false approvals, not failures', () => {
    const given = accused({ critical: true, confirm: counts(0, 3), harm: { baseline: 0, confirm: 0, candidate: 3 } }, 6);
    expect(confirmHarm(given.evidence, given.accused)).toEqual({ kind: 'stands', pValue: expect.closeTo(1 / 20, 12) });
    const both = accused({ critical: true, confirm: counts(3, 3), harm: { baseline: 0, confirm: 3, candidate: 3 } }, 6);
    expect(confirmHarm(both.evidence, both.accused)).toEqual({ kind: 'main-moved', pValue: expect.closeTo(1, 12) });
  });

  it('of the suite runs main for up to three rounds, as many as the budget has for every case', () => {
    const runsOf = (budget: number, more: Partial<GateCase> = {}) => {
      const confirmation = confirmSuite(evidenceOf(suite(4, more), {}, { budget }));
      return confirmation.kind === 'sample' ? confirmation.wanted.map(({ runs }) => runs) : confirmation.kind;
    };
    expect([runsOf(100), runsOf(23), runsOf(19), runsOf(15)]).toEqual([[3, 3, 3, 3], [2, 2, 2, 2], [1, 1, 1, 1], 'unaffordable']);
    expect(runsOf(100, { confirm: counts(1, 1) })).toEqual([2, 2, 2, 2]);
    // 12 + 4 runs are spent: four more make two rounds with the one that is there.
    expect(runsOf(20, { confirm: counts(1, 1) })).toEqual([1, 1, 1, 1]);
    expect(runsOf(100, { confirm: counts(3, 3) })).toBe('main-moved');
  });
});

describe('doubt', () => {
  /** Two of fifty cases failed once. Of 10 + n runs one failed, among the candidate's n: p = (n / (10 + n))^2. */
  const doubtful = (runs: number, options: GateOptions = {}, budget = 1000) => {
    const cases = suite(50).map((each, index) => ({
      ...each,
      candidate: counts(index < 2 ? runs - 1 : runs, runs),
      screening: counts(index < 2 ? runs - 1 : runs, runs),
    }));
    return isInDoubt(resolveGateOptions(options), evidenceOf(cases, options, { budget }));
  };

  it('is there at p = (3 / 13)^2 = 0.053 and (4 / 14)^2 = 0.082, not at a level below', () => {
    expect([doubtful(3), doubtful(4)]).toEqual([true, true]);
    expect([doubtful(3, { doubt: 0.05 }), doubtful(4, { doubt: 0.08 }), doubtful(3, { doubt: 0 })]).toEqual([false, false, false]);
  });

  it('is none where p is the level exactly, and before the first round', () => {
    const cases = suite(50).map((each, index) => (index < 2 ? { ...each, candidate: counts(2, 3), screening: counts(2, 3) } : each));
    const evidence = evidenceOf(cases, {}, { budget: 1000 });
    const at = (doubt: number) => isInDoubt({ ...resolveGateOptions({}), doubt }, evidence);
    const pValue = evidence.suiteTest?.pValue as number;
    expect(pValue).toBeCloseTo((3 / 13) ** 2, 12);
    expect([at(pValue), at(1.001 * pValue)]).toEqual([false, true]);
    expect(isInDoubt(resolveGateOptions({}), evidenceOf(suite(50, { candidate: none, screening: none })))).toBe(false);
  });

  it('is none where half of the margin is ruled out, as it is by a bound of exactly that', () => {
    expect(doubtful(3, { margin: 0.5 })).toBe(false);
    const cases = suite(50).map((each, index) => (index < 2 ? { ...each, candidate: counts(2, 3), screening: counts(2, 3) } : each));
    const { high } = evidenceOf(cases).drop;
    expect([doubtful(3, { margin: 2 * high }), doubtful(3, { margin: 1.999 * high })]).toEqual([false, true]);
  });

  it('lasts while the budget reaches the next scheduled test, after the sixth round', () => {
    expect([150, 250, 299, 300].map((budget) => doubtful(3, {}, budget))).toEqual([false, false, false, true]);
  });
});
