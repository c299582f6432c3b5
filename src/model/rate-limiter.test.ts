import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model, ModelAnswer } from './model.ts';
import { ModelError } from './model-error.ts';
import { PriceBook } from './price-book.ts';
import { seededRandom } from './random.ts';
import { noLimits, type RateLimits } from './rate-limit-headers.ts';
import { type Attempt, RateLimiter, sharedRateLimiter } from './rate-limiter.ts';
import { withSpendBudget } from './spend-budget.ts';
import { type BucketSettings, RequestBucket } from './stand-in/request-bucket.ts';
import { storm } from './testing/storm.ts';
import { VirtualClock } from './testing/virtual-clock.ts';
import { trialContext, weatherRequest } from './testing/weather-simulator.ts';

const never = new AbortController().signal;
const refusal = (limits: RateLimits = noLimits): Attempt<never> => ({
  ok: false,
  error: new ModelError('rate-limit', 'too many', { retryable: true }),
  limits,
});
/** Costs one dollar: a million tokens in, at the price of claude-haiku-4-5. */
const dollarAnswer = { model: 'm', usage: { input_tokens: 1_000_000, output_tokens: 0 } } as ModelAnswer;
const answer = { ok: true, value: 'answer', limits: noLimits } as const;

/** Calls through a limiter against a bucket in virtual time. */
async function inVirtualTime(options: {
  calls: number;
  workers: number;
  bucket: BucketSettings;
  latencyMs: number;
  refusalMs: number;
  seed: string;
}) {
  const clock = new VirtualClock();
  const bucket = new RequestBucket(options.bucket, clock.now());
  const limiter = new RateLimiter({ clock, random: seededRandom(options.seed) });
  const sentAt: number[] = [];
  let started = 0;
  let answered = 0;
  const attempt = async (): Promise<Attempt<string>> => {
    sentAt.push(clock.now());
    if (bucket.take(clock.now())) {
      await clock.pause(options.latencyMs);
      return answer;
    }
    await clock.pause(options.refusalMs);
    const { retryAfterSeconds } = options.bucket;
    return refusal(retryAfterSeconds === undefined ? noLimits : { retryAfterMs: retryAfterSeconds * 1000, tokens: [] });
  };
  const worker = async () => {
    while (started < options.calls) {
      started += 1;
      await limiter.run(attempt, never);
      answered += 1;
    }
  };
  await clock.run(Promise.all(Array.from({ length: options.workers }, worker)));
  return { sent: sentAt.length, sentAt, answered, seconds: clock.now() / 1000 };
}

describe('a storm of 400 calls on a server that lets 20 a second through', () => {
  it.each([
    ['with retry-after', 8, 1],
    ['with retry-after', 400, 1],
    ['without retry-after', 8, undefined],
    ['without retry-after', 400, undefined],
  ])('%s, %i workers: all are answered with at most 420 requests', async (_name, workers, retryAfterSeconds) => {
    const bucket = { perSecond: 20, capacity: 20, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
    const report = await inVirtualTime({ calls: 400, workers, bucket, latencyMs: 5, refusalMs: 2, seed: 'storm' });
    expect(report.answered).toBe(400);
    expect(report.sent).toBeLessThanOrEqual(420);
    expect(report.seconds).toBeLessThan(30);
  });

  it('holds for other servers, workers and latencies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          perSecond: fc.integer({ min: 10, max: 200 }),
          capacity: fc.integer({ min: 5, max: 100 }),
          workers: fc.integer({ min: 1, max: 400 }),
          latencyMs: fc.integer({ min: 1, max: 400 }),
          refusalMs: fc.integer({ min: 1, max: 100 }),
          retryAfterSeconds: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
          seed: fc.string({ maxLength: 8 }),
        }),
        async ({ perSecond, capacity, retryAfterSeconds, ...options }) => {
          const bucket = { perSecond, capacity, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
          const report = await inVirtualTime({ calls: 400, bucket, ...options });
          expect(report.answered).toBe(400);
          expect(report.sent).toBeLessThanOrEqual(420);
        },
      ),
      { numRuns: 20 },
    );
  });

  it.concurrent.each([
    ['with retry-after', 0.4],
    ['without retry-after', undefined],
  ])('is weathered over loopback too, a smaller and faster one, %s', { tags: ['slow'] }, async (_name, retryAfterSeconds) => {
    const bucket = { perSecond: 40, capacity: 2, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
    const report = await storm({ calls: 100, workers: 50, bucket, pace: { initialRate: 60, firstPauseMs: 400 } });
    // Two calls close together empty the bucket, so that a slow machine, whose calls come in bursts, is refused too.
    expect(report).toMatchObject({ answered: 100, failed: [] });
    expect(report.sent).toBeGreaterThan(100);
    // More than the twentieth that the full storm may waste: on a busy machine refusals come late, and all workers may have sent meanwhile.
    expect(report.sent).toBeLessThanOrEqual(100 + 50);
  });

  it.concurrent('wastes next to nothing where the server says how many calls are left', { tags: ['slow'] }, async () => {
    const report = await storm({ calls: 120, workers: 50, bucket: { perSecond: 100, capacity: 20, headers: true } });
    expect(report).toMatchObject({ answered: 120, failed: [] });
    expect(report.sent).toBeLessThanOrEqual(122);
  });
});

