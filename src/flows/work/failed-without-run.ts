import type { FailedTrial } from '../../contracts/trial.ts';
import { keyOf, type TrialRequest } from '../../trials/run-trial.ts';
import type { Session } from '../session.ts';

/**
 * Keeps, as its failure, that a trial could not be run at all.
 * @returns busy where somebody else runs it, and stored where it is there
 */
export async function saveFailure(
  { store, mode, clock }: Session,
  request: TrialRequest,
  message: string,
): Promise<'saved' | 'busy' | 'stored'> {
  const key = keyOf(request);
  const claim = await store.claim(key);
  if (claim !== 'claimed') return claim;
  const failed: FailedTrial = {
    key,
    mode,
    outcome: { kind: 'infra-error', error: 'worker', message, retryable: false },
    transcript: { userMessage: '', steps: [] },
    usage: { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 },
    startedAt: clock.date().toISOString(),
    durationMs: 0,
    infraRetries: 0,
  };
  await store.saveFailure(failed);
  return 'saved';
}
