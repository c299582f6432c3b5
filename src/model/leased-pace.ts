import { z } from 'zod';
import { type CallPace, defaultPace, newPaceState, Pace, type PaceSettings, type PaceState, type Ticket } from './pace.ts';
import type { RateLimits } from './rate-limit-headers.ts';
import type { Random } from './simulator.ts';

/** Where many processes keep one pace. */
export interface SharedPace {
  /**
   * Hands over what all of them have learnt, one process at a time, and keeps what `work` returns.
   * @param work is given the text that was kept, undefined at first, and the time of the place where it is kept, in milliseconds
   * @throws {DocketError} where the place is out of reach
   */
  update<Value>(work: (text: string | undefined, now: number) => { readonly text: string; readonly value: Value }): Promise<Value>;
}

/** How far ahead starts are handed out, in milliseconds; what is learnt elsewhere counts after so long. */
const horizonMs = 300;
/** So long after a start was due its turn is given back. */
const unusedAfterMs = 300;
/** What answers showed is told at least so often, as long as there are any. */
const tellMs = 250;
/** Starts that are taken for calls that are only expected. */
const mostAhead = 50;
/** While starts are on their way. */
const pollMs = 10;

interface Start {
  readonly at: number;
  readonly ticket: Ticket;
}

type News = (pace: Pace, offset: number) => void;

/**
 * The pace of one process of many that call the same server: all learn together, and each is handed the next starts of one common pace. All times are told
 * by the clock of the place where it is kept, so that the clocks of the machines need not agree.
 */
export class LeasedPace implements CallPace {
  readonly #shared: SharedPace;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #settings: PaceSettings;
  readonly #onFailure: (error: unknown) => void;
  #starts: Start[] = [];
  #news: News[] = [];
  #wanted = 0;
  /** Calls since the last exchange: about so many will come before the next one. */
  #begun = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** When there may be a start again; nothing is asked before. */
  #notBefore = Number.NEGATIVE_INFINITY;

  /** @param onFailure told where the shared pace is out of reach for good; no call starts then */
  constructor(
    shared: SharedPace,
    onFailure: (error: unknown) => void,
    {
      now = () => performance.now(),
      random = Math.random,
      ...settings
    }: Partial<PaceSettings> & { now?: () => number; random?: Random } = {},
  ) {
    this.#shared = shared;
    this.#onFailure = onFailure;
    this.#now = now;
    this.#random = random;
    this.#settings = { ...defaultPace, ...settings };
  }

  waiting(calls: number, now: number): void {
    this.#wanted = calls;
    if (calls > this.#starts.length) this.#ask(now);
  }

  waitMs(now: number): number {
    if (this.#pausedUntil > now) return this.#pausedUntil - now;
    const [next] = this.#starts;
    if (next) return Math.max(0, next.at - now);
    return Math.max(pollMs, Math.min(this.#notBefore - now, horizonMs));
  }

  begin(): Ticket {
    const start = this.#starts.shift();
    if (!start) throw new Error('A call was started that has no turn.');
    this.#wanted = Math.max(0, this.#wanted - 1);
    this.#begun += 1;
    return start.ticket;
  }

  accepted(now: number): void {
    this.#tell(now, (pace, offset) => pace.accepted(now + offset));
  }

  informed(now: number, ticket: Ticket, limits: RateLimits): void {
    if (limits.requests || limits.tokens.length > 0) this.#tell(now, (pace, offset) => pace.informed(now + offset, ticket, limits));
  }

  refused(now: number, ticket: Ticket, retryAfterMs: number | undefined): void {
    this.#hold(now, (pace, offset) => pace.refused(now + offset, ticket, retryAfterMs), retryAfterMs);
  }

  failing(now: number, ticket: Ticket): void {
    this.#hold(now, (pace, offset) => pace.failing(now + offset, ticket));
  }

  /** Nothing starts here before all have heard of it. */
  #hold(now: number, news: News, retryAfterMs = 0): void {
    const turns = this.#starts.splice(0).length;
    if (turns > 0) this.#news.push((pace, offset) => pace.unused(now + offset, turns));
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfterMs, this.#settings.longestPauseMs));
    this.#askedAt = this.#notBefore = Number.NEGATIVE_INFINITY;
    this.#tell(now, news);
  }

  #tell(now: number, news: News): void {
    this.#news.push(news);
    if (now - this.#askedAt > tellMs) this.#ask(now);
  }

  #ask(now: number): void {
    if (this.#asking || (now < this.#notBefore && this.#news.length === 0)) return;
    this.#askedAt = now;
    this.#asking = this.#exchange()
      .catch(this.#onFailure)
      .finally(() => {
        this.#asking = undefined;
      });
  }

  /** Tells what was learnt here, and takes the next starts. */
  async #exchange(): Promise<void> {
    const news = this.#news.splice(0);
    const before = this.#now();
    const late = this.#starts.filter(({ at }) => at < before - unusedAfterMs).length;
    this.#starts.splice(0, late);
    const wanted = this.#wanted + Math.min(this.#begun, mostAhead) - this.#starts.length;
    this.#begun = 0;
    const { starts, waitMs } = await this.#shared.update((text, there) => {
      const state = readPace(text) ?? newPaceState(this.#settings);
      const offset = there - this.#now();
      const pace = new Pace(this.#settings, this.#random, state);
      for (const one of news) one(pace, offset);
      if (late > 0) pace.unused(there, late);
      const taken: Start[] = [];
      for (let at = there; taken.length < wanted; ) {
        at += pace.waitMs(at);
        if (at > there + horizonMs) break;
        taken.push({ at: at - offset, ticket: pace.begin(at) });
      }
      return { text: paceText(state), value: { starts: taken, waitMs: taken.length > 0 ? 0 : pace.waitMs(there) } };
    });
    const now = this.#now();
    this.#starts.push(...starts);
    if (waitMs > horizonMs) this.#pausedUntil = Math.max(this.#pausedUntil, now + waitMs - horizonMs);
    this.#notBefore = starts.length > 0 ? now : now + Math.max(0, waitMs - horizonMs);
  }
}

const time = z.number().nullable();
const stateSchema = z.object({
  rate: z.number().positive(),
  nextStartAt: time,
  pausedUntil: time,
  epoch: z.number(),
  emptySince: z.number().optional(),
  resumedAt: z.number().optional(),
  acceptedSince: z.number(),
  fruitlessPauses: z.number(),
  grewAt: z.number().optional(),
  starts: z.number(),
  startedAt: z.number(),
  allowance: z.object({ left: z.number(), at: z.number(), start: z.number(), refillMs: z.number() }).optional(),
});

/** A time that never was is written as null. */
function paceText(state: PaceState): string {
  return JSON.stringify(state);
}

function readPace(text: string | undefined): PaceState | undefined {
  if (text === undefined) return undefined;
  const parsed = stateSchema.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const { nextStartAt, pausedUntil, ...rest } = parsed.data;
  return { ...rest, nextStartAt: nextStartAt ?? Number.NEGATIVE_INFINITY, pausedUntil: pausedUntil ?? Number.NEGATIVE_INFINITY };
}
