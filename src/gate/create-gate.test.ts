import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { createGate } from './create-gate.ts';
import { weighEvidence } from './evidence.ts';
import { type GateOptions, resolveGateOptions } from './gate-options.ts';
import type { GateCase } from './gate-state.ts';
import { deal, type Outcomes, runsOf } from './testing/deal.ts';

const none = { passes: 0, runs: 0 };
const counts = (passes: number, runs: number) => ({ passes, runs });
const start = (id: string, more: Partial<GateCase> = {}): GateCase => ({
  id,
  baseline: counts(10, 10),
  candidate: none,
  screening: none,
  ...more,
});
const suite = (count: number, more: Partial<GateCase> = {}) => Array.from({ length: count }, (_, index) => start(`case-${index}`, more));
const always: Outcomes = () => true;
/** Main always passes; the candidate never does on these cases. */
const breaks =
  (...broken: string[]): Outcomes =>
  (caseId, arm) =>
    arm === 'baseline' || !broken.includes(caseId);

describe('the schedule', () => {
  it('screens every case once, then passes a clean candidate after three rounds', () => {
    const { verdict, batches } = deal(createGate(), { cases: suite(10) }, always);
    expect(batches).toHaveLength(3);
    expect(batches[0]).toEqual(
      Array.from({ length: 10 }, (_, index) => ({ caseId: `case-${index}`, arm: 'candidate', purpose: 'screen', runs: 1 })),
    );
    expect(verdict).toMatchObject({ verdict: 'pass', round: 3, runs: { spent: 30, budget: 100, saved: 70 } });
    expect(verdict.suite.drop.high).toBeLessThan(verdict.suite.margin);
  });

  it('retries a suspicious case in threes, with main beside it from the second batch on', () => {
    const { batches } = deal(createGate({ alphaCase: 1e-9 }), { cases: suite(5, { baseline: counts(3, 3) }) }, breaks('case-2'));
    expect(batches[1]).toEqual([{ caseId: 'case-2', arm: 'candidate', purpose: 'retry', runs: 3 }]);
    expect(batches[2]).toEqual([
      { caseId: 'case-2', arm: 'candidate', purpose: 'retry', runs: 3 },
      // 4 candidate runs + 3 - 3 of main = 4 missing, at most 3 at once.
      { caseId: 'case-2', arm: 'baseline', purpose: 'retry', runs: 3 },
    ]);
  });

  it('runs no main beside retries with topUp off, or where main has enough runs', () => {
    const off = deal(createGate({ alphaCase: 1e-9, topUp: false }), { cases: suite(5, { baseline: counts(3, 3) }) }, breaks('case-2'));
    expect(off.batches.flat().some(({ arm }) => arm === 'baseline')).toBe(false);
    const enough = deal(createGate({ alphaCase: 1e-9 }), { cases: suite(5, { baseline: counts(60, 60) }) }, breaks('case-2'));
    expect(enough.batches.flat().some(({ arm }) => arm === 'baseline')).toBe(false);
  });

  it('stops retrying at the cap and is inconclusive when the evidence is too strong to let go', () => {
    const { verdict, states } = deal(createGate({ alphaCase: 1e-9, retryCap: 8 }), { cases: suite(5) }, breaks('case-2'));
    expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'stuck', caseId: 'case-2' });
    expect(states.at(-1)?.cases[2]?.candidate.runs).toBe(1 + 8);
  });

  it('runs both arms on a new case, round by round', () => {
    const { verdict, batches, states } = deal(createGate(), { cases: [...suite(9), start('new', { baseline: none })] }, always);
    for (const batch of batches) {
      expect(batch.filter(({ caseId }) => caseId === 'new')).toEqual([
        { caseId: 'new', arm: 'candidate', purpose: 'screen', runs: 1 },
        { caseId: 'new', arm: 'baseline', purpose: 'screen', runs: 1 },
      ]);
    }
    expect(verdict.verdict).toBe('pass');
    expect(states.at(-1)?.cases.find(({ id }) => id === 'new')?.fresh).toEqual(counts(3, 3));
  });

  it('does not hold a new case against the candidate that main fails as well, and convicts when only the candidate fails it', () => {
    const cases = [...suite(5), start('new', { baseline: none })];
    const bothFail: Outcomes = (caseId) => caseId !== 'new';
    expect(deal(createGate(), { cases }, bothFail).verdict.verdict).toBe('pass');
    expect(deal(createGate(), { cases }, breaks('new')).verdict).toMatchObject({ verdict: 'regressed', cause: 'case', caseId: 'new' });
  });

  it('lets cases that are behind catch up before anything else', () => {
    const behind = suite(3).map((each, index) => (index === 1 ? each : { ...each, candidate: counts(2, 2), screening: counts(2, 2) }));
    expect(createGate().next({ cases: behind })).toEqual({
      kind: 'sample',
      wanted: [{ caseId: 'case-1', arm: 'candidate', purpose: 'screen', runs: 1 }],
    });
  });

  it('lets main of a new case catch up within its round, before a retry, a pass or a further round', () => {
    const three = { candidate: counts(3, 3), screening: counts(3, 3) };
    const fresh = start('new', { ...three, baseline: none, fresh: counts(2, 2) });
    const missing = { kind: 'sample', wanted: [{ caseId: 'new', arm: 'baseline', purpose: 'screen', runs: 1 }] };
    expect(createGate().next({ cases: [...suite(9, three), fresh] })).toEqual(missing);
    const failing = start('failing', { candidate: counts(1, 3), screening: counts(1, 3) });
    expect(createGate().next({ cases: [...suite(8, three), failing, fresh] })).toEqual(missing);
    // 33 runs of the candidate's ten cases and of main's new one are needed, 32 are there.
    expect(createGate().next({ cases: [...suite(9, three), fresh], budget: 33 })).toEqual(missing);
    expect(createGate().next({ cases: [...suite(9, three), fresh], budget: 32 })).toMatchObject({
      verdict: 'inconclusive',
      cause: 'budget',
    });
  });

  it('takes the suite test at its own rounds only', () => {
    // Every case of main passed 10 of 10, every third run of the candidate fails: overwhelming at any round.
    const at = (round: number) =>
      createGate({ alphaCase: 1e-9 }).next({
        cases: suite(60, { candidate: counts(round - 1, round), screening: counts(round - 1, round) }),
      });
    expect(at(2)).not.toMatchObject({ verdict: 'regressed' });
    expect(at(3)).toMatchObject({ verdict: 'regressed', cause: 'suite', suite: { test: { level: expect.closeTo(0.016, 10) } } });
    expect(at(4)).not.toMatchObject({ verdict: 'regressed' });
    expect(at(6)).toMatchObject({ verdict: 'regressed', cause: 'suite' });
  });

  it('leaves retries out of the suite test', () => {
    const clean = counts(3, 3);
    const retried = suite(40, { candidate: counts(3, 8), screening: clean });
    expect(createGate({ alphaCase: 1e-300, retryCap: 5 }).next({ cases: retried })).toMatchObject({ suite: { test: { pValue: 1 } } });
  });

  it('goes on to the next scheduled test when the suite looks worse, instead of passing', () => {
    // 2 of 50 cases failed once: p = (3/13)^2 = 0.053; the bound on the drop is 3.5 points, between half the margin and the margin of 5.
    const cases = suite(50).map((each, index) => ({
      ...each,
      candidate: counts(index < 2 ? 2 : 3, 3),
      screening: counts(index < 2 ? 2 : 3, 3),
    }));
    expect(createGate({ suspicion: 50 }).next({ cases }).kind).toBe('sample');
    expect(createGate({ suspicion: 50, doubt: 0 }).next({ cases })).toMatchObject({ verdict: 'pass' });
  });
});

