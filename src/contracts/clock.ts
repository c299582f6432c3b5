import { setTimeout as wait } from 'node:timers/promises';

/** Where time comes from. */
export interface Clock {
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  /** The calendar's date and time. */
  date(): Date;
  /**
   * Waits that many milliseconds; must give other work a turn even when it waits for nothing.
   * @throws the signal's reason when it aborts.
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
      // Timers wrap the reason in an AbortError of their own; callers are promised the reason itself.
      throw signal.aborted ? signal.reason : error;
    }
  },
};
