import { expect, it } from 'vitest';
import { defaultPace, Pace } from './pace.ts';

const steady = () => new Pace(defaultPace, () => 0.5);
const left = (remaining: number, limit = 4000) => ({ requests: { limit, remaining, resetMs: 60_000 }, tokens: [] });

it('opens at once where the server says that much is left', () => {
  const pace = steady();
  const first = pace.begin(0);
  expect(pace.waitMs(0)).toBe(90);
  pace.accepted(50);
  pace.informed(50, first, left(4000));
  // The second has the turn that it had. Then 4,000 in four seconds, of which those of the last ten milliseconds are made up for.
  for (let call = 2; call <= 11; call += 1) {
    pace.begin(100);
    expect(pace.waitMs(100)).toBe(0);
  }
  pace.begin(100);
  expect(pace.waitMs(100)).toBeCloseTo(1);
});

it('starts no more calls than are left, however fast it is', () => {
  const pace = steady();
  const first = pace.begin(0);
  pace.accepted(50);
  pace.informed(50, first, left(3, 4));
  // The fourth of four comes back after a minute.
  for (const now of [1000, 2000, 3000]) {
    expect(pace.waitMs(now)).toBe(0);
    pace.begin(now);
  }
  expect(pace.waitMs(4000)).toBe(50 + 60_500 - 4000);
});

it('is not opened again by what a server says that has refused', () => {
  const pace = steady();
  const first = pace.begin(0);
  pace.refused(10, first, undefined);
  const resumed = 10 + pace.waitMs(10);
  const second = pace.begin(resumed);
  pace.accepted(resumed + 50);
  pace.informed(resumed + 50, second, left(4000));
  expect(pace.waitMs(resumed + 50)).toBeGreaterThan(50);
});