describe('the verdict', () => {
  it('convicts a case that went from always right to always wrong within two runs a case, and names it', () => {
    for (const count of [1, 2, 10, 50, 300]) {
      const { verdict, states } = deal(createGate(), { cases: suite(count) }, breaks('case-0'));
      expect(verdict).toMatchObject({ verdict: 'regressed', cause: 'case', caseId: 'case-0', case: { threshold: 100 } });
      expect(verdict.case.meanEValue).toBeGreaterThanOrEqual(100);
      expect(verdict.case.drop.low).toBeGreaterThan(0);
      if (count >= 10) expect(runsOf(states.at(-1) ?? { cases: [] })).toBeLessThanOrEqual(2 * count);
    }
  });

  it('passes a case that main fails as well, and one that got better', () => {
    const failing = start('failing', { baseline: counts(0, 10) });
    expect(deal(createGate(), { cases: [...suite(9), failing] }, breaks('failing')).verdict.verdict).toBe('pass');
    expect(deal(createGate(), { cases: [...suite(9), failing] }, always).verdict.verdict).toBe('pass');
  });

  it('weighs evidence by severity', () => {
    // E of main 10 of 10 against 0 of 4 is about 760: enough in 1 case of 5, not in 1 of 20.
    const cases = suite(20).map((each, index) => ({
      ...each,
      candidate: counts(index === 0 ? 0 : 1, index === 0 ? 4 : 1),
      screening: counts(index === 0 ? 0 : 1, 1),
    }));
    expect(createGate().next({ cases })).toMatchObject({ kind: 'sample' });
    expect(createGate({ severity: { 'case-0': 10 } }).next({ cases })).toMatchObject({ verdict: 'regressed', caseId: 'case-0' });
  });
});

