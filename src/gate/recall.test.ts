import { describe, expect, it } from 'vitest';
import { clearingEValue } from '../stats/clearing-e-value.ts';
import { createGate } from './create-gate.ts';
import { weighEvidence } from './evidence.ts';
import { resolveGateOptions } from './gate-options.ts';
import type { GateCase } from './gate-state.ts';
import { accusedCases, isCleared, wantedClearing, wantedRecall } from './recall.ts';
import { deal, type Outcomes, runsOf } from './testing/deal.ts';

const none = { passes: 0, runs: 0 };
const counts = (passes: number, runs: number) => ({ passes, runs });
const suite = (count: number, accusations: number): GateCase[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `case-${index}`,
    baseline: counts(10, 10),
    candidate: none,
    screening: none,
    accusations: index === 2 ? accusations : 0,
  }));
const always: Outcomes = () => true;
/** The candidate fails two of five runs of one case, in a fixed order. */
const twoInFive: Outcomes = (caseId, arm, _purpose, number) => arm === 'baseline' || caseId !== 'case-2' || number % 5 > 1;

describe('a case that earlier editions were accused of', () => {
  it('is retried first, before any screening, and cleared when it passes often enough', () => {
    const { verdict, batches, states } = deal(createGate(), { cases: suite(10, 1) }, always);
    expect(batches[0]).toEqual([{ caseId: 'case-2', arm: 'candidate', purpose: 'retry', runs: 6 }]);
    expect(createGate().next({ cases: suite(10, 1) })).toEqual({ kind: 'sample', wanted: batches[0] });
    const first = batches.findIndex((batch) => batch.some(({ purpose }) => purpose === 'screen'));
    // 18 clean runs clear it, asked for in sixes.
    expect(batches.slice(0, first).flat()).toEqual(Array.from({ length: 3 }, () => batches[0]?.[0]));
    expect(verdict.verdict).toBe('pass');
    expect(states.at(-1)?.cases[2]?.candidate).toEqual(counts(21, 21));
  });

  it('needs more runs the more editions were accused of it', () => {
    const runs = (accusations: number) =>
      deal(createGate(), { cases: suite(10, accusations) }, always).states.at(-1)?.cases[2]?.candidate.runs;
    expect([0, 1, 5, 20].map(runs)).toEqual([3, 21, 33, 39]);
  });

  it('is convicted when it fails as before, though no other case was run', () => {
    const { verdict, states } = deal(createGate(), { cases: suite(10, 1) }, twoInFive);
    expect(verdict).toMatchObject({ verdict: 'regressed', cause: 'case', caseId: 'case-2' });
    expect(states.at(-1)?.cases.filter(({ candidate }) => candidate.runs > 0)).toHaveLength(1);
  });

  it('runs main beside it once a side has failed, so that a flaky case of main is cleared or let go, and not blamed', () => {
    const flaky: Outcomes = (caseId, _arm, _purpose, number) => caseId !== 'case-2' || number % 3 > 0;
    const cases = suite(10, 1).map((each) => (each.id === 'case-2' ? { ...each, baseline: counts(6, 9) } : each));
    const { verdict, batches } = deal(createGate(), { cases }, flaky);
    expect(batches.flat().some(({ arm }) => arm === 'baseline')).toBe(true);
    expect(verdict.verdict).toBe('pass');
  });

  it('ends without an answer, never with a pass, when the budget does not clear it', () => {
    for (const budget of [0, 5, 12, 17]) {
      const { verdict, states } = deal(createGate(), { cases: suite(10, 1), budget }, always);
      expect(verdict).toMatchObject({ verdict: 'inconclusive', cause: 'not-cleared', caseId: 'case-2' });
      expect(verdict.reason).toContain('An earlier edition of this change was accused of the case "case-2"');
      expect(runsOf(states.at(-1) ?? { cases: [] })).toBeLessThanOrEqual(budget);
    }
  });
});

