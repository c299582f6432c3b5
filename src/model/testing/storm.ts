import { anthropicModel } from '../anthropic.ts';
import type { PaceSettings } from '../pace.ts';
import { RateLimiter } from '../rate-limiter.ts';
import { simulatedModel } from '../simulated.ts';
import type { BucketSettings } from '../stand-in/request-bucket.ts';
import { serveModel } from '../stand-in/serve-model.ts';
import { trialContext, weatherRequest, weatherSimulator } from './weather-simulator.ts';

/** How a storm went. */
export interface StormReport {
  readonly sent: number;
  readonly answered: number;
  readonly seconds: number;
  readonly failed: readonly string[];
}

/** Sends many calls at once, through the real client, to a server that lets only so many through. */
export async function storm(options: {
  readonly calls: number;
  readonly workers: number;
  readonly bucket: BucketSettings;
  readonly latencyMs?: number;
  readonly pace?: Partial<PaceSettings>;
}): Promise<StormReport> {
  const start = performance.now();
  let sent = 0;
  const model = simulatedModel(weatherSimulator, { latencyMs: options.latencyMs ?? 0 });
  const server = await serveModel(model, {
    bucket: options.bucket,
    onRequest: () => {
      sent += 1;
    },
  });
  const limiter = new RateLimiter(options.pace ? { pace: options.pace } : {});
  const client = anthropicModel({ environment: { ANTHROPIC_API_KEY: 'test-key', ANTHROPIC_BASE_URL: server.url }, limiter });
  let next = 0;
  let answered = 0;
  const failed: string[] = [];
  const work = async () => {
    while (next < options.calls) {
      next += 1;
      const context = trialContext({ trialNumber: next, signal: AbortSignal.timeout(300_000) });
      await client.create(weatherRequest(), context).then(
        () => {
          answered += 1;
        },
        (error: unknown) => failed.push(String(error)),
      );
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  await server.close();
  return { sent, answered, failed, seconds: (performance.now() - start) / 1000 };
}

// The full storm takes some twenty seconds each: run this file by itself to see it.
if (import.meta.main) {
  for (const retryAfterSeconds of [1, undefined]) {
    for (const workers of [8, 400]) {
      const report = await storm({
        calls: 400,
        workers,
        bucket: { perSecond: 20, capacity: 20, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) },
      });
      console.log(`400 calls, ${workers} workers, 20/s, retry-after ${retryAfterSeconds ?? 'absent'}: ${JSON.stringify(report)}`);
    }
  }
}
