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

/** What a pace has learnt; times are milliseconds on the clock that it is told. */
export interface PaceState {
  rate: number;
  nextStartAt: number;
  pausedUntil: number;
  /** Counts pauses: refusals of calls that started before the last one tell nothing new. */
  epoch: number;
  emptySince?: number | undefined;
  resumedAt?: number | undefined;
  acceptedSince: number;
  fruitlessPauses: number;
  grewAt?: number | undefined;
  /** Starts so far: tells which of two answers is the newer one, and which calls it does not know of yet. */
  starts: number;
  startedAt: number;
  /** What the newest answer said about the requests that are left. */
  allowance?: { readonly left: number; readonly at: number; readonly start: number; readonly refillMs: number } | undefined;
}

/** A pace that has learnt nothing. */
export function newPaceState({ initialRate }: PaceSettings): PaceState {
  return {
    rate: initialRate,
    nextStartAt: Number.NEGATIVE_INFINITY,
    pausedUntil: Number.NEGATIVE_INFINITY,
    ...{ epoch: 0, acceptedSince: 0, fruitlessPauses: 0, starts: 0, startedAt: 0 },
  };
}

/** When calls may start: of this process alone, or of many together. */
export interface CallPace {
  /** Milliseconds until a call may start. */
  waitMs(now: number): number;
  /** Records a start. The ticket is given back with what came of it. */
  begin(now: number): Ticket;
  /** An answer came: the pace may grow. */
  accepted(now: number): void;
  /** Headers came, with an answer or a refusal. */
  informed(now: number, ticket: Ticket, limits: RateLimits): void;
  /** The server said "too many" to a call: all wait, then go on more slowly. @param retryAfterMs what the server asked for */
  refused(now: number, ticket: Ticket, retryAfterMs: number | undefined): void;
  /** The server fails everybody: all wait, longer each time. What is known of its rate stays. */
  failing(now: number, ticket: Ticket): void;
  /** Told how many calls wait for their turn; a pace of many asks for so many starts. */
  waiting?(calls: number, now: number): void;
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
export class Pace implements CallPace {
  readonly #settings: PaceSettings;
  readonly #random: Random;
  readonly #state: PaceState;

  /** @param state goes on with what was learnt before, and is kept up to date */
  constructor(settings: PaceSettings, random: Random, state: PaceState = newPaceState(settings)) {
    this.#settings = settings;
    this.#random = random;
    this.#state = state;
  }

  waitMs(now: number): number {
    return Math.max(0, this.#state.pausedUntil - now, this.#state.nextStartAt - now, this.#allowanceWaitMs(now));
  }

  begin(now: number): Ticket {
    this.#state.resumedAt ??= now;
    this.#state.nextStartAt = Math.max(this.#state.nextStartAt, now - catchUpMs) + 1000 / this.#state.rate;
    this.#state.starts += 1;
    this.#state.startedAt = now;
    return { start: this.#state.starts, epoch: this.#state.epoch };
  }

  accepted(now: number): void {
    this.#state.acceptedSince += 1;
    this.#state.fruitlessPauses = 0;
    const seconds = Math.min(1, (now - (this.#state.grewAt ?? now)) / 1000);
    this.#state.grewAt = now;
    this.#state.rate = Math.min(this.#settings.maximumRate, this.#grown(seconds));
  }

  informed(now: number, ticket: Ticket, limits: RateLimits): void {
    if (limits.requests && ticket.start > (this.#state.allowance?.start ?? 0)) {
      this.#state.allowance = { left: limits.requests.remaining, at: now, start: ticket.start, refillMs: refillMs(limits.requests) };
      if (this.#state.emptySince === undefined) this.#openFor(limits.requests.remaining);
    }
    for (const allowance of limits.tokens) {
      if (allowance.remaining === 0) this.#pause(now, Math.min(refillForOneMs(allowance, limits.used), this.#settings.longestPauseMs));
    }
  }

  /** Starts that were handed out and came to nothing: their turns are free again. */
  unused(now: number, starts: number): void {
    this.#state.nextStartAt = Math.max(now, this.#state.nextStartAt - (starts * 1000) / this.#state.rate);
  }

  /** A server that says how much is left need not be felt for: no more than a part of it goes out in a second, and it is told again with each answer. */
  #openFor(left: number): void {
    this.#state.rate = Math.min(this.#settings.maximumRate, Math.max(this.#state.rate, left / headroomSeconds));
  }

  refused(now: number, ticket: Ticket, retryAfterMs: number | undefined): void {
    if (ticket.epoch === this.#state.epoch) {
      this.#slowDown(now);
      this.#state.emptySince = now;
      this.#state.acceptedSince = 0;
      const backOffMs = this.#nextBackOffMs();
      if (retryAfterMs === undefined) this.#pause(now, backOffMs);
    }
    if (retryAfterMs !== undefined) {
      const asked = Math.min(retryAfterMs, this.#settings.longestPauseMs);
      this.#pause(now, asked * (1 + 0.1 * this.#random()) + 5);
    }
    this.#state.resumedAt = this.#state.pausedUntil;
    this.#state.grewAt = this.#state.pausedUntil;
  }

  failing(now: number, ticket: Ticket): void {
    if (ticket.epoch === this.#state.epoch) this.#pause(now, this.#nextBackOffMs());
    this.#state.grewAt = this.#state.pausedUntil;
  }

  /** Begins a new epoch. */
  #nextBackOffMs(): number {
    this.#state.epoch += 1;
    this.#state.fruitlessPauses += 1;
    const backOff = this.#settings.firstPauseMs * 2 ** (this.#state.fruitlessPauses - 1) * (0.75 + 0.5 * this.#random());
    return Math.min(backOff, this.#settings.longestPauseMs);
  }

  /** Once refused, by a twentieth a second. Before, quickly where the server tells what is left, and evenly where only a refusal would tell. */
  #grown(seconds: number): number {
    if (this.#state.emptySince !== undefined) return this.#state.rate * (1 + 0.05 * seconds);
    return this.#state.rate + (this.#state.allowance ? 2 : this.#settings.initialRate * seconds);
  }

  #slowDown(now: number): void {
    const active = Math.max(1, now - (this.#state.resumedAt ?? now)) / 1000;
    const upper = Math.min(this.#state.rate, this.#state.acceptedSince / active);
    const lower =
      this.#state.emptySince === undefined ? undefined : this.#state.acceptedSince / Math.max(0.001, (now - this.#state.emptySince) / 1000);
    const estimate = lower === undefined ? Math.min(this.#state.rate / 2, upper) : Math.sqrt(Math.min(lower, upper) * upper);
    const rate = this.#state.acceptedSince === 0 ? this.#state.rate / 2 : 0.9 * estimate;
    this.#state.rate = Math.min(this.#settings.maximumRate, Math.max(this.#settings.minimumRate, rate));
  }

  #pause(now: number, milliseconds: number): void {
    this.#state.pausedUntil = Math.max(this.#state.pausedUntil, now + milliseconds);
  }

  /**
   * The server counted the calls that started up to the newest answer's; those since are taken off, and what came back meanwhile is added.
   * Whatever it says, one call is tried at the end of each longest pause.
   */
  #allowanceWaitMs(now: number): number {
    if (!this.#state.allowance) return 0;
    const { left, at, start, refillMs: each } = this.#state.allowance;
    const missing = 1 - (left - (this.#state.starts - start));
    return missing <= 0 ? 0 : Math.min(at + missing * each, this.#state.startedAt + this.#settings.longestPauseMs) - now;
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