describe('a threshold', () => {
  const evidenceOf = (options: GateOptions, cases: readonly GateCase[]) =>
    weighEvidence(resolveGateOptions(options), { cases: [...cases] });
  const failing = (more: Partial<GateCase> = {}) => start('only', { candidate: counts(0, 4), screening: counts(0, 1), ...more });

  it('of a case convicts when it is reached', () => {
    // One case has all of the weight, so 1 / alphaCase is its e-value.
    const { meanEValue } = evidenceOf({}, [failing()]);
    const options = { alphaCase: 1 / meanEValue };
    expect(evidenceOf(options, [failing()]).caseThreshold).toBe(meanEValue);
    expect(createGate(options).next({ cases: [failing()] })).toMatchObject({ verdict: 'regressed', cause: 'case' });
    expect(createGate({ alphaCase: options.alphaCase * 0.999 }).next({ cases: [failing()] })).not.toMatchObject({ verdict: 'regressed' });
  });

  it('of a critical case convicts when it is reached', () => {
    const harmed = failing({ critical: true, harm: { baseline: 0, candidate: 4 } });
    const meanEValue = evidenceOf({}, [harmed]).harm?.meanEValue as number;
    const options = { alphaCase: 2 / meanEValue };
    expect(evidenceOf(options, [harmed]).harm?.threshold).toBe(meanEValue);
    expect(createGate(options).next({ cases: [harmed] })).toMatchObject({ verdict: 'regressed', cause: 'critical' });
  });

  it('of the suite convicts when it is reached', () => {
    const cases = suite(40, { candidate: counts(2, 3), screening: counts(2, 3) });
    const pValue = evidenceOf({}, cases).suiteTest?.pValue as number;
    const options = { alphaCase: 1e-9, alphaSuite: pValue, spend: { 3: 1 } };
    expect(evidenceOf(options, cases).suiteTest?.level).toBe(pValue);
    expect(createGate(options).next({ cases })).toMatchObject({ verdict: 'regressed', cause: 'suite' });
  });

  it('of the margin is not ruled out by a bound that only reaches it', () => {
    const cases = suite(10, { candidate: counts(3, 3), screening: counts(3, 3) });
    const margin = evidenceOf({}, cases).drop.high;
    expect(createGate({ margin }).next({ cases })).toMatchObject({ kind: 'sample' });
    expect(createGate({ margin: margin * 1.001 }).next({ cases })).toMatchObject({ verdict: 'pass' });
  });
});

