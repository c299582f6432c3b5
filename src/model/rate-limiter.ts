import { type Clock, systemClock } from '../contracts/clock.ts';
import { ModelError } from './model-error.ts';
import { type CallPace, defaultPace, Pace, type PaceSettings, type Ticket } from './pace.ts';
import type { RateLimits } from './rate-limit-headers.ts';
import { everybodyWaits, retryLimits } from './retry-policy.ts';
import type { Random } from './simulator.ts';

/** How one try of a call ended, with what its headers said. */
export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value; readonly limits: RateLimits }
  | { readonly ok: false; readonly error: ModelError; readonly limits: RateLimits };

export interface RateLimiterOptions {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly pace?: Partial<PaceSettings> | CallPace;
  /** Most tries of a call that the server says are too many; default `retryLimits`. */
  readonly maxRefusals?: number;
  /** Most tries of a call after other failures that may pass; default `retryLimits`. */
  readonly maxRetries?: number;
}

/** What a call's owner wants to know while it waits. */
export interface CallOptions {
  /** Given every wait for a turn: it is not the call's own time. */
  readonly waiting?: <Value>(turn: Promise<Value>) => Promise<Value>;
  /** Told of a pause of all calls that a person would notice. */
  readonly onPause?: (milliseconds: number, why: string) => void;
}

interface Waiting {
  readonly start: (ticket: Ticket) => void;
}

/** The end of the year 2999. */
const lastDate = Date.UTC(3000, 0);

/** Pauses from here on are told. */
const noticedPauseMs = 5000;

/**
 * One gate for all calls of the process to one server. Everybody waits when the server says "too many", and nobody stampedes afterwards.
 * Failures that may pass are tried again, permanent ones are thrown at once. When a server that has answered fails everybody, all wait
 * together as well, so that an outage of minutes costs no trial.
 *
 * Own code, because the libraries for this (p-queue, p-throttle, limiter) take a fixed rate, where this one learns it from the answers.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #pace: CallPace;
  readonly #maxRefusals: number;
  readonly #maxRetries: number;
  readonly #queue: Waiting[] = [];
  #nap: AbortController | undefined;
  #hasAnswered = false;
  #toldSlow = false;
  #failuresInARow = 0;

  constructor(options: RateLimiterOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#pace = options.pace && 'begin' in options.pace ? options.pace : new Pace({ ...defaultPace, ...options.pace }, this.#random);
    this.#maxRefusals = options.maxRefusals ?? retryLimits.refusals;
    this.#maxRetries = options.maxRetries ?? retryLimits.retries;
  }

  /**
   * Makes a call when its turn comes, and again while that may help.
   * @throws {ModelError} the last failure
   * @throws the signal's reason when it aborts, also while waiting
   */
  async run<Value>(attempt: () => Promise<Attempt<Value>>, signal: AbortSignal, options: CallOptions = {}): Promise<Value> {
    const { waiting = (turn) => turn } = options;
    let refusals = 0;
    let retries = 0;
    for (;;) {
      const ticket = this.#startAtOnce(signal) ?? (await waiting(this.#turn(signal, refusals + retries > 0)));
      // Between a turn and its call an abort may come.
      signal.throwIfAborted();
      const ended = this.#judged(await attempt());
      const allWait = this.#learn(ended, ticket, options);
      if (ended.ok) return ended.value;
      if (!ended.error.retryable) throw ended.error;
      if (allWait) {
        refusals += 1;
        if (refusals > this.#maxRefusals) throw ended.error;
      } else {
        if (retries === this.#maxRetries) throw this.#last(ended.error);
        await waiting(this.#clock.pause(this.#backOff(retries, ended.limits), signal));
        retries += 1;
      }
    }
  }

  /** Hands what an attempt showed to the pace. Returns true when all calls wait now. */
  #learn(ended: Attempt<unknown>, ticket: Ticket, { onPause }: CallOptions): boolean {
    const now = this.#clock.now();
    const pausedMs = this.#pace.waitMs(now);
    const refused = !ended.ok && everybodyWaits(ended.error.kind, ended.limits.retryAfterMs !== undefined);
    const outage = this.#isOutage(ended, refused);
    if (ended.ok) this.#pace.accepted(now);
    if (refused && ended.error.retryable) this.#pace.refused(now, ticket, waitAskedFor(ended.limits));
    if (outage) this.#pace.failing(now, ticket);
    this.#pace.informed(now, ticket, ended.limits);
    const waitMs = this.#pace.waitMs(now);
    if (waitMs - pausedMs >= noticedPauseMs) this.#tell(ended, waitMs, onPause);
    this.#wake();
    return refused || outage;
  }

  /** Whoever waits is told why; that a server gives few calls a minute, once. */
  #tell(ended: Attempt<unknown>, waitMs: number, onPause: CallOptions['onPause']): void {
    if (!ended.ok) onPause?.(waitMs, ended.error.message);
    else if (!this.#toldSlow)
      onPause?.(waitMs, 'The model server says that no more calls are left for now, and calls go out as slowly as it gives them.');
    this.#toldSlow ||= ended.ok;
  }

  #isOutage(ended: Attempt<unknown>, refused: boolean): boolean {
    this.#hasAnswered ||= ended.ok;
    // A refusal is an answer too.
    if (ended.ok || refused || !ended.error.retryable) this.#failuresInARow = 0;
    else this.#failuresInARow += 1;
    return this.#hasAnswered && this.#failuresInARow >= retryLimits.outageFailures;
  }

  /** A wait of hours is an end: nobody pauses for it, and everybody is told. */
  #judged<Value>(ended: Attempt<Value>): Attempt<Value> {
    const { retryAfterMs = 0, serverTime } = ended.limits;
    if (ended.ok || retryAfterMs <= retryLimits.longestAskedMs) return ended;
    // By the server's clock, where it tells it; what is no date any more is an end, too.
    const until = (serverTime ?? this.#clock.date().getTime()) + retryAfterMs;
    const asks =
      until > lastDate
        ? 'for longer than anybody can. See what it, or the gateway before it, says of this key'
        : `until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')} UTC. Run the same command again after that`;
    const message = `${ended.error.message} The server asks clients to wait ${asks}.`;
    return { ...ended, error: new ModelError('rate-limit', message, { retryable: false }) };
  }

  /** The error of a call's last try: what came three times the same would come to the trial's next runs, which pay for its other calls again. */
  #last(error: ModelError): ModelError {
    const { kind, message, lost } = error;
    const isLasting = this.#maxRetries > 0 && (kind === 'response' || (kind === 'timeout' && !this.#hasAnswered));
    return isLasting ? new ModelError(kind, message, { retryable: false, lost }) : error;
  }

  #backOff(retries: number, limits: RateLimits): number {
    return (
      Math.min(limits.retryAfterMs ?? 0, defaultPace.longestPauseMs) + retryLimits.firstRetryMs * 2 ** retries * (0.5 + this.#random())
    );
  }

  /** The ticket of a call that need not wait; undefined when it must. */
  #startAtOnce(signal: AbortSignal): Ticket | undefined {
    signal.throwIfAborted();
    const now = this.#clock.now();
    return this.#queue.length === 0 && this.#pace.waitMs(now) <= 0 ? this.#pace.begin(now) : undefined;
  }

  /** Waits for this call's turn, first come first served; one that was started before goes first. Returns the start's ticket. */
  #turn(signal: AbortSignal, again: boolean): Promise<Ticket> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        // A nap that nobody waits for would keep the process alive.
        if (this.#queue.length === 0) this.#nap?.abort();
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
      this.#pace.waiting?.(this.#queue.length, this.#clock.now());
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
