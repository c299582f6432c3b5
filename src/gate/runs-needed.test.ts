import { describe, expect, it } from 'vitest';
import { createGate } from './create-gate.ts';
import type { GateOptions } from './gate-options.ts';
import { runsNeeded } from './runs-needed.ts';
import { counts } from './testing/screened-case.ts';

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

  it('of a case that has hardly run are told by what the suite does on average', () => {
    // Nine failures of nine are not taken for a case that always fails: with the others 30 of 39 pass, eight of ten, and none is blocked or stuck.
    const failing = { id: 'hardly', baseline: counts(0, 9) };
    expect(needed([...suite(10, 10, 10), failing]).isEnough).toBe(true);
    // Without any run anywhere all are taken to pass.
    expect(needed(suite(0, 0, 0, 0))).toMatchObject({ each: 10, isEnough: true });
  });
});
