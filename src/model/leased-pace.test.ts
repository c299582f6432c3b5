import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Clock } from '../contracts/clock.ts';
import { LeasedPace, type SharedPace } from './leased-pace.ts';
import { ModelError } from './model-error.ts';
import { seededRandom } from './random.ts';
import { noLimits } from './rate-limit-headers.ts';
import { type Attempt, RateLimiter } from './rate-limiter.ts';
import { type BucketSettings, RequestBucket } from './stand-in/request-bucket.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const never = new AbortController().signal;

/** A shared pace that takes a round trip, one process at a time, by a clock of its own. */
function sharedPace(clock: VirtualClock, roundTripMs: number): SharedPace {
  let text: string | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    async update(work) {
      await clock.pause(roundTripMs / 2);
      const mine = turn.then(() => {
        const { text: kept, value } = work(text, 1_700_000_000_000 + clock.now());
        text = kept;
        return value;
      });
      turn = mine.catch(() => {});
      const value = await mine;
      await clock.pause(roundTripMs / 2);
      return value;
    },
  };
}

/** The same time by another start: of two machines no clock says the same. */
function skewed(clock: VirtualClock, byMs: number): Clock {
  return { now: () => clock.now() + byMs, date: () => clock.date(), pause: (milliseconds, signal) => clock.pause(milliseconds, signal) };
}

/** Several processes call one server in virtual time. */
async function together(options: {
  processes: number;
  calls: number;
  inFlight: number;
  bucket: BucketSettings;
  latencyMs: number;
  roundTripMs: number;
  seed: string;
}) {
  const clock = new VirtualClock();
  const bucket = new RequestBucket(options.bucket, clock.now());
  const shared = sharedPace(clock, options.roundTripMs);
  const random = seededRandom(options.seed);
  const seen = { sent: 0, answered: 0, failed: 0 };
  let left = options.calls;
  const attempt = async (): Promise<Attempt<string>> => {
    seen.sent += 1;
    if (bucket.take(clock.now())) {
      await clock.pause(options.latencyMs);
      return { ok: true, value: 'answer', limits: noLimits };
    }
    await clock.pause(2);
    const { retryAfterSeconds } = options.bucket;
    return {
      ok: false,
      error: new ModelError('rate-limit', 'too many', { retryable: true }),
      limits: retryAfterSeconds === undefined ? noLimits : { retryAfterMs: retryAfterSeconds * 1000, tokens: [] },
    };
  };
  const failures: unknown[] = [];
  const all = Array.from({ length: options.processes }, (_, number) => {
    const own = skewed(clock, number * 1_000_003);
    const pace = new LeasedPace(shared, (error) => failures.push(error), { now: () => own.now(), random });
    const limiter = new RateLimiter({ clock: own, random, pace });
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        await limiter.run(attempt, never).then(
          () => {
            seen.answered += 1;
          },
          () => {
            seen.failed += 1;
          },
        );
      }
    };
    return Promise.all(Array.from({ length: options.inFlight }, worker));
  });
  await clock.run(Promise.all(all));
  expect(failures).toEqual([]);
  return { ...seen, seconds: clock.now() / 1000 };
}

it.each([
  [1, 1],
  [4, 1],
  [16, 1],
  [4, undefined],
])('%i processes weather a storm together as one does', async (processes, retryAfterSeconds) => {
  const bucket = { perSecond: 20, capacity: 20, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
  const report = await together({ processes, calls: 400, inFlight: 25, bucket, latencyMs: 50, roundTripMs: 4, seed: 'storm' });
  expect(report).toMatchObject({ answered: 400, failed: 0 });
  // One process alone is allowed 420.
  expect(report.sent).toBeLessThanOrEqual(430);
  expect(report.seconds).toBeLessThan(32);
});

it('a fast server is not held up by it for long', async () => {
  const bucket = { perSecond: 100_000, capacity: 100_000 };
  const report = await together({ processes: 4, calls: 4000, inFlight: 25, bucket, latencyMs: 200, roundTripMs: 4, seed: 'fast' });
  // 8 s at best; what a pace without headers needs until it is open comes on top, for one process as for four.
  const alone = await together({ processes: 1, calls: 4000, inFlight: 100, bucket, latencyMs: 200, roundTripMs: 0, seed: 'fast' });
  expect(report.seconds).toBeLessThan(alone.seconds * 1.3);
});

it('holds whatever the server, the processes and their way to the shared place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        processes: fc.integer({ min: 1, max: 8 }),
        inFlight: fc.integer({ min: 1, max: 40 }),
        perSecond: fc.integer({ min: 10, max: 200 }),
        capacity: fc.integer({ min: 5, max: 100 }),
        latencyMs: fc.integer({ min: 1, max: 400 }),
        roundTripMs: fc.integer({ min: 0, max: 60 }),
        retryAfterSeconds: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        seed: fc.string({ maxLength: 8 }),
      }),
      async ({ perSecond, capacity, retryAfterSeconds, ...options }) => {
        const bucket = { perSecond, capacity, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
        const report = await together({ calls: 300, bucket, ...options });
        expect(report.answered).toBe(300);
        expect(report.sent).toBeLessThanOrEqual(345);
      },
    ),
    { numRuns: 20 },
  );
});
