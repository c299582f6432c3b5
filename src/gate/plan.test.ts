import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { createGate, type Gate } from './create-gate.ts';
import { weighEvidence } from './evidence.ts';
import type { GateOptions } from './gate-options.ts';
import { planGate } from './plan.ts';
import type { StoredCase } from './self-check.ts';
import { counts } from './testing/screened-case.ts';
import type { InconclusiveCause } from './verdict.ts';
import { inconclusive, pass, regressed } from './write-verdict.ts';

/** Each run passes where its rate is above a quarter, and rates are drawn near what is stored (`continuation.test.ts`), so one change of a kind is all of it. */
const quarter = () => 0.25;
const stored = (id: string, passes: number, runs: number, more: Partial<StoredCase> = {}): StoredCase => ({
  id,
  baseline: counts(passes, runs),
  ...more,
});
const steady = (count: number) => Array.from({ length: count }, (_, index) => stored(`case-${index}`, 10, 10));
const plan = (
  cases: readonly StoredCase[],
  options: GateOptions = {},
  settings: { budget?: number; isBudgetGiven?: boolean; repetitions?: number } = {},
) => planGate(createGate(options), cases, { random: quarter, repetitions: 1, ...settings });

describe('what a gate will cost and can see', () => {
  it('on a sound suite: three runs a case, and no warning', () => {
    expect(plan(steady(10))).toEqual({
      unchanged: expect.objectContaining({ name: 'unchanged', runs: 30, runsAtMost: 30 }),
      // (10 + 1/2) / 11 less 75 points is below a quarter, less 70 is 25.5 %.
      oneCase: { caseId: 'case-0', drop: 0.75 },
      harm: undefined,
      // A run passes where its rate is above a quarter, and 1 less 75 points is not.
      suite: { drop: 0.75 },
      storedRuns: { each: 10, inconclusive: 0, isEnough: true, cases: [] },
      warnings: [],
    });
  });

  it('plays two hundred unchanged agents where nothing else is said, and a quarter as many, twenty at least, of each size of drop', () => {
    expect(plan(steady(1), {}, { repetitions: 200 }).unchanged.blocked.high).toBeCloseTo(
      planGate(createGate(), steady(1), { random: quarter }).unchanged.blocked.high,
      12,
    );
    // Of a single case no drop is blocked at 200 played changes of which none is: the bound is z^2 / (200 + z^2).
    expect(planGate(createGate(), steady(1), { random: quarter }).unchanged.blocked.high).toBeCloseTo(3.8415 / 203.8415, 6);
  });

  it('plays a quarter as many changes of each size of drop, twenty at least', () => {
    // Where nothing is ever blocked, one size is tried for failures and one for false approvals.
    const played = (repetitions: number, critical: boolean) => {
      let ends = 0;
      const gate = createGate();
      const next: Gate['next'] = (state) => {
        ends += 1;
        return pass(weighEvidence(gate.options, state));
      };
      planGate({ ...gate, next }, [stored('loan', 10, 10, { critical })], { random: quarter, repetitions });
      return ends;
    };
    const ofOneSize = [40, 80, 83, 84, 200].map((repetitions) => played(repetitions, true) - played(repetitions, false));
    // Of 20, 21 and 50 that are never blocked so few tell that four of five are not.
    expect(ofOneSize).toEqual([5, 5, 5, 5, 11]);
  });

  it('has no suite-wide figure where no test is scheduled at the least depth', () => {
    expect(plan(steady(10), { spend: { 1: 0.5 } }).suite).toBeUndefined();
    expect(plan(steady(10), { spend: { 1: 0.5, 3: 0.4 } }).suite).toEqual({ drop: 0.75 });
  });

  it('does not take a large suite for flakier than all of its runs together say', () => {
    const clean = Array.from({ length: 100 }, (_, index) => stored(`case-${index}`, 10, 10, { critical: index % 10 === 0 }));
    const { unchanged, storedRuns, warnings } = planGate(createGate(), clean, { random: seededRandom(2), repetitions: 80 });
    expect(unchanged.inconclusive.value).toBeLessThan(0.05);
    expect(unchanged.runs).toBeLessThan(320);
    expect(storedRuns).toMatchObject({ each: 10, cases: [] });
    expect(warnings).toEqual([]);
    // Where one run in ten fails, that is played.
    const flaky = clean.map((each) => ({ ...each, baseline: counts(9, 10) }));
    const played = planGate(createGate(), flaky, { random: seededRandom(2), repetitions: 20 });
    expect(played.unchanged.runs).toBeGreaterThan(340);
  });

  it('tells what of false approvals is seen, and warns of a main that gives them itself', () => {
    const loan = (id: string) => stored(id, 9, 10, { critical: true, harm: 1 });
    const one = plan([...steady(5), loan('loan'), stored('claim', 10, 10, { critical: true }), stored('other', 9, 10, { harm: 1 })]);
    expect(one.harm).toEqual({ caseId: 'claim', rate: 0.75 });
    expect(one.warnings).toEqual([
      {
        code: 'harmful-main',
        message:
          'Main itself gives false approvals in the critical case loan. A candidate that gives two of them never passes, changed or not: fix that on main first.',
      },
    ]);
    expect(plan([...steady(5), loan('loan'), loan('limit')]).warnings[0]?.message).toContain(
      'in 2 critical cases (loan, limit). A candidate',
    );
  });

  it('warns of cases without stored runs, and with few', () => {
    expect(plan([...steady(3), stored('new', 0, 0), stored('few', 9, 9), stored('ten', 10, 10)]).warnings).toEqual([
      { code: 'new-cases', message: '1 of 6 cases have no baseline: both versions are run on them, at twice the cost.' },
      {
        code: 'few-baseline-runs',
        message:
          '1 of 6 cases have fewer than 10 stored runs. With so few, false blocks may be more frequent than promised: add runs on main (docket baseline accept) until each case has 10.',
      },
    ]);
  });
});