describe('a pause', () => {
  it('is shared: nobody calls while the server asked all to wait, and nobody stampedes afterwards', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5, pace: { initialRate: 1000 } });
    const sentAt: number[] = [];
    let refused = false;
    const attempt = async (): Promise<Attempt<string>> => {
      sentAt.push(clock.now());
      await clock.pause(10);
      if (refused || clock.now() < 100) return answer;
      refused = true;
      return refusal({ retryAfterMs: 5000, tokens: [] });
    };
    await clock.run(Promise.all(Array.from({ length: 300 }, () => limiter.run(attempt, never))));
    const pauseStart = Math.max(...sentAt.filter((at) => at < 1000));
    const after = sentAt.filter((at) => at > 1000);
    expect(Math.min(...after)).toBeGreaterThanOrEqual(pauseStart + 5000);
    expect(after.length).toBeGreaterThan(100);
    const firstTenth = after.filter((at) => at < Math.min(...after) + 100);
    expect(firstTenth.length).toBeLessThan(60);
  });

  it('ends for a call whose signal aborts, with its reason', async () => {
    const limiter = new RateLimiter();
    const deadline = new AbortController();
    const call = limiter.run(async () => refusal({ retryAfterMs: 60_000, tokens: [] }), deadline.signal);
    setTimeout(() => deadline.abort(new Error('the deadline')), 30);
    await expect(call).rejects.toThrow('the deadline');
  });

  it.each([
    ['a prompt cache answers: its tokens do not count', 40, 10],
    ['nothing is cached: as much as a call takes comes back first', 30_000, 60 * 10],
  ])('is not longer than a spent allowance of tokens needs, where %s', async (_name, input, mostSeconds) => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5 });
    const spent = { kind: 'input-tokens' as const, limit: 30_000, remaining: 0, resetMs: 60_000 };
    const attempt = async (): Promise<Attempt<string>> => {
      await clock.pause(100);
      return { ...answer, limits: { tokens: [spent], used: { input, output: 10 } } };
    };
    const calls = async () => {
      for (let call = 0; call < 10; call += 1) await limiter.run(attempt, never);
    };
    await clock.run(calls());
    // In virtual time: a minute fills the allowance, so 40 of 30,000 tokens take 80 ms of it.
    expect(clock.now() / 1000).toBeLessThanOrEqual(mostSeconds);
    expect(clock.now() / 1000).toBeGreaterThanOrEqual(input === 40 ? 1 : 60 * 9);
  });

  it('keeps nothing alive once nobody waits for it', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5 });
    const interrupted = new AbortController();
    const calls = [1, 2, 3].map(() => limiter.run(async () => refusal({ retryAfterMs: 60_000, tokens: [] }), interrupted.signal));
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.open).toBe(1);
    interrupted.abort(new Error('Ctrl-C'));
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(clock.open).toBe(0);
  });

  it('is told once, and is not the time of the calls that wait', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5, pace: { initialRate: 1000 } });
    const told: number[] = [];
    let waitedFor = 0;
    let refusals = 0;
    const attempt = async (): Promise<Attempt<string>> => {
      await clock.pause(10);
      if (clock.now() > 1000) return answer;
      refusals += 1;
      return refusal({ retryAfterMs: 30_000, tokens: [] });
    };
    const options = {
      waiting: async <Value>(turn: Promise<Value>) => {
        const start = clock.now();
        const value = await turn;
        waitedFor += clock.now() - start;
        return value;
      },
      onPause: (milliseconds: number) => told.push(milliseconds),
    };
    await clock.run(Promise.all(Array.from({ length: 5 }, () => limiter.run(attempt, never, options))));
    expect(refusals).toBeGreaterThan(1);
    expect(told).toEqual([expect.closeTo(31_505, 0)]);
    expect(waitedFor).toBeGreaterThan(5 * 30_000);
  });

  it('of a server that gives few calls a minute is told once', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5 });
    const told: string[] = [];
    const spent: Attempt<string> = { ...answer, limits: { tokens: [], requests: { limit: 1, remaining: 0, resetMs: 3_600_000 } } };
    const ask = () => limiter.run(async () => spent, never, { onPause: (ms, why) => told.push(`${why} ${Math.round(ms / 1000)}`) });
    await clock.run(Promise.all([ask(), ask(), ask()]));
    expect(told).toEqual(['The model server says that no more calls are left for now, and calls go out as slowly as it gives them. 60']);
  });

  it('of hours is an end at once, for whom it was asked; others are not held up', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5 });
    const hours = limiter.run(async () => refusal({ retryAfterMs: 8 * 3_600_000, tokens: [] }), never);
    await expect(hours).rejects.toMatchObject({ kind: 'rate-limit', retryable: false });
    await expect(hours).rejects.toThrow('too many The server asks clients to wait until 2027-01-15 16:00 UTC.');
    const ages = limiter.run(async () => refusal({ retryAfterMs: 9e17, tokens: [] }), never);
    await expect(clock.run(ages)).rejects.toMatchObject({
      kind: 'rate-limit',
      retryable: false,
      message: expect.stringContaining('wait for longer than anybody can'),
    });
    const serverTime = Date.parse('2026-11-28T13:00:00Z');
    const there = limiter.run(async () => refusal({ serverTime, retryAfterMs: 8 * 3_600_000, tokens: [] }), never);
    await expect(clock.run(there), "by the server's clock").rejects.toThrow('wait until 2026-11-28 21:00 UTC.');
    await expect(clock.run(limiter.run(async () => answer, never))).resolves.toBe('answer');
    expect(clock.now()).toBeLessThan(1000);
  });

  it('ends whatever the server says of its allowance', async () => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5 });
    const requests = { limit: 1, remaining: 0, resetMs: 365 * 86_400_000 };
    const calls = [1, 2, 3].map(() => limiter.run(async () => ({ ...answer, limits: { requests, tokens: [] } }), never));
    await expect(clock.run(Promise.all(calls))).resolves.toHaveLength(3);
    expect(clock.now()).toBeGreaterThan(60_000);
  });
});

