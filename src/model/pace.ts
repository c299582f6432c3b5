import type { Allowance, RateLimits } from './rate-limit-headers.ts';
import type { Random } from './simulator.ts';

/** How a pace starts and what bounds it. Rates are calls a second, times milliseconds. */
export interface PaceSettings {
  /** Also by how much it grows in a second, as long as nothing is known. */
  readonly initialRate: number;
  readonly minimumRate: number;
  readonly maximumRate: number;
  /** First pause when the server names none; doubles while nothing gets through. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const defaultPace: PaceSettings = {
  initialRate: 10,
  minimumRate: 0.1,
  maximumRate: 2000,
  firstPauseMs: 1000,
  longestPauseMs: 60_000,
};

/** Which start a call was, and how many pauses there had been. */
export interface Ticket {
  readonly start: number;
  readonly epoch: number;
}

/** Late starts are made up for by so much: timers are coarser than a fast pace. */
const catchUpMs = 10;

/** What a server says is left lasts at least so long, as long as it refuses nothing. */
const headroomSeconds = 4;

/**
 * When the next call may start. Calls are spaced, never sent in a burst, so that at the moment a limit is hit few are under way.
 *
 * The pace speeds up until the server first says "too many". From then on it is measured: a server that hands out
 * calls at a steady rate was empty at the last refusal and is empty now, so what it let through since, per second, is its rate, bounded
 * below by counting the pause and above by leaving it out. Pure: time and randomness are given.
 */
export class Pace {
  readonly #settings: PaceSettings;
  readonly #random: Random;
  #rate: number;
  #nextStartAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** Counts pauses: refusals of calls that started before the last one tell nothing new. */
  #epoch = 0;
  #emptySince: number | undefined;
  #resumedAt: number | undefined;
  #acceptedSince = 0;
  #fruitlessPauses = 0;
  #grewAt: number | undefined;
  /** Starts so far: tells which of two answers is the newer one, and which calls it does not know of yet. */
  #starts = 0;
  #startedAt = 0;
  /** What the newest answer said about the requests that are left. */
  #allowance: { readonly left: number; readonly at: number; readonly start: number; readonly refillMs: number } | undefined;

  constructor(settings: PaceSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
    this.#rate = settings.initialRate;
  }