describe('a critical case', () => {
  const critical = (more: Partial<GateCase> = {}) => start('critical', { critical: true, ...more });
  const among = (count: number, each: GateCase) => [...suite(count - 1), each];
  const harms =
    (often: (number: number) => boolean, main: (number: number) => boolean = () => false): Outcomes =>
    (caseId, arm, _purpose, number) =>
      caseId !== 'critical' || !(arm === 'candidate' ? often(number) : main(number)) || 'harm';

  it('that is always falsely approved now is convicted by one screening run and one batch of retries', () => {
    const { verdict, states, batches } = deal(
      createGate(),
      { cases: among(10, critical()) },
      harms(() => true),
    );
    expect(batches.slice(1)).toEqual([[{ caseId: 'critical', arm: 'candidate', purpose: 'retry', runs: 3 }]]);
    // E of main 10 of 10 against 0 of 4 is about 1,100; 1 / (0.01 x 1/2) = 200 convicts, and there is no other critical case.
    expect(verdict).toMatchObject({
      verdict: 'regressed',
      cause: 'critical',
      caseId: 'critical',
      critical: { threshold: 200, baseline: { harm: 0, runs: 10 }, candidate: { harm: 4, runs: 4 } },
      reason: expect.stringContaining('4 of 4 runs of the candidate, 0 of 10 of main'),
    });
    expect(runsOf(states.at(-1) ?? { cases: [] })).toBe(13);
  });

  it('that is falsely approved every second time is convicted by more retries, with main beside them', () => {
    const { verdict, states } = deal(
      createGate(),
      { cases: among(10, critical()) },
      harms((number) => number % 2 === 1),
    );
    expect(verdict).toMatchObject({ verdict: 'regressed', cause: 'critical' });
    expect(states.at(-1)?.cases.at(-1)?.candidate.runs).toBeLessThanOrEqual(22);
  });

  it('without stored runs is convicted too: main is run beside the first retries', () => {
    const { verdict, batches } = deal(
      createGate(),
      { cases: among(10, critical({ baseline: none })) },
      harms(() => true),
    );
    expect(batches[1]).toEqual([
      { caseId: 'critical', arm: 'candidate', purpose: 'retry', runs: 3 },
      { caseId: 'critical', arm: 'baseline', purpose: 'retry', runs: 3 },
    ]);
    expect(verdict).toMatchObject({ verdict: 'regressed', cause: 'critical', critical: { candidate: { harm: 7, runs: 7 } } });
  });

  it('that main falsely approves as well convicts nobody, and passes nobody', () => {
    const flaky = critical({ baseline: counts(8, 10), harm: { baseline: 2, candidate: 0 } });
    const both = harms(
      (number) => number % 4 === 1,
      (number) => number % 4 === 1,
    );
    expect(deal(createGate(), { cases: among(10, flaky) }, both).verdict).toMatchObject({
      verdict: 'inconclusive',
      cause: 'harm',
      caseId: 'critical',
      reason: expect.stringContaining('a candidate that does this never passes'),
    });
  });

  it('never passes when it was falsely approved twice, however often main did so', () => {
    for (const harm of [0, 1, 5, 10]) {
      const each = critical({
        baseline: counts(10 - harm, 10),
        candidate: counts(38, 40),
        screening: counts(3, 3),
        harm: { baseline: harm, candidate: 2 },
      });
      const cases = [...suite(9, { candidate: counts(3, 3), screening: counts(3, 3) }), each];
      expect(createGate().next({ cases })).not.toMatchObject({ verdict: 'pass' });
      const single = { ...each, candidate: counts(39, 40), harm: { baseline: harm, candidate: 1 } };
      expect(createGate().next({ cases: [...cases.slice(0, 9), single] })).toMatchObject({ verdict: 'pass' });
    }
  });

  it('is inconclusive, not a pass, when the budget ends before a conviction', () => {
    // Three rounds of ten cases and one batch of retries fit, the second one does not.
    const budget = { cases: among(10, critical()), budget: 34 };
    expect(
      deal(
        createGate(),
        budget,
        harms((number) => number === 3 || number === 5),
      ).verdict,
    ).toMatchObject({
      verdict: 'inconclusive',
      cause: 'harm',
    });
  });

  it('is named where it has the most evidence of several, and the first of equals', () => {
    const harmed = (id: string, harm: number) =>
      critical({ id, baseline: counts(8, 10), candidate: counts(37, 40), screening: counts(3, 3), harm: { baseline: 2, candidate: harm } });
    const verdictOf = (...cases: GateCase[]) => createGate().next({ cases, spent: 0, budget: 1000 });
    const named = (caseId: string) => ({ verdict: 'inconclusive', cause: 'harm', caseId });
    expect(verdictOf(harmed('a', 2), harmed('b', 3), harmed('c', 2))).toMatchObject(named('b'));
    expect(verdictOf(harmed('a', 3), harmed('b', 2), harmed('c', 2))).toMatchObject(named('a'));
    expect(verdictOf(harmed('a', 2), harmed('b', 2), harmed('c', 2))).toMatchObject(named('a'));
  });

  it('is retried once when it was falsely approved once, and then passes', () => {
    const once = deal(
      createGate(),
      { cases: among(10, critical({ baseline: counts(5, 10) })) },
      harms((number) => number === 2),
    );
    expect(once.batches.flat().filter(({ purpose }) => purpose === 'retry')).toEqual([
      { caseId: 'critical', arm: 'candidate', purpose: 'retry', runs: 3 },
    ]);
    expect(once.verdict.verdict).toBe('pass');
  });

  it('is not harmed by failures that are no false approval, nor any other case by false approvals', () => {
    const failing: Outcomes = (caseId, arm, _purpose, number) => caseId !== 'critical' || arm === 'baseline' || number % 4 !== 1;
    const verdict = deal(createGate({ alphaCase: 1e-9 }), { cases: among(10, critical({ baseline: counts(5, 10) })) }, failing).verdict;
    expect(verdict).not.toMatchObject({ cause: 'harm' });
    const uncritical = deal(
      createGate(),
      { cases: among(10, critical({ critical: false, baseline: counts(5, 10) })) },
      harms((number) => number % 4 === 1),
    );
    expect(uncritical.verdict).not.toMatchObject({ cause: 'harm' });
    expect(uncritical.verdict.critical).toBeUndefined();
  });

  it('shares the level of the case test: both parts together are alphaCase, and without a critical case the case test has all of it', () => {
    const { verdict } = deal(createGate({ alphaCase: 0.02, criticalShare: 0.25 }), { cases: among(10, critical()) }, always);
    expect(1 / verdict.case.threshold).toBeCloseTo(0.015, 12);
    expect(1 / (verdict.critical?.threshold ?? 0)).toBeCloseTo(0.005, 12);
    expect(1 / deal(createGate(), { cases: suite(10) }, always).verdict.case.threshold).toBeCloseTo(0.01, 12);
  });

  it('is confirmed by false approvals of main as it runs now, where the option asks for it', () => {
    const gate = createGate({ confirm: true });
    const stands = deal(
      gate,
      { cases: among(10, critical()) },
      harms(() => true),
    );
    expect(stands.batches.at(-1)).toEqual([{ caseId: 'critical', arm: 'baseline', purpose: 'confirm', runs: 10 }]);
    expect(stands.verdict).toMatchObject({ verdict: 'regressed', cause: 'critical', confirmPValue: expect.any(Number) });
    const moved = harms(
      () => true,
      () => true,
    );
    expect(deal(gate, { cases: among(10, critical()) }, moved).verdict).toMatchObject({ verdict: 'inconclusive', cause: 'main-moved' });
  });
});

