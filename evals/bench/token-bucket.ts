/**
 * A limit of several kinds at once (requests, tokens), each a bucket that fills evenly by so much a minute. Whoever takes more than is there owes it, and
 * waits until it has come in; so all are served in the order in which they ask.
 */
export class TokenBucket {
  readonly #aMillisecond: readonly number[];
  readonly #most: readonly number[];
  #left: number[];
  #at = 0;

  /** @param burstMinutes how full the buckets are at the start, and at most, in minutes of their limits */
  constructor(limitsAMinute: readonly number[], burstMinutes: number) {
    this.#aMillisecond = limitsAMinute.map((limit) => limit / 60_000);
    this.#most = limitsAMinute.map((limit) => limit * burstMinutes);
    this.#left = [...this.#most];
  }

  /** @returns milliseconds until what is taken may be used */
  take(now: number, amounts: readonly number[]): number {
    const passed = now - this.#at;
    this.#at = now;
    let wait = 0;
    this.#left = this.#left.map((left, kind) => {
      const rate = this.#aMillisecond[kind] ?? 0;
      const after = Math.min(this.#most[kind] ?? 0, left + passed * rate) - (amounts[kind] ?? 0);
      if (after < 0) wait = Math.max(wait, -after / rate);
      return after;
    });
    return wait;
  }
}