  /** Milliseconds until a call may start. */
  waitMs(now: number): number {
    return Math.max(0, this.#pausedUntil - now, this.#nextStartAt - now, this.#allowanceWaitMs(now));
  }

  /** Records a start. The ticket is given back with what came of it. */
  begin(now: number): Ticket {
    this.#resumedAt ??= now;
    this.#nextStartAt = Math.max(this.#nextStartAt, now - catchUpMs) + 1000 / this.#rate;
    this.#starts += 1;
    this.#startedAt = now;
    return { start: this.#starts, epoch: this.#epoch };
  }

  /** An answer came: the pace may grow. */
  accepted(now: number): void {
    this.#acceptedSince += 1;
    this.#fruitlessPauses = 0;
    const seconds = Math.min(1, (now - (this.#grewAt ?? now)) / 1000);
    this.#grewAt = now;
    this.#rate = Math.min(this.#settings.maximumRate, this.#grown(seconds));
  }

  /** Headers came, with an answer or a refusal. */
  informed(now: number, ticket: Ticket, limits: RateLimits): void {
    if (limits.requests && ticket.start > (this.#allowance?.start ?? 0)) {
      this.#allowance = { left: limits.requests.remaining, at: now, start: ticket.start, refillMs: refillMs(limits.requests) };
      if (this.#emptySince === undefined) this.#openFor(limits.requests.remaining);
    }
    for (const allowance of limits.tokens) {
      if (allowance.remaining === 0) this.#pause(now, Math.min(refillForOneMs(allowance, limits.used), this.#settings.longestPauseMs));
    }
  }

  /** A server that says how much is left need not be felt for: no more than a part of it goes out in a second, and it is told again with each answer. */
  #openFor(left: number): void {
    this.#rate = Math.min(this.#settings.maximumRate, Math.max(this.#rate, left / headroomSeconds));
  }

  /**
   * The server said "too many" to a call: all wait, then go on more slowly.
   * @param retryAfterMs what the server asked for
   */
  refused(now: number, ticket: Ticket, retryAfterMs: number | undefined): void {
    if (ticket.epoch === this.#epoch) {
      this.#slowDown(now);
      this.#emptySince = now;
      this.#acceptedSince = 0;
      const backOffMs = this.#nextBackOffMs();
      if (retryAfterMs === undefined) this.#pause(now, backOffMs);
    }
    if (retryAfterMs !== undefined) {
      const asked = Math.min(retryAfterMs, this.#settings.longestPauseMs);
      this.#pause(now, asked * (1 + 0.1 * this.#random()) + 5);
    }
    this.#resumedAt = this.#pausedUntil;
    this.#grewAt = this.#pausedUntil;
  }

  /** The server fails everybody: all wait, longer each time. What is known of its rate stays. */
  failing(now: number, ticket: Ticket): void {
    if (ticket.epoch === this.#epoch) this.#pause(now, this.#nextBackOffMs());
    this.#grewAt = this.#pausedUntil;
  }

  /** Begins a new epoch. */
  #nextBackOffMs(): number {
    this.#epoch += 1;
    this.#fruitlessPauses += 1;
    const backOff = this.#settings.firstPauseMs * 2 ** (this.#fruitlessPauses - 1) * (0.75 + 0.5 * this.#random());
    return Math.min(backOff, this.#settings.longestPauseMs);
  }

  /** Once refused, by a twentieth a second. Before, quickly where the server tells what is left, and evenly where only a refusal would tell. */
  #grown(seconds: number): number {
    if (this.#emptySince !== undefined) return this.#rate * (1 + 0.05 * seconds);
    return this.#rate + (this.#allowance ? 2 : this.#settings.initialRate * seconds);
  }

  #slowDown(now: number): void {
    const active = Math.max(1, now - (this.#resumedAt ?? now)) / 1000;
    const upper = Math.min(this.#rate, this.#acceptedSince / active);
    const lower = this.#emptySince === undefined ? undefined : this.#acceptedSince / Math.max(0.001, (now - this.#emptySince) / 1000);
    const estimate = lower === undefined ? Math.min(this.#rate / 2, upper) : Math.sqrt(Math.min(lower, upper) * upper);
    const rate = this.#acceptedSince === 0 ? this.#rate / 2 : 0.9 * estimate;
    this.#rate = Math.min(this.#settings.maximumRate, Math.max(this.#settings.minimumRate, rate));
  }

  #pause(now: number, milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, now + milliseconds);
  }

  /**
   * The server counted the calls that started up to the newest answer's; those since are taken off, and what came back meanwhile is added.
   * Whatever it says, one call is tried at the end of each longest pause.
   */
  #allowanceWaitMs(now: number): number {
    if (!this.#allowance) return 0;
    const { left, at, start, refillMs: each } = this.#allowance;
    const missing = 1 - (left - (this.#starts - start));
    return missing <= 0 ? 0 : Math.min(at + missing * each, this.#startedAt + this.#settings.longestPauseMs) - now;
  }
}

/** Milliseconds in which one call of an allowance comes back, if it comes back steadily. The reset is told in whole seconds. */
function refillMs({ limit, remaining, resetMs }: Allowance): number {
  return (resetMs + 500) / Math.max(1, limit - remaining);
}

/**
 * Milliseconds in which a spent allowance of tokens has enough for a call like the one that was answered: what a prompt cache answers takes hardly
 * any, and need not wait until much is back. A tenth of it where no answer tells what a call takes.
 */
function refillForOneMs({ kind, limit, resetMs }: RateLimits['tokens'][number], used: RateLimits['used']): number {
  if (!used) return resetMs / 10;
  const taken = { 'input-tokens': used.input, 'output-tokens': used.output, tokens: used.input + used.output }[kind];
  return Math.min(1, taken / Math.max(1, limit)) * resetMs;
}
