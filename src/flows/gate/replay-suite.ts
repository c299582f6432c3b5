import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runPlan } from '../evaluate/2-run-trials.ts';
import type { LoadedConfig } from '../load-config.ts';
import { openSession } from '../session.ts';
import type { Suite } from './1-load-suite.ts';
import type { GateRequest } from './gate-request.ts';

/** Whether the recorded model calls still lead to a decision in every case. */
export type Replay = { readonly kind: 'replayed' } | { readonly kind: 'missing'; readonly reason: string };

/**
 * Plays the recordings once for every case, without a key. Undefined when the project has none: there is nothing to play then.
 * @throws {DocketError} when a recording is damaged
 */
export async function replaySuite(
  config: LoadedConfig,
  suite: Suite,
  reference: string,
  request: GateRequest,
): Promise<Replay | undefined> {
  const recordings = join(config.root, 'evals', 'recordings');
  if (!existsSync(recordings) || !readdirSync(recordings).some((file) => file.endsWith('.jsonl'))) return undefined;
  const session = await openSession({
    config,
    mode: 'recorded',
    store: ':memory:',
    environment: {},
    warn: request.warn,
    clock: request.clock,
  });
  try {
    const misses: string[] = [];
    await runPlan(
      session,
      {
        versions: [await session.prepare(reference)],
        cases: suite.cases,
        trials: 1,
        concurrency: config.concurrency,
        series: 'replay',
        signal: request.signal,
      },
      ({ loaded, trial }) => {
        if (trial.outcome.kind === 'infra-error') misses.push(`${loaded.case.id}: ${trial.outcome.message}`);
      },
    );
    return misses[0] === undefined ? { kind: 'replayed' } : { kind: 'missing', reason: `Not every recorded call replays: ${misses[0]}` };
  } finally {
    await session.close();
  }
}
