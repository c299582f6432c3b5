/** A steady allowance of requests, as a server with a rate limit has it. */
export interface BucketSettings {
  readonly perSecond: number;
  /** Requests that may come at once. */
  readonly capacity: number;
  /** What a refusal tells the client to wait, in seconds; undefined: it does not say. */
  readonly retryAfterSeconds?: number;
  /** True: every answer carries `anthropic-ratelimit-requests-*`. */
  readonly headers?: boolean;
}

/** A token bucket. */
export class RequestBucket {
  readonly #settings: BucketSettings;
  #tokens: number;
  #filledAt: number;

  constructor(settings: BucketSettings, now: number) {
    this.#settings = settings;
    this.#tokens = settings.capacity;
    this.#filledAt = now;
  }

  /** Takes a request's worth; false when there is none. */
  take(now: number): boolean {
    const { capacity, perSecond } = this.#settings;
    this.#tokens = Math.min(capacity, this.#tokens + ((now - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** The API's headers for this state; `date` is the time of day. */
  headers(date: Date): Record<string, string> {
    const { capacity, perSecond } = this.#settings;
    const reset = new Date(date.getTime() + ((capacity - this.#tokens) / perSecond) * 1000);
    return rateLimitHeaders('requests', capacity, Math.floor(this.#tokens), reset);
  }
}

/** The three headers of one allowance. */
export function rateLimitHeaders(kind: string, limit: number, remaining: number, reset: Date): Record<string, string> {
  return {
    [`anthropic-ratelimit-${kind}-limit`]: String(limit),
    [`anthropic-ratelimit-${kind}-remaining`]: String(remaining),
    [`anthropic-ratelimit-${kind}-reset`]: reset.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}
