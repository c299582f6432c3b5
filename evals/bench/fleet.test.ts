import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { type FleetPlan, playFleet, spentOn } from './fleet.ts';
import { TokenBucket } from './token-bucket.ts';

/** Trials of 100 ms of one call, and nothing else that takes time. */
function plan(trials: number, changes: Partial<FleetPlan> = {}): FleetPlan {
  const free = {
    workers: 1,
    inFlight: 1,
    calls: 1,
    tokensACall: 0,
    cpuMs: 0,
    queueMs: 0,
    storeMs: 0,
    cores: 1,
    startMs: 0,
    startCpuMs: 0,
    endCpuMs: 0,
  };
  return { ...free, durations: Array.from({ length: trials }, () => 100), ...changes };
}

describe('by hand', () => {
  test('one after the other, and beside each other', () => {
    expect(playFleet(plan(3))).toMatchObject({ elapsedMs: 300, stored: 3, begun: 3, lost: 0, shares: { model: 1 } });
    // Five trials in four places: 500 of 800 ms are trials.
    const two = playFleet(plan(5, { workers: 2, inFlight: 2 }));
    expect(two.elapsedMs).toBe(200);
    expect(two.shares).toMatchObject({ model: 0.625, 'no work left': 0.375 });
  });

  test('a start of 50 ms, and calls one after the other', () => {
    const { elapsedMs, shares } = playFleet(plan(1, { startMs: 50, calls: 4 }));
    expect([elapsedMs, shares['worker down']]).toEqual([150, 50 / 150]);
    // Two workers start on one core, the second one 30 ms later; at the end each works 20 ms for its own trial, one after the other.
    const { elapsedMs: worked } = playFleet(plan(2, { workers: 2, startCpuMs: 30, endCpuMs: 20 }));
    expect(worked).toBe(30 + 30 + 100 + 20 + 20);
  });

  test('one request a second with one to begin with: calls begin at 0, 1 and 2 s', () => {
    const rate = { requestsAMinute: 60, tokensAMinute: 1e9, burstMinutes: 1 / 60 };
    expect(playFleet(plan(3, { inFlight: 10, rate })).elapsedMs).toBe(2100);
    // A thousand tokens a second, of which a call takes 500: two a second.
    const tokens = { requestsAMinute: 1e9, tokensAMinute: 60_000, burstMinutes: 1 / 120 };
    expect(playFleet(plan(3, { inFlight: 10, rate: tokens, tokensACall: 500 })).elapsedMs).toBe(1100);
  });

  test("a worker's thread does one thing at a time, and a machine as many as it has cores", () => {
    expect(playFleet(plan(4, { inFlight: 4, cpuMs: 50, cores: 8 })).elapsedMs).toBe(300);
    expect(playFleet(plan(4, { workers: 2, inFlight: 2, cpuMs: 50, cores: 2 })).elapsedMs).toBe(200);
    expect(playFleet(plan(4, { workers: 2, inFlight: 2, cpuMs: 50, cores: 1 })).elapsedMs).toBe(300);
  });

  test('the database does one thing at a time, and nothing while it is down', () => {
    expect(playFleet(plan(4, { inFlight: 4, storeMs: 10, cores: 8 })).elapsedMs).toBe(140);
    const down = playFleet(plan(1, { storeMs: 10, outages: [{ fromMs: 50, forMs: 200 }] }));
    expect([down.elapsedMs, down.shares.database]).toEqual([260, 160 / 260]);
    expect(playFleet(plan(1, { outages: [{ fromMs: 0, forMs: 30 }] })).elapsedMs).toBe(130);
  });

  test('a lost worker: its trial is free after 30 ms and is run by whoever is there', () => {
    // Both begin at 10 ms; the first is lost at 70, up again at 80, and takes its trial anew at 100.
    const end = playFleet(plan(2, { workers: 2, startMs: 10, losses: { everyMs: 70, freeAfterMs: 30 } }));
    expect(end).toMatchObject({ elapsedMs: 200, stored: 2, begun: 3, lost: 1 });
    expect(() => playFleet(plan(1, { losses: { everyMs: 20, freeAfterMs: 0 } }))).toThrow('lost more often than trials end');
  });
});