it('behind a budget ends every call, starts none that was aborted or has to pause, and overspends by one call at most', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      async (seed, workers, dollars) => {
        const random = seededRandom(seed);
        const clock = new VirtualClock();
        const limiter = new RateLimiter({ clock, random });
        const seen = { left: 100, ended: 0, spent: 0, afterAbort: 0, inPause: 0, inFlight: 0, most: 0 };
        let pausedUntil = 0;
        const attempt = async (signal: AbortSignal): Promise<Attempt<ModelAnswer>> => {
          if (signal.aborted) seen.afterAbort += 1;
          if (clock.now() < pausedUntil) seen.inPause += 1;
          seen.inFlight += 1;
          seen.most = Math.max(seen.most, seen.inFlight);
          await clock.pause(1 + random() * 300);
          seen.inFlight -= 1;
          signal.throwIfAborted();
          const dice = random();
          if (dice < 0.08) {
            const retryAfterMs = 1000 + random() * 4000;
            pausedUntil = Math.max(pausedUntil, clock.now() + retryAfterMs);
            return refusal({ retryAfterMs, tokens: [] });
          }
          if (dice < 0.14) return { ok: false, error: new ModelError('server', 'broken', { retryable: dice < 0.12 }), limits: noLimits };
          if (dice < 0.16) throw new Error('a bug');
          seen.spent += 1;
          return { ok: true, value: dollarAnswer, limits: noLimits };
        };
        const model: Model = { mode: 'live', create: (_, context) => limiter.run(() => attempt(context.signal), context.signal) };
        const bounded = withSpendBudget(model, dollars, new PriceBook());
        const worker = async () => {
          while (seen.left > 0) {
            seen.left -= 1;
            const deadline = new AbortController();
            if (random() < 0.15) void clock.pause(random() * 3000).then(() => deadline.abort());
            await bounded.create(weatherRequest({ max_tokens: 300_000 }), trialContext({ signal: deadline.signal })).catch(() => undefined);
            seen.ended += 1;
          }
        };
        await clock.run(Promise.all(Array.from({ length: workers }, worker)));
        expect(seen).toMatchObject({ ended: 100, afterAbort: 0, inPause: 0, inFlight: 0 });
        expect(seen.most).toBeLessThanOrEqual(workers);
        expect(seen.spent).toBeLessThanOrEqual(dollars + 1);
      },
    ),
    { numRuns: 30, seed: 7 },
  );
});

