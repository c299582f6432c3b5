import { expect, test } from 'vitest';
import { seededRandom } from '../../model/random.ts';
import { cutUnits, leastPossible } from './cut-units.ts';
import { type DividedCase, planShards } from './shard-plan.ts';

type Weigh = (random: () => number) => number;

/** How long cases of a suite take: alike, in whole steps, with a long tail, with very few that take most of the time. */
const suites: Readonly<Record<string, Weigh>> = {
  alike: () => 1,
  steps: (random) => 1 + Math.floor(random() * 9),
  lognormal: (random) => Math.exp(1.2 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
  pareto: (random) => (1 - random()) ** (-1 / 1.3),
  'few long ones': (random) => (random() < 0.1 ? 60 : 1 + random()),
};

function fullestOf(weights: readonly number[], shards: readonly number[], count: number): number {
  const loads = new Array<number>(count).fill(0);
  for (const [index, shard] of shards.entries()) loads[shard - 1] = (loads[shard - 1] ?? 0) + (weights[index] ?? 0);
  return Math.max(...loads);
}

/** The fullest shard of the best cut there is, by trying all; undefined where that takes too long. */
function best(weights: readonly number[], count: number, from: number): number | undefined {
  const sorted = weights.toSorted((one, other) => other - one);
  const least = leastPossible(
    sorted.map((weight) => ({ weight })),
    count,
  );
  const loads = new Array<number>(count).fill(0);
  let [found, looked] = [from, 0];
  const place = (index: number): void => {
    looked += 1;
    if (looked > 300_000 || found <= least * (1 + 1e-9)) return;
    const weight = sorted[index];
    if (weight === undefined) {
      found = Math.min(found, ...[Math.max(...loads)]);
      return;
    }
    for (const load of new Set(loads)) {
      if (load + weight >= found * (1 - 1e-9)) continue;
      const shard = loads.indexOf(load);
      loads[shard] = load + weight;
      place(index + 1);
      loads[shard] = load;
    }
  };
  place(0);
  return looked > 300_000 ? undefined : found;
}

function divided(ids: readonly string[], trials: number): DividedCase[] {
  return ids.map((id) => ({ id, trials, inputs: [id] }));
}

test.each(Object.entries(suites))('no cut of few trials is more than a tenth above the best there is: %s', (_, weigh) => {
  let compared = 0;
  for (let seed = 1; seed <= 120; seed += 1) {
    const random = seededRandom(`cut ${seed}`);
    const [cases, trials, count] = [1 + Math.floor(random() * 6), 1 + Math.floor(random() * 3), 2 + Math.floor(random() * 3)];
    const weights = Array.from({ length: cases }, () => weigh(random)).flatMap((weight) => new Array<number>(trials).fill(weight));
    const fullest = fullestOf(
      weights,
      cutUnits(
        weights.map((weight, index) => ({ name: `${seed}-${index}`, weight })),
        count,
      ),
      count,
    );
    const least = best(weights, count, fullest);
    if (least === undefined) continue;
    compared += 1;
    expect(fullest / least, `seed ${seed}`).toBeLessThanOrEqual(1.1);
  }
  expect(compared).toBeGreaterThan(100);
});

test.each(Object.entries(suites))('a suite is balanced, and a case that is added moves few others: %s', (_, weigh) => {
  const moved: number[] = [];
  for (let seed = 1; seed <= 8; seed += 1) {
    const random = seededRandom(`suite ${seed}`);
    const ids = Array.from({ length: 200 }, (_, index) => `case-${seed}-${index}`);
    const durations = new Map([...ids, 'new'].map((id) => [id, weigh(random)]));
    const durationOf = (id: string) => durations.get(id);
    const [before, after] = [planShards(divided(ids, 3), 8, durationOf), planShards(divided([...ids, 'new'], 3), 8, durationOf)];
    const weights = ids.flatMap((id) => new Array<number>(3).fill(durations.get(id) ?? 0));
    const least = leastPossible(
      weights.map((weight) => ({ weight })),
      8,
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect((Math.max(...before.shares.map(({ part }) => part)) * total) / least).toBeLessThanOrEqual(1.1);
    const trials = ids.flatMap((id) => [1, 2, 3].map((number) => [id, number] as const));
    moved.push(trials.filter(([id, number]) => before.shardOf(id, number) !== after.shardOf(id, number)).length / trials.length);
  }
  moved.sort((one, other) => one - other);
  expect(moved[4]).toBeLessThan(0.04);
});

test('what the longest must share is known: no cut is sought that cannot be', () => {
  const least = (weights: readonly number[], count: number) =>
    leastPossible(
      weights.map((weight) => ({ weight })),
      count,
    );
  const short = new Array<number>(40).fill(1);
  expect(least([...new Array<number>(9).fill(60), ...short], 4)).toBe(180);
  expect(least([...new Array<number>(8).fill(60), ...short], 4)).toBe(130);
  expect(least([60, 50, 40, 30, 20], 3)).toBe(70);
  expect([least([60], 3), least([], 3), least(short, 8)]).toEqual([60, 0, 5]);
});

test('every trial is in exactly one shard, and a plan depends on nothing but its cases and durations', () => {
  const cases = divided(['c', 'a', 'b'], 4);
  const plan = planShards(cases, 3, () => undefined);
  expect(plan.shares.reduce((sum, { trials }) => sum + trials, 0)).toBe(12);
  for (const { id } of cases) for (const number of [1, 2, 3, 4]) expect([1, 2, 3]).toContain(plan.shardOf(id, number));
  expect(plan.shardOf('a', 5)).toBeUndefined();
  expect(planShards(cases.toReversed(), 3, () => undefined).hash).toBe(plan.hash);
  expect(planShards(divided(['c', 'a', 'b'], 5), 3, () => undefined).hash).not.toBe(plan.hash);
  expect(planShards(cases, 4, () => undefined).hash).not.toBe(plan.hash);
  expect(planShards(cases, 3, (id) => (id === 'a' ? 900 : 1)).hash).not.toBe(plan.hash);
});

test('cases that share an input, of a twin too, stay together: what is shared runs once', () => {
  const cases: DividedCase[] = Array.from({ length: 12 }, (_, index) => ({
    id: `case-${String(index).padStart(2, '0')}`,
    trials: 2,
    inputs: [
      `own ${index}`,
      ...(index % 3 === 0 ? [`twin of ${index}`] : []),
      ...(index === 7 ? ['twin of 3'] : []),
      ...(index === 11 ? ['own 7'] : []),
    ],
  }));
  const plan = planShards(cases, 4, () => undefined);
  for (const number of [1, 2]) expect(new Set(['case-03', 'case-07', 'case-11'].map((id) => plan.shardOf(id, number))).size).toBe(1);
});

test('what several cases share weighs once, because it runs once', () => {
  const cases = Array.from({ length: 8 }, (_, index) => ({
    id: `case-${index}`,
    trials: 1,
    inputs: [index < 4 ? 'the same' : `own ${index}`],
  }));
  const plan = planShards(cases, 5, () => 100);
  expect(plan.shares.map(({ part }) => part)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
});

test('more shards than trials leave some empty', () => {
  const { shares } = planShards(divided(['only'], 2), 5, () => undefined);
  expect(shares.map(({ trials }) => trials).sort()).toEqual([0, 0, 0, 1, 1]);
});
