import { setImmediate as settle } from 'node:timers/promises';
import type { Clock } from '../../contracts/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** A clock whose time passes only in `run`, as fast as the work allows. */
export class VirtualClock implements Clock {
  #now = 0;
  #timers: Timer[] = [];

  /** Pauses that nobody has ended yet. */
  get open(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#now;
  }

  date(): Date {
    return new Date(1_800_000_000_000 + this.#now);
  }

  pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = { at: this.#now + milliseconds, fire: resolve };
      this.#timers.push(timer);
      signal?.addEventListener('abort', () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal.reason as Error);
      });
    });
  }

  /** Lets time pass until the work is done; fails when nothing is left to wait for, or after `longestMs`. */
  async run<Value>(work: Promise<Value>, longestMs = 3_600_000): Promise<Value> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    ended.catch(() => undefined);
    await settle();
    while (!done) {
      const next = this.#timers.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > longestMs) throw new Error(`The work is stuck at ${this.#now} ms.`);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.fire();
      await settle();
    }
    return ended;
  }
}
