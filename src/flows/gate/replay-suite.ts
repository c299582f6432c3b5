import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSettled } from '../../contracts/trial.ts';
import { runRequests } from '../judging/run-requests.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { openSession } from '../session.ts';
import type { GateContext } from './gate-context.ts';

/** Whether the recorded model calls still lead to a decision in every case. */
export type Replay = { readonly kind: 'replayed' } | { readonly kind: 'missing'; readonly reason: string };

/**
 * Plays the recordings once for every case, without a key. Undefined when the project has none: there is nothing to play then.
 * @throws {DocketError} when a recording is damaged
 */
export async function replaySuite({ config, mainConfig, candidate, suite, request }: GateContext): Promise<Replay | undefined> {
  const recordings = join(config.root, 'evals', 'recordings');
  if (!existsSync(recordings) || !readdirSync(recordings).some((file) => file.endsWith('.jsonl'))) return undefined;
  const session = await openSession({
    config: { ...mainConfig, root: config.root },
    mode: 'recorded',
    store: ':memory:',
    environment: {},
    warn: request.warn,
    clock: request.clock,
  });
  try {
    const misses: string[] = [];
    const requests = suite.cases.map((loaded) =>
      trialRequest(candidate, { ...loaded, ...suite.candidateInputs.get(loaded.case.id) }, 'replay', 1),
    );
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
