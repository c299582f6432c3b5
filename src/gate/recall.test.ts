import { describe, expect, it } from 'vitest';
import { createGate } from './create-gate.ts';
import type { GateCase } from './gate-state.ts';
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
