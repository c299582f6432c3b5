import { describe, expect, it } from 'vitest';
import { seededRandom } from '../stats/random.ts';
import { createGate } from './create-gate.ts';
import { runsNeeded } from './runs-needed.ts';

const suite = (runs: readonly number[], rate: number) =>
  runs.map((count, index) => ({ id: `case-${index}`, baseline: { passes: Math.round(count * rate), runs: count } }));
const needed = (cases: ReturnType<typeof suite>, budget?: number) =>
  runsNeeded(createGate(), cases, { random: seededRandom(1), repetitions: 120 }, budget);

describe('the stored runs that a suite still needs', () => {
  it('are ten a case where nearly all pass, and nothing where they are there', () => {
    const twelve = Array.from({ length: 12 }, () => 10);
    expect(needed(suite(twelve, 1))).toMatchObject({ each: 10, isEnough: true, cases: [] });
    expect(needed(suite([...twelve, 4, 0], 1))).toMatchObject({
      each: 10,
      cases: [
        { id: 'case-12', runs: 6 },
        { id: 'case-13', runs: 10 },
      ],
    });
  });

  it('are more where main is flaky, and a case that has them is not named', () => {
    const flaky = needed(suite([10, 10, 10, 10, 10, 10, 10, 10, 40, 25], 0.8));
    expect(flaky.each).toBeGreaterThan(10);
    expect(flaky.cases.map(({ runs }) => runs)).toEqual(
      Array.from({ length: flaky.each === 30 ? 9 : 8 }, (_, index) => (index === 8 ? 5 : flaky.each - 10)),
    );
  });

  it('are never enough where the budget allows too few runs of the candidate', () => {
    expect(
      needed(
        suite(
          Array.from({ length: 10 }, () => 50),
          0.5,
        ),
        40,
      ),
    ).toMatchObject({ each: 30, isEnough: false, cases: [] });
  });
});