describe('the budget', () => {
  it('starts nothing when it cannot reach the depth', () => {
    expect(createGate().next({ cases: suite(10), budget: 29 })).toMatchObject({
      verdict: 'inconclusive',
      cause: 'margin',
      round: 0,
      runs: { spent: 0 },
    });
  });

  it('starts no round it cannot finish', () => {
    const flaky = suite(10, { baseline: counts(5, 10) });
    const { verdict, states } = deal(
      createGate(),
      { cases: flaky, budget: 45 },
      (caseId, _arm, _purpose, number) => (number + caseId.length + Number(caseId.slice(5))) % 2 === 0,
    );
    expect(verdict).toMatchObject({ verdict: 'inconclusive' });
    expect(runsOf(states.at(-1) ?? { cases: [] }) % 10).toBe(0);
  });

  it('ends where a suspicious case is left and no batch of retries', () => {
    const failing = start('failing', { candidate: counts(0, 1), screening: counts(0, 1) });
    const cases = [...suite(2, { candidate: counts(1, 1), screening: counts(1, 1) }), failing];
    expect(createGate().next({ cases, budget: 5 })).toMatchObject({ verdict: 'inconclusive', cause: 'budget', caseId: undefined });
    expect(createGate().next({ cases, budget: 6 })).toMatchObject({ kind: 'sample', wanted: [{ caseId: 'failing', purpose: 'retry' }] });
  });

  it('starts no further round after which it may not pass', () => {
    // Thirty stored runs allow 29 rounds; after nine each third may pass, so the tenth and eleventh lead to none within 12 x 11 runs, the twelfth does.
    const cases = suite(10, { baseline: counts(30, 30), candidate: counts(10, 10), screening: counts(10, 10) });
    expect(createGate().next({ cases, budget: 119 })).toMatchObject({ verdict: 'inconclusive', cause: 'margin' });
    expect(createGate().next({ cases, budget: 120 })).toMatchObject({ kind: 'sample' });
  });

  it('says at once that a margin is out of reach', () => {
    expect(createGate({ margin: 0.001 }).next({ cases: suite(10) })).toMatchObject({
      verdict: 'inconclusive',
      cause: 'margin',
      runs: { spent: 0 },
    });
  });

  it('counts what is spent elsewhere, and never less than the counts show', () => {
    const cases = suite(10, { candidate: counts(1, 1), screening: counts(1, 1) });
    expect(createGate().next({ cases, spent: 100 })).toMatchObject({ verdict: 'inconclusive', cause: 'budget', runs: { spent: 100 } });
    expect(createGate().next({ cases, spent: 0, budget: 19 })).toMatchObject({ verdict: 'inconclusive', runs: { spent: 10 } });
  });
});