const anyPlan = fc
  .record({
    workers: fc.integer({ min: 1, max: 6 }),
    inFlight: fc.integer({ min: 1, max: 5 }),
    durations: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }),
    calls: fc.integer({ min: 1, max: 4 }),
    tokensACall: fc.integer({ min: 0, max: 2000 }),
    cpuMs: fc.integer({ min: 0, max: 30 }),
    queueMs: fc.integer({ min: 0, max: 5 }),
    storeMs: fc.integer({ min: 0, max: 10 }),
    cores: fc.integer({ min: 1, max: 4 }),
    startMs: fc.integer({ min: 0, max: 50 }),
    startCpuMs: fc.integer({ min: 0, max: 50 }),
    endCpuMs: fc.integer({ min: 0, max: 20 }),
    rate: fc.option(
      fc.record({
        requestsAMinute: fc.integer({ min: 60, max: 6000 }),
        tokensAMinute: fc.integer({ min: 10_000, max: 1_000_000 }),
        burstMinutes: fc.constantFrom(0.001, 0.1, 1),
      }),
      { nil: undefined },
    ),
    losses: fc.option(fc.record({ everyMs: fc.integer({ min: 3000, max: 9000 }), freeAfterMs: fc.integer({ min: 0, max: 500 }) }), {
      nil: undefined,
    }),
    outages: fc.array(fc.record({ fromMs: fc.integer({ min: 0, max: 1000 }), forMs: fc.integer({ min: 1, max: 500 }) }), { maxLength: 1 }),
  })
  // What cannot end between two losses never ends.
  .filter(({ losses, rate }) => losses === undefined || rate === undefined);

test('never faster than what each of its parts allows, and each trial is stored once', () => {
  fc.assert(
    fc.property(anyPlan, (any) => {
      const { elapsedMs, stored, begun, lost, shares } = playFleet(any);
      const { durations, workers, inFlight, calls, tokensACall, rate, cpuMs, queueMs, storeMs, cores, startMs, startCpuMs, endCpuMs } = any;
      const trials = durations.length;
      const sum = durations.reduce((total, each) => total + each, 0);
      const bounds = [
        startMs + sum / (workers * inFlight),
        startMs + Math.max(...durations) + cpuMs + queueMs + storeMs,
        (trials * cpuMs) / Math.min(workers, cores),
        trials * (queueMs + storeMs),
        (workers * startCpuMs + trials * (cpuMs + queueMs + storeMs + endCpuMs)) / cores,
        startMs + startCpuMs + Math.min(...durations) + endCpuMs,
        ...(rate
          ? [
              (60_000 * (trials * calls - rate.requestsAMinute * rate.burstMinutes)) / rate.requestsAMinute,
              (60_000 * (trials * calls * tokensACall - rate.tokensAMinute * rate.burstMinutes)) / rate.tokensAMinute,
            ]
          : []),
      ];
      for (const bound of bounds) expect(elapsedMs).toBeGreaterThanOrEqual(bound - 1e-6);
      expect([stored, begun - lost]).toEqual([trials, trials]);
      expect(spentOn.reduce((total, what) => total + shares[what], 0)).toBeCloseTo(1, 6);
      // The same plan, the same course.
      expect(playFleet(any).elapsedMs).toBe(elapsedMs);
    }),
    { numRuns: 200 },
  );
});

test('events come in the order of their times, and of one time in the order in which they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const events = new EventQueue();
      const seen: [number, number][] = [];
      for (const [index, at] of times.entries()) events.add(at, () => seen.push([at, index]));
      for (let event = events.next(); event; event = events.next()) event.run();
      expect(seen).toEqual(
        times.map((at, index): [number, number] => [at, index]).sort((one, other) => one[0] - other[0] || one[1] - other[1]),
      );
    }),
  );
});

test('a bucket that was empty for a while is full again, and no fuller', () => {
  const bucket = new TokenBucket([60], 2 / 60);
  expect([bucket.take(0, [1]), bucket.take(0, [1]), bucket.take(0, [1])]).toEqual([0, 0, 1000]);
  expect([bucket.take(60_000, [2]), bucket.take(60_000, [1])]).toEqual([0, 1000]);
});