describe('what a gate can never do', () => {
  const bound = 'a mean drop of up to 100 points is still possible, and';

  it('is to pass, where the margin is out of reach: it says which one is not, and of most unchanged agents the same', () => {
    // 1.645^2 / (9 x 4) = 7.52 points, and half a point of room.
    const advice =
      'No number of runs is enough: with 9 rounds of 4 cases a mean drop of 7.5 points would still be possible even if every run passed, and gate.margin is 1 point. On main set gate.margin to at least 0.081, or add cases.';
    const reason = `The budget is too small to pass (0 of 40 model runs spent), even if every further run passes; ${bound} 1 point or more must be ruled out to pass.`;
    expect(plan(steady(4), { margin: 0.01 }).warnings).toEqual([
      { code: 'could-never-pass', message: `No candidate could pass, not even one without a single failure. ${reason} ${advice}` },
      { code: 'could-never-block', message: `No candidate could be blocked, not even one that always fails. ${reason}` },
      { code: 'often-inconclusive', message: `About 100 % of unchanged agents will end inconclusive. In the usual such case: ${advice}` },
    ]);
  });

  it('is to pass within a budget that ends before: it says which one is enough', () => {
    const [first] = plan(steady(4), {}, { budget: 8 }).warnings;
    expect(first?.message).toMatch(
      / Run "docket gate --budget 19" \(this run had 8 model runs\): that brings a verdict in 30 of 30 simulated continuations\.$/,
    );
  });

  it('is to block, where main fails every case itself: such a candidate passes', () => {
    const failing = Array.from({ length: 4 }, (_, index) => stored(`case-${index}`, 0, 10));
    // 1.645^2 / 12 = 22.5 points.
    expect(plan(failing).warnings).toEqual([
      {
        code: 'could-never-block',
        message:
          'No candidate could be blocked, not even one that always fails. Neither a case nor the suite got worse in 3 screening rounds; a mean drop of 25 points or more is ruled out (upper bound 22.5 points).',
      },
    ]);
    // Main passes as it did where it is run again.
    expect(plan(steady(4), { confirm: true }).warnings).toEqual([]);
    // One case that passed, 3 of 4 failing ones beside it: its single failure in 11 runs, p = 1/11, convicts the suite at 0.2 x 0.5, but main, three times
    // more in each case, would have to pass more than it: 1/4 is not below 0.1. Were main's failing cases to pass now, that would be.
    const mixed = [stored('steady', 10, 10), ...failing.slice(1)];
    const confirming = plan(mixed, { alphaSuite: 0.5, suspicion: 50, confirm: true }).warnings;
    expect(confirming.map(({ code }) => code)).toContain('could-never-block');
    // A case without stored runs passes for main in the best and the worst world alike.
    const fresh = Array.from({ length: 4 }, (_, index) => stored(`case-${index}`, 0, 0));
    expect(plan(fresh).warnings.map(({ code }) => code)).toEqual(['new-cases']);
  });

  it('takes a given budget for the stored runs that are needed too, and lets one of its own grow with them', () => {
    const cases = steady(4);
    expect(plan(cases, { rounds: 3, margin: 0.2 }, { budget: 12 }).storedRuns).toMatchObject({ each: 30, isEnough: false });
    expect(plan(cases, { rounds: 3, margin: 0.2 }, { budget: 12, isBudgetGiven: false }).storedRuns).toMatchObject({
      each: 20,
      isEnough: true,
    });
  });

  it('is to give an answer often enough: it says what helps in the commonest of the cases without one', () => {
    // The changes end like this in turn, whatever is played.
    type End = 'pass' | 'regressed' | InconclusiveCause;
    const endsOf = (...ends: End[]) => {
      let played = 0;
      const gate = createGate();
      const next: Gate['next'] = (state) => {
        const evidence = weighEvidence(gate.options, state);
        const end = ends[played++ % ends.length] as End;
        if (end === 'pass') return pass(evidence);
        return end === 'regressed' ? regressed(evidence, { cause: 'suite' }) : inconclusive(evidence, end);
      };
      const { warnings } = planGate({ ...gate, next }, steady(4), { random: quarter, repetitions: 40 });
      return warnings.find(({ code }) => code === 'often-inconclusive')?.message;
    };
    const refresh = 'On main: "docket baseline refresh"';
    expect(endsOf('pass', 'pass', 'main-moved', 'pass')).toContain(
      `About 25 % of unchanged agents will end inconclusive. In the usual such case: ${refresh}`,
    );
    // Whichever of them comes first.
    const inEachOrder = (...ends: End[]) => ends.map((_, first) => endsOf(...ends.slice(first), ...ends.slice(0, first)));
    for (const message of inEachOrder('main-moved', 'margin', 'pass', 'main-moved')) expect(message).toContain(refresh);
    for (const message of inEachOrder('margin', 'main-moved', 'pass', 'margin')) expect(message).not.toContain(refresh);
    for (const message of inEachOrder('regressed', 'main-moved', 'regressed')) expect(message).toContain(refresh);
    // One in five is not often.
    expect(endsOf('pass', 'main-moved', 'pass', 'pass', 'pass')).toBeUndefined();
    // Of the forty that were played again none did: then nothing is advised.
    const once = [...Array.from({ length: 40 }, () => 'main-moved' as const), ...Array.from({ length: 400 }, () => 'pass' as const)];
    expect(endsOf(...once)).toBe('About 100 % of unchanged agents will end inconclusive.');
  });
});
