import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSettled } from '../../contracts/trial.ts';
import { runRequests } from '../judging/run-requests.ts';
import { trialRequest } from '../judging/trial-request.ts';
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
    const version = await session.prepare(reference);
    const requests = suite.cases.map((loaded) => trialRequest(version, loaded, 'replay', 1));
    await runRequests(requests, {
      session,
      signal: request.signal,
      onRun({ request: { caseId }, trial }) {
        if (!isSettled(trial)) misses.push(`${caseId}: ${trial.outcome.message}`);
      },
    });
    return misses[0] === undefined ? { kind: 'replayed' } : { kind: 'missing', reason: `Not every recorded call replays: ${misses[0]}` };
  } finally {
    await session.close();
  }
}
