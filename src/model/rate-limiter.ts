import { type Clock, systemClock } from '../contracts/clock.ts';
import type { ModelError } from './model-error.ts';
import { defaultPace, Pace, type PaceSettings, type Ticket } from './pace.ts';
import type { RateLimits } from './rate-limit-headers.ts';
import type { Random } from './simulator.ts';

/** How one try of a call ended, with what its headers said. */
export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value; readonly limits: RateLimits }
  | { readonly ok: false; readonly error: ModelError; readonly limits: RateLimits };

export interface RateLimiterOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly pace?: Partial<PaceSettings>;
  /** Most tries of a call that the server says are too many; default 10. */
  readonly maxRefusals?: number;
  /** Most tries of a call after other failures that may pass; default 2. */
  readonly maxRetries?: number;
}

interface Waiting {
  readonly start: (ticket: Ticket) => void;
}

/**
 * One gate for all calls of the process to one server. Everybody waits when the server says "too many", and nobody stampedes afterwards.
 * Failures that may pass are tried again, permanent ones are thrown at once.
 *
 * Own code, because the libraries for this (p-queue, p-throttle, limiter) take a fixed rate, where this one learns it from the answers.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pace: Pace;
  readonly #maxRefusals: number;
  readonly #maxRetries: number;
  readonly #queue: Waiting[] = [];
  #nap: AbortController | undefined;

  constructor(options: RateLimiterOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#pace = new Pace({ ...defaultPace, ...options.pace }, this.#random);
    this.#maxRefusals = options.maxRefusals ?? 10;
    this.#maxRetries = options.maxRetries ?? 2;
  }

  /**
   * Makes a call when its turn comes, and again while that may help.
   * @throws {ModelError} the last failure
   * @throws the signal's reason when it aborts, also while waiting
   */
  async run<Value>(attempt: () => Promise<Attempt<Value>>, signal: AbortSignal): Promise<Value> {
    let refusals = 0;
    let retries = 0;
    for (;;) {
      const ticket = await this.#turn(signal, refusals + retries > 0);
      const ended = await attempt();
      const refused = this.#learn(ended, ticket);
      if (ended.ok) return ended.value;
      if (!ended.error.retryable) throw ended.error;
      if (refused) {
        refusals += 1;
        if (refusals > this.#maxRefusals) throw ended.error;
      } else {
        if (retries === this.#maxRetries) throw ended.error;
        await this.#clock.pause(this.#backOff(retries, ended.limits), signal);
        retries += 1;
      }
    }
  }

  /** Hands what an attempt showed to the pace. Returns true when the server said "too many". */
  #learn(ended: Attempt<unknown>, ticket: Ticket): boolean {
    const now = this.#clock.now();
    const refused =
      !ended.ok && (ended.error.kind === 'rate-limit' || (ended.error.kind === 'server' && ended.limits.retryAfterMs !== undefined));
    if (ended.ok) this.#pace.accepted(now);
    if (refused && ended.error.retryable) this.#pace.refused(now, ticket, waitAskedFor(ended.limits));
    this.#pace.informed(now, ticket, ended.limits);
    this.#wake();
    return refused;
  }

  #backOff(retries: number, limits: RateLimits): number {
    return Math.min(limits.retryAfterMs ?? 0, defaultPace.longestPauseMs) + 500 * 2 ** retries * (0.5 + this.#random());
  }

  /** Waits for this call's turn, first come first served; one that was started before goes first. Returns the start's ticket. */
  #turn(signal: AbortSignal, again: boolean): Promise<Ticket> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal.reason as Error);
      };
      const waiting: Waiting = {
        start: (ticket) => {
          signal.removeEventListener('abort', onAbort);
          resolve(ticket);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      if (again) this.#queue.unshift(waiting);
      else this.#queue.push(waiting);
      this.#wake();
    });
  }

  /** Starts those whose turn it is and naps until the next one's. An earlier nap is ended: things have changed. */
  #wake(): void {
    this.#nap?.abort();
    this.#nap = undefined;
    while (this.#queue.length > 0) {
      const wait = this.#pace.waitMs(this.#clock.now());
      if (wait > 0) {
        this.#sleep(wait);
        return;
      }
      this.#queue.shift()?.start(this.#pace.begin(this.#clock.now()));
    }
  }

  #sleep(milliseconds: number): void {
    const nap = new AbortController();
    this.#nap = nap;
    this.#clock.pause(milliseconds, nap.signal).then(
      () => this.#wake(),
      () => undefined,
    );
  }
}

/** What a refusal asks to wait; a server that only tells when its allowance is full again means that. */
function waitAskedFor({ retryAfterMs, requests }: RateLimits): number | undefined {
  return retryAfterMs ?? (requests?.remaining === 0 ? requests.resetMs : undefined);
}

const limiters = new Map<string, RateLimiter>();

/** The process's one limiter for a server. */
export function sharedRateLimiter(baseUrl: string): RateLimiter {
  const { origin } = new URL(baseUrl);
  const limiter = limiters.get(origin) ?? new RateLimiter();
  limiters.set(origin, limiter);
  return limiter;
}
