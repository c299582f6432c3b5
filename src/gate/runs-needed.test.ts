import { describe, expect, it } from 'vitest';
import { createGate, type Gate } from './create-gate.ts';
import { weighEvidence } from './evidence.ts';
import type { GateOptions } from './gate-options.ts';
import { runsNeeded } from './runs-needed.ts';
import type { StoredCase } from './self-check.ts';
import { oneRunGate } from './testing/one-run-gate.ts';
import { counts } from './testing/screened-case.ts';
import { inconclusive, pass } from './write-verdict.ts';

const suite = (...runs: number[]) => runs.map((count, index) => ({ id: `case-${index}`, baseline: counts(count, count) }));
/** Each run passes where its rate is above a quarter, which all are that pass more often than not. */
const needed = (cases: ReturnType<typeof suite>, options: GateOptions = {}, budget?: number) =>
  runsNeeded(createGate(options), cases, { random: () => 0.25, repetitions: 3 }, budget);

describe('the stored runs that a suite still needs', () => {
  it('are ten a case where nearly all pass, and nothing where they are there', () => {
    expect(needed(suite(10, 10, 12))).toEqual({ each: 10, inconclusive: 0, isEnough: true, cases: [] });
    expect(needed(suite(10, 4, 10, 0))).toMatchObject({
      each: 10,
      cases: [
        { id: 'case-1', runs: 6 },
        { id: 'case-3', runs: 10 },
      ],
    });
  });

  it('are as many as allow the rounds that are missing', () => {
    // 1.645^2 / (3 x 4) = 22.5 points after three rounds; twenty stored runs allow ten rounds more, and 1.645^2 / (6 x 4) = 11.3 is within the margin.
    expect(needed(suite(10, 10, 30, 25), { rounds: 3, margin: 0.2 })).toEqual({
      each: 20,
      inconclusive: 0,
      isEnough: true,
      cases: [
        { id: 'case-0', runs: 10 },
        { id: 'case-1', runs: 10 },
      ],
    });
  });

  it('are never enough where the budget allows too few runs of the candidate', () => {
    expect(needed(suite(50, 30, 29, 10), {}, 11)).toEqual({
      each: 30,
      inconclusive: 1,
      isEnough: false,
      cases: [
        { id: 'case-2', runs: 1 },
        { id: 'case-3', runs: 20 },
      ],
    });
  });

  it('of a case that has hardly run are told by what the suite does on average, and by no harm of its own', () => {
    // Blocks nobody, and has no answer where a run failed: with a quarter one in two is enough, with three quarters it is not.
    const unsure = oneRunGate((evidence) => inconclusive(evidence, 'margin'));
    const at = (rate: number, cases: readonly StoredCase[], gate = unsure) =>
      runsNeeded(gate, cases, { random: () => rate, repetitions: 1 }, undefined).isEnough;
    const failing = { id: 'hardly', baseline: counts(0, 9) };
    // Ten of 19 pass: five of ten.
    expect([at(0.25, [...suite(10), failing]), at(0.75, [...suite(10), failing])]).toEqual([true, false]);
    // With ten runs it is known to fail.
    expect(at(0.25, [...suite(10), { ...failing, baseline: counts(0, 10) }])).toBe(false);
    // Without any run anywhere all are taken to pass.
    expect(at(0.75, suite(0, 0))).toBe(true);
    // False approvals of few runs are not taken for what it does; those of ten runs leave nobody to pass.
    const harmful = (runs: number) => ({ id: 'loan', critical: true, baseline: counts(0, runs), harm: runs });
    expect([at(0.25, [...suite(50, 50), harmful(9)], createGate()), at(0.25, [...suite(50, 50), harmful(10)], createGate())]).toEqual([
      true,
      false,
    ]);
  });

  it('are enough where one of five ends without an answer, and half as many are played as the plan plays', () => {
    let played = 0;
    const gate = { ...oneRunGate(), next: undefined as never };
    const next: Gate['next'] = (state) => {
      played += 1;
      const evidence = weighEvidence(gate.options, state);
      return played % 5 === 0 ? inconclusive(evidence, 'margin') : pass(evidence);
    };
    const { inconclusive: share, isEnough } = runsNeeded({ ...gate, next }, suite(10), { random: () => 0.25, repetitions: 9 }, undefined);
    expect({ played, share, isEnough }).toEqual({ played: 5, share: 0.2, isEnough: true });
  });
});
