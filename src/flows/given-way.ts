import { setImmediate } from 'node:timers/promises';

/**
 * Lets signals of the process come through: without it nobody could interrupt the work on a hundred thousand traces.
 * @throws the signal's reason at an abort
 */
export async function givenWay(signal?: AbortSignal): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}
