/** How much of one allowance is left. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until it is full again. */
  readonly resetMs: number;
}

/** What an answer's headers say about when to call again. */
export interface RateLimits {
  /** Milliseconds the server asks to wait. */
  readonly retryAfterMs?: number;
  readonly requests?: Allowance;
  /** Tokens of any kind: in, out, in all. */
  readonly tokens: readonly Allowance[];
}

export const noLimits: RateLimits = { tokens: [] };

/** Reads `retry-after-ms`, `retry-after` (seconds or a date) and `anthropic-ratelimit-*`. What cannot be read is left out. */
export function readRateLimits(headers: Headers | undefined, date: Date): RateLimits {
  if (!headers) return noLimits;
  const retryAfterMs = readRetryAfter(headers, date);
  const requests = readAllowance(headers, 'requests', date);
  const tokens = ['input-tokens', 'output-tokens', 'tokens'].flatMap((kind) => readAllowance(headers, kind, date) ?? []);
  return { ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(requests ? { requests } : {}), tokens };
}

function readRetryAfter(headers: Headers, date: Date): number | undefined {
  const milliseconds = readNumber(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const text = headers.get('retry-after');
  const seconds = readNumber(text);
  return seconds === undefined ? readDate(text, date) : seconds * 1000;
}

function readAllowance(headers: Headers, kind: string, date: Date): Allowance | undefined {
  const limit = readNumber(headers.get(`anthropic-ratelimit-${kind}-limit`));
  const remaining = readNumber(headers.get(`anthropic-ratelimit-${kind}-remaining`));
  const resetMs = readDate(headers.get(`anthropic-ratelimit-${kind}-reset`), date);
  return limit === undefined || remaining === undefined || resetMs === undefined ? undefined : { limit, remaining, resetMs };
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,12}(\.\d{1,6})?$/.test(text.trim()) ? Number(text) : undefined;
}

/** Milliseconds from now until a date, at least 0. */
function readDate(text: string | null, date: Date): number | undefined {
  const time = text === null || text.length > 64 ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - date.getTime());
}
