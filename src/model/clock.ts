import { setTimeout as wait } from 'node:timers/promises';

/** Time as the model room sees it; a test gives its own. */
export interface Clock {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** The time of day, for headers that hold a date. */
  date(): Date;
  /**
   * Waits so many milliseconds.
   * @throws the signal's reason when it aborts
   */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  async pause(milliseconds, signal) {
    try {
      await wait(milliseconds, undefined, { signal });
    } catch (error) {
      // The timer wraps the reason in an error of its own.
      throw signal.aborted ? signal.reason : error;
    }
  },
};