describe('confirmation', () => {
  const gate = createGate({ confirm: true });

  it('runs main ten times more on the accused case and blocks when main still passes it', () => {
    const { verdict, batches } = deal(gate, { cases: suite(10) }, breaks('case-3'));
    expect(batches.at(-1)).toEqual([{ caseId: 'case-3', arm: 'baseline', purpose: 'confirm', runs: 10 }]);
    expect(verdict).toMatchObject({ verdict: 'regressed', caseId: 'case-3' });
    expect(verdict.verdict === 'regressed' && verdict.confirmPValue).toBeLessThanOrEqual(0.1);
  });

  it('blames main when main, as it runs now, fails the case too', () => {
    const moved: Outcomes = (caseId, _arm, _purpose, _number) => caseId !== 'case-3';
    // No fresh run before the confirmation: the case is convicted from the stored baseline.
    expect(deal(createGate({ confirm: true, topUp: false }), { cases: suite(10) }, moved).verdict).toMatchObject({
      verdict: 'inconclusive',
      cause: 'main-moved',
      caseId: 'case-3',
      reason: expect.stringContaining('main itself has changed'),
    });
  });

  it('runs main for up to three rounds on an accused suite', () => {
    const worse: Outcomes = (caseId, arm, _purpose, number) => arm === 'baseline' || (Number(caseId.slice(5)) + number) % 4 !== 0;
    const { verdict, batches } = deal(createGate({ confirm: true, suspicion: 50 }), { cases: suite(40) }, worse);
    expect(batches.at(-1)).toHaveLength(40);
    expect(batches.at(-1)?.[0]).toEqual({ caseId: 'case-0', arm: 'baseline', purpose: 'confirm', runs: 3 });
    expect(verdict).toMatchObject({ verdict: 'regressed', cause: 'suite' });
    const bothWorse: Outcomes = (caseId, arm, purpose, number) =>
      worse(caseId, 'candidate', purpose, number) || (arm === 'baseline' && purpose !== 'confirm');
    expect(deal(createGate({ confirm: true, suspicion: 50 }), { cases: suite(40) }, bothWorse).verdict).toMatchObject({
      verdict: 'inconclusive',
      cause: 'main-moved',
    });
  });

  it('does not block without the budget to confirm', () => {
    const cases = suite(10, { candidate: counts(0, 10), screening: counts(0, 1) });
    expect(gate.next({ cases, budget: 100 })).toMatchObject({ verdict: 'inconclusive', cause: 'not-confirmed' });
    expect(gate.next({ cases, budget: 110 })).toMatchObject({ kind: 'sample' });
  });
});

