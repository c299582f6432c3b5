import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate } from './create-gate.ts';
import type { GateCase } from './gate-state.ts';
import { deal, type Outcomes, runsOf } from './testing/deal.ts';

const none = { passes: 0, runs: 0 };

/** A suite of cases of any kind: stored runs 0 to 12, true pass rates of both arms, and a seed. */
const world = record({
  cases: array(
    record({
      baselineRuns: integer({ min: 0, max: 12 }),
      main: constantFrom(0, 0.5, 0.8, 0.95, 1),
      candidate: constantFrom(0, 0.3, 0.5, 0.8, 0.95, 1),
      critical: boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  options: record({
    confirm: boolean(),
    topUp: boolean(),
    depth: integer({ min: 1, max: 4 }),
    budget: integer({ min: 1, max: 25 }),
    retryCap: integer({ min: 0, max: 12 }),
  }),
  seed: integer(),
});

type World = typeof world extends { generate: (...input: never[]) => { value: infer Value } } ? Value : never;

/** Outcomes that depend on the run alone, as stored trials do: the order of asking cannot change them. */
function outcomesOf({ cases, seed }: World): Outcomes {
  return (caseId, arm, purpose, number) => {
    const index = Number(caseId.slice(1));
    const rates = cases[index];
    const rate = arm === 'candidate' ? rates?.candidate : rates?.main;
    const series = arm === 'candidate' ? 1 : purpose === 'confirm' ? 2 : 3;
    if (scattered(seed, index, series, number) < (rate ?? 0)) return true;
    // Two of three failures are false approvals.
    return scattered(seed, index, series + 10, number) < 2 / 3 && 'harm';
  };
}

function startOf({ cases, seed }: World): GateCase[] {
  return cases.map(({ baselineRuns, main, critical }, index) => ({
    id: `c${index}`,
    critical,
    baseline: {
      passes: Array.from({ length: baselineRuns }, (_, run) => scattered(seed, index, 4, run) < main).filter(Boolean).length,
      runs: baselineRuns,
    },
    candidate: none,
    screening: none,
  }));
}

/** 0..1 from whole numbers; xorshift-multiply mixing. */
function scattered(...numbers: number[]): number {
  let mixed = 0x9e3779b9;
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ number, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return (mixed >>> 0) / 4_294_967_296;
}

describe('the gate, whatever it is dealt', () => {
  it('ends, within the budget, and every batch it asks for fits', () => {
    assert(
      property(world, (each) => {
        const gate = createGate(each.options);
        const { states, batches, verdict } = deal(gate, { cases: startOf(each) }, outcomesOf(each));
        const budget = each.options.budget * each.cases.length;
        for (const state of states) expect(runsOf(state)).toBeLessThanOrEqual(budget);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.every(({ runs }) => Number.isInteger(runs) && runs >= 1)).toBe(true);
          expect(new Set(batch.map(({ caseId, arm }) => `${caseId} ${arm}`)).size).toBe(batch.length);
        }
        for (const { candidate, screening } of states.at(-1)?.cases ?? []) {
          expect(candidate.runs - screening.runs).toBeLessThanOrEqual(each.options.retryCap);
          expect(screening.runs).toBeLessThanOrEqual(9);
        }
        if (verdict.verdict === 'pass') {
          expect(verdict.round).toBeGreaterThanOrEqual(each.options.depth);
          expect(verdict.suite.drop.high).toBeLessThan(verdict.suite.margin);
          expect(verdict.case.meanEValue).toBeLessThan(verdict.case.threshold);
          expect(verdict.critical?.meanEValue ?? 0).toBeLessThan(verdict.critical?.threshold ?? 1);
          for (const { critical, harm } of states.at(-1)?.cases ?? []) expect(critical && (harm?.candidate ?? 0) > 1).toBe(false);
        }
        expect(JSON.parse(JSON.stringify(verdict))).toMatchObject({ kind: 'verdict', reason: expect.any(String) });
        expect(verdict.reason).not.toMatch(/undefined|NaN|Infinity/);
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same state the same answer, in any order of cases', () => {
    assert(
      property(world, (each) => {
        const gate = createGate(each.options);
        const { states } = deal(gate, { cases: startOf(each) }, outcomesOf(each));
        for (const state of states) {
          const answer = gate.next(state);
          expect(gate.next(structuredClone(state))).toEqual(answer);
          expect(createGate(each.options).next({ ...state, cases: [...state.cases].reverse() })).toEqual(answer);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('continues with a larger budget from where it ended: no run is taken back, and it ends again', () => {
    assert(
      property(world, integer({ min: 1, max: 60 }), (each, more) => {
        const gate = createGate({ ...each.options, confirm: false });
        const small = deal(gate, { cases: startOf(each) }, outcomesOf(each));
        const end = small.states.at(-1) ?? { cases: [] };
        const budget = each.options.budget * each.cases.length + more;
        const large = deal(gate, { ...end, budget }, outcomesOf(each));
        expect(runsOf(large.states.at(-1) ?? end)).toBeGreaterThanOrEqual(runsOf(end));
        expect(runsOf(large.states.at(-1) ?? end)).toBeLessThanOrEqual(budget);
        if (small.verdict.verdict === 'regressed')
          expect(large.verdict).toMatchObject({ verdict: 'regressed', cause: small.verdict.cause });
      }),
      { numRuns: 200 },
    );
  });

  it('does not mind on which machine a verdict was stopped: dealing from any state in between ends alike', () => {
    assert(
      property(world, (each) => {
        const gate = createGate(each.options);
        const { states, verdict } = deal(gate, { cases: startOf(each) }, outcomesOf(each));
        const middle = states[Math.floor(states.length / 2)] ?? { cases: [] };
        expect(deal(gate, structuredClone(middle), outcomesOf(each)).verdict).toEqual(verdict);
      }),
      { numRuns: 100 },
    );
  });
});
