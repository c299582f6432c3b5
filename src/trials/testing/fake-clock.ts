import type { Clock } from '../../contracts/clock.ts';

/** A clock that jumps over its pauses and notes them. */
export interface FakeClock extends Clock {
  readonly pauses: number[];
}

/** @param onPause what others do meanwhile; called with the number of the pause, from 1 */
export function fakeClock(onPause: (count: number) => unknown = () => {}): FakeClock {
  let time = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => time,
    date: () => new Date(Date.UTC(2026, 10, 23) + time),
    async pause(milliseconds, signal) {
      signal.throwIfAborted();
      await onPause(pauses.push(milliseconds));
      time += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    },
  };
}