describe('an outage', () => {
  /** Twenty workers on a server that is out of order from one moment to another. */
  async function through(from: number, to: number) {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: seededRandom('outage') });
    const seen = { sent: 0, failed: 0, left: 400 };
    const attempt = async (): Promise<Attempt<string>> => {
      seen.sent += 1;
      await clock.pause(50);
      if (clock.now() < from || clock.now() >= to) return answer;
      return { ok: false, error: new ModelError('server', 'overloaded', { retryable: true }), limits: noLimits };
    };
    const worker = async () => {
      while (seen.left > 0) {
        seen.left -= 1;
        await limiter.run(attempt, never).catch(() => {
          seen.failed += 1;
        });
      }
    };
    await clock.run(Promise.all(Array.from({ length: 20 }, worker)));
    return seen;
  }

  it.each([30, 240])('of %i s costs no call and few requests', async (seconds) => {
    const { sent, failed } = await through(2000, 2000 + seconds * 1000);
    expect(failed).toBe(0);
    expect(sent).toBeGreaterThan(400);
    expect(sent).toBeLessThan(450);
  });

  it('that was there from the beginning is no outage: the address may be wrong', async () => {
    const { failed } = await through(0, 30_000);
    expect(failed).toBeGreaterThan(20);
  });
});

describe('a call', () => {
  const counting = (attempts: readonly Attempt<string>[]) => {
    const clock = new VirtualClock();
    const limiter = new RateLimiter({ clock, random: () => 0.5 });
    let sent = 0;
    const run = () =>
      clock.run(
        limiter.run(async () => {
          sent += 1;
          return attempts[Math.min(sent, attempts.length) - 1] ?? answer;
        }, never),
      );
    return { run, sent: () => sent };
  };
  const failure = (retryable: boolean): Attempt<never> => ({
    ok: false,
    error: new ModelError('server', 'broken', { retryable }),
    limits: noLimits,
  });

  it('that fails for good is not tried again', async () => {
    const { run, sent } = counting([failure(false)]);
    await expect(run()).rejects.toThrow('broken');
    expect(sent()).toBe(1);
  });

  it('that fails for now is tried three times', async () => {
    const { run, sent } = counting([failure(true)]);
    await expect(run()).rejects.toThrow('broken');
    expect(sent()).toBe(3);
  });

  it('that is refused again and again ends after eleven tries', async () => {
    const { run, sent } = counting([refusal()]);
    await expect(run()).rejects.toThrow('too many');
    expect(sent()).toBe(11);
  });

  it('gets its answer after failures of both kinds', async () => {
    const { run, sent } = counting([failure(true), refusal(), failure(true), answer]);
    await expect(run()).resolves.toBe('answer');
    expect(sent()).toBe(4);
  });

  it('that throws does not block the others', async () => {
    const limiter = new RateLimiter();
    await expect(limiter.run(() => Promise.reject(new Error('a bug')), never)).rejects.toThrow('a bug');
    await expect(limiter.run(async () => answer, never)).resolves.toBe('answer');
  });
});

it('is one for all who call the same server', () => {
  expect(sharedRateLimiter('https://api.example.com')).toBe(sharedRateLimiter('https://api.example.com/proxy'));
  expect(sharedRateLimiter('https://api.example.com')).not.toBe(sharedRateLimiter('https://other.example.com'));
});