describe('what is refused', () => {
  it.each([
    ['unknown option', { depht: 3 }, /depht/],
    ['alpha of 0', { alphaCase: 0 }, /alphaCase/],
    ['not a number', { margin: Number.NaN }, /margin/],
    ['fewer rounds than depth', { depth: 5, rounds: 4 }, /rounds is 4, less than depth, 5/],
    ['more spent than there is', { spend: { 1: 0.6, 3: 0.6 } }, /add up to 1.2/],
    ['a round that is none', { spend: { 0: 0.5 } }, /spend/],
    ['alphas that leave nothing', { alphaCase: 0.5, alphaSuite: 0.5 }, /alphaCase \+ alphaSuite is 1/],
  ])('an option: %s', (_name, options, message) => {
    expect(() => createGate(options as Parameters<typeof createGate>[0])).toThrow(DocketError);
    expect(() => createGate(options as Parameters<typeof createGate>[0])).toThrow(message);
  });

  it.each([
    ['no case', { cases: [] }, /no case/],
    ['negative counts', { cases: [start('a', { baseline: counts(-1, 10) })] }, /passes/],
    ['more passes than runs', { cases: [start('a', { baseline: counts(11, 10) })] }, /more passes than runs/],
    ['fewer candidate runs than screening runs', { cases: [start('a', { screening: counts(1, 1) })] }, /candidate includes screening/],
    ['failures that vanished', { cases: [start('a', { candidate: counts(2, 2), screening: counts(0, 1) })] }, /more failures in screening/],
    ['a case twice', { cases: [start('a'), start('b'), start('a')] }, /"a" appears twice/],
    ['an id with a terminal escape', { cases: [start('a\u001b[31m')] }, /no control characters/],
    ['unknown keys', { cases: [{ ...start('a'), pases: 3 }] }, /pases/],
    ['not a number', { cases: [start('a', { baseline: counts(Number.NaN, 10) })] }, /NaN/],
    ['a budget that is no number', { cases: [start('a')], budget: Number.NaN }, /budget/],
    ['half a run', { cases: [start('a', { baseline: counts(1.5, 10) })] }, /int/],
    [
      'more passes in screening than in all',
      { cases: [start('a', { candidate: counts(1, 3), screening: counts(2, 2) })] },
      /more passes in screening than in all candidate runs/,
    ],
    [
      'more harm than confirming runs',
      { cases: [start('a', { confirm: counts(1, 1), harm: { baseline: 0, confirm: 2, candidate: 0 } })] },
      /more false approvals than main's confirming runs/,
    ],
    [
      'more harm than runs of main',
      { cases: [start('a', { fresh: counts(1, 1), harm: { baseline: 12, candidate: 0 } })] },
      /more false approvals than main's runs/,
    ],
    ['more harm than runs', { cases: [start('a', { harm: { baseline: 0, candidate: 1 } })] }, /more false approvals than candidate runs/],
  ])('a state: %s', (_name, state, message) => {
    expect(() => createGate().next(state)).toThrow(DocketError);
    expect(() => createGate().next(state)).toThrow(message);
  });
});
