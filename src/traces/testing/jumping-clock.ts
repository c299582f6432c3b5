import type { Clock } from '../../contracts/clock.ts';

/** A clock that jumps over its pauses and notes them. */
export interface JumpingClock extends Clock {
  readonly pauses: readonly number[];
}

/** @param start milliseconds since 1970 */
export function jumpingClock(start: number): JumpingClock {
  const pauses: number[] = [];
  let passed = 0;
  return {
    pauses,
    now: () => passed,
    date: () => new Date(start + passed),
    async pause(milliseconds, signal) {
      signal.throwIfAborted();
      pauses.push(milliseconds);
      passed += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
  };
}