describe('what the next edition must answer for', () => {
  it('is the case that a verdict names, until an edition passes', () => {
    const gate = createGate();
    const red = deal(gate, { cases: suite(10, 0) }, twoInFive);
    expect(gate.accused(red.states.at(-1) ?? { cases: [] }, red.verdict)).toEqual(['case-2']);
    const green = deal(gate, { cases: suite(10, 1) }, always);
    expect(gate.accused(green.states.at(-1) ?? { cases: [] }, green.verdict)).toEqual([]);
  });

  it('is, without an answer, what is not cleared yet and what looks worst', () => {
    const gate = createGate();
    const open = deal(gate, { cases: suite(10, 1), budget: 5 }, always);
    expect(gate.accused(open.states.at(-1) ?? { cases: [] }, open.verdict)).toEqual(['case-2']);
    const cases = suite(10, 0).map((each, index) =>
      index < 2 ? { ...each, candidate: counts(3 - index, 3), screening: counts(3 - index, 3) } : each,
    );
    expect(gate.accused({ cases }, { verdict: 'inconclusive' })).toEqual(['case-1']);
  });
});

describe('one step', () => {
  const options = resolveGateOptions({});
  const accused = (id: string, more: Partial<GateCase> = {}): GateCase => ({
    id,
    baseline: counts(10, 10),
    candidate: none,
    screening: none,
    accusations: 1,
    ...more,
  });
  const evidenceOf = (cases: readonly GateCase[], budget = 1000) => weighEvidence(options, { cases: [...cases], budget });
  const batchesOf = (more: Partial<GateCase>) =>
    wantedRecall(options, evidenceOf([accused('a', more)])).wanted.map(({ arm, purpose, runs }) => `${arm} ${purpose} ${runs}`);

  it('asks for six runs of each case as long as the budget lasts', () => {
    const cases = ['a', 'b', 'c'].map((id) => accused(id));
    const wanted = (budget: number) =>
      wantedRecall(options, evidenceOf(cases, budget)).wanted.map(({ caseId, runs }) => `${caseId} ${runs}`);
    expect([5, 6, 11, 12, 17].map(wanted)).toEqual([[], ['a 6'], ['a 6'], ['a 6', 'b 6'], ['a 6', 'b 6']]);
    expect(wantedRecall(options, evidenceOf(cases, 0)).open?.id).toBe('a');
    expect(wantedRecall(options, evidenceOf([accused('a', { accusations: 0 })]))).toEqual({ wanted: [], open: undefined });
  });

  it.each<[what: string, more: Partial<GateCase>, expected: readonly string[]]>([
    ['of the candidate alone while both sides are spotless', { candidate: counts(6, 6) }, ['candidate retry 6']],
    // 6 + 6 runs of the candidate against 10 of main.
    ['of main, as far as it is behind, once the candidate failed', { candidate: counts(5, 6) }, ['candidate retry 6', 'baseline retry 2']],
    ['of main, once main failed', { baseline: counts(9, 10), candidate: counts(6, 6) }, ['candidate retry 6', 'baseline retry 2']],
    ['of main where none are stored', { baseline: none, candidate: counts(6, 6) }, ['candidate retry 6', 'baseline retry 6']],
    ['of the candidate alone where main has as many', { baseline: counts(12, 12), candidate: counts(5, 6) }, ['candidate retry 6']],
    ['up to the eightieth', { candidate: counts(60, 76) }, ['candidate retry 4', 'baseline retry 4']],
    ['none after it', { candidate: counts(60, 80) }, []],
  ])('asks for runs %s', (_, more, expected) => {
    expect(batchesOf(more)).toEqual(expected);
  });

  it('tells whom the next edition answers for: named, harmful, suspicious or not cleared, and nobody after a pass', () => {
    const ran = (id: string, passes: number, more: Partial<GateCase> = {}) =>
      accused(id, { accusations: 0, candidate: counts(passes, 3), screening: counts(passes, 3), ...more });
    const evidence = evidenceOf([
      ran('clean', 3),
      ran('harmful', 3, { critical: true, harm: { baseline: 0, candidate: 2 } }),
      ran('named', 3),
      ran('not cleared', 3, { accusations: 1 }),
      ran('suspicious', 0),
    ]);
    expect(accusedCases(options, evidence, { verdict: 'regressed', caseId: 'named' })).toEqual([
      'harmful',
      'named',
      'not cleared',
      'suspicious',
    ]);
    expect(accusedCases(options, evidence, { verdict: 'pass' })).toEqual([]);
  });

  it('tells the worst of those behind main only where no case is named', () => {
    // Main passes half. Of nine 3 are not suspicious yet: half of that explains them e^(3 ln 0.5 + 6 ln 1.5) = 1.4 times as well.
    const ran = (id: string, passes: number, runs = 9) =>
      accused(id, { accusations: 0, baseline: counts(5, 10), candidate: counts(passes, runs), screening: counts(passes, runs) });
    const evidence = evidenceOf([ran('ahead', 8), ran('four', 4), ran('three', 3), ran('zz four', 4)]);
    expect(evidence.cases.map(({ eValue }) => eValue < 1)).toEqual([true, true, true, true]);
    expect(accusedCases(options, evidence, { verdict: 'inconclusive' })).toEqual(['three']);
    expect(accusedCases(options, evidence, { verdict: 'inconclusive', caseId: 'four' })).toEqual(['four']);
    expect(accusedCases(options, evidenceOf([ran('ahead', 8), ran('level', 5, 10)]), { verdict: 'inconclusive' })).toEqual([]);
  });

  it('tells who is more likely worse than not, and lets go who has used up its retries without being so', () => {
    // E of 10 of 10 against 2 of 3 is 1.5, against 3 of 4 it is 0.8; a high threshold of suspicion leaves both to it.
    const ran = (id: string, passes: number, runs: number, more: Partial<GateCase> = {}) =>
      accused(id, { accusations: 0, candidate: counts(passes, runs), screening: counts(0, 0), ...more });
    const calm = resolveGateOptions({ suspicion: 50 });
    const red = { verdict: 'regressed', caseId: 'other' } as const;
    expect(accusedCases(calm, evidenceOf([ran('two of three', 2, 3), ran('three of four', 3, 4)]), red)).toEqual(['two of three']);
    // Of 80 runs 60 pass, of main's ten eight: neither worse than main nor cleared.
    const used = ran('used up', 60, 80, { baseline: counts(8, 10), accusations: 1 });
    expect(isCleared(calm, evidenceOf([used]).cases[0] as never)).toBe(false);
    expect(accusedCases(calm, evidenceOf([used]), red)).toEqual([]);
    expect(accusedCases(calm, evidenceOf([{ ...used, candidate: counts(59, 79) }]), red)).toEqual(['used up']);
  });

  it('tells the first of those that look equally bad', () => {
    const ran = (id: string) => accused(id, { accusations: 0, baseline: counts(5, 10), candidate: counts(4, 9), screening: counts(4, 9) });
    expect(accusedCases(options, evidenceOf([ran('b'), ran('a')]), { verdict: 'inconclusive' })).toEqual(['a']);
  });

  it('clears when the evidence is n (n + 1) / alphaCase', () => {
    // 10 of 10 and 18 of 18 are 688 times as likely alike as at seven tenths.
    const [each] = evidenceOf([accused('a', { candidate: counts(18, 18) })]).cases;
    const evidence = clearingEValue(counts(10, 10), counts(18, 18));
    const cleared = (alphaCase: number) => isCleared({ ...options, alphaCase }, each as never);
    expect([cleared(2 / evidence), cleared(1.999 / evidence)]).toEqual([true, false]);
  });

  it('of a thorough gate wants runs of what failed more often than on main, until it is cleared or its retries are used up', () => {
    const thorough = resolveGateOptions({ thorough: true });
    const ran = (passes: number, runs: number, more: Partial<GateCase> = {}) =>
      evidenceOf([accused('a', { accusations: 0, candidate: counts(passes, runs), screening: counts(Math.min(passes, 11), 11), ...more })]);
    const wanted = (evidence: ReturnType<typeof evidenceOf>, by = thorough) =>
      wantedClearing(by, evidence).wanted.map(({ arm, runs }) => `${arm} ${runs}`);
    expect(wanted(ran(10, 11))).toEqual(['candidate 6', 'baseline 6']);
    expect(wanted(ran(10, 11), options)).toEqual([]);
    // Not behind: all pass, or main failed as often.
    expect(wanted(ran(11, 11))).toEqual([]);
    expect(wanted(ran(10, 11, { baseline: counts(20, 22) }))).toEqual([]);
    // One failure of 23 is 1 / alphaCase = 100 times as likely alike as at six tenths, of 17 it is not (`thorough.test.ts`).
    expect([wanted(ran(16, 17)).length, wanted(ran(22, 23)).length]).toEqual([2, 0]);
    const capped = resolveGateOptions({ thorough: true, retryCap: 4 });
    expect(wanted(ran(13, 14), capped)).toEqual(['candidate 1', 'baseline 1']);
    expect(wanted(ran(14, 15), capped)).toEqual([]);
    const evidence = clearingEValue(counts(10, 10), counts(16, 17), 0.6);
    expect(wanted(ran(16, 17), { ...thorough, alphaCase: 1 / evidence })).toEqual([]);
  });
});
