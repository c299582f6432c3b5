/** How much of one allowance is left. */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until it is full again. */
  readonly resetMs: number;
}

/** What an answer's headers say about when to call again. */
export interface RateLimits {
  /** What the server's clock says, milliseconds since 1970; undefined where it does not tell. */
  readonly serverTime?: number;
  /** Milliseconds the server asks to wait. */
  readonly retryAfterMs?: number;
  readonly requests?: Allowance;
  /** Tokens of any kind: in, out, in all. */
  readonly tokens: readonly (Allowance & { readonly kind: TokenKind })[];
  /** What of them the answer took; undefined where none came. */
  readonly used?: { readonly input: number; readonly output: number };
}

const tokenKinds = ['input-tokens', 'output-tokens', 'tokens'] as const;
type TokenKind = (typeof tokenKinds)[number];

export const noLimits: RateLimits = { tokens: [] };

/**
 * Reads `retry-after-ms`, `retry-after` (seconds or a date) and `anthropic-ratelimit-*`. What cannot be read is left out. The server's dates are
 * counted from the server's own `date`, where it gives one: its clock and this machine's may be hours apart.
 * @param date what this machine says
 */
export function readRateLimits(headers: Headers | undefined, date: Date): RateLimits {
  if (!headers) return noLimits;
  const serverTime = readTime(headers.get('date'));
  const now = serverTime ?? date.getTime();
  const retryAfterMs = readRetryAfter(headers, now);
  const requests = readAllowance(headers, 'requests', now);
  const tokens = tokenKinds.flatMap((kind) => {
    const allowance = readAllowance(headers, kind, now);
    return allowance ? [{ ...allowance, kind }] : [];
  });
  return {
    ...(serverTime === undefined ? {} : { serverTime }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requests ? { requests } : {}),
    tokens,
  };
}

function readRetryAfter(headers: Headers, now: number): number | undefined {
  const milliseconds = readNumber(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const text = headers.get('retry-after');
  const seconds = readNumber(text);
  return seconds === undefined ? readDate(text, now) : seconds * 1000;
}

/** Names of headers, made once: there are twelve for each answer. */
const allowanceHeaders = new Map(
  (['requests', ...tokenKinds] as const).map((kind) => {
    const name = (what: string) => `anthropic-ratelimit-${kind}-${what}`;
    return [kind, { limit: name('limit'), remaining: name('remaining'), reset: name('reset') }];
  }),
);

function readAllowance(headers: Headers, kind: TokenKind | 'requests', now: number): Allowance | undefined {
  const names = allowanceHeaders.get(kind);
  const limit = names && readNumber(headers.get(names.limit));
  if (!names || limit === undefined) return undefined;
  const remaining = readNumber(headers.get(names.remaining));
  const resetMs = readDate(headers.get(names.reset), now);
  return remaining === undefined || resetMs === undefined ? undefined : { limit, remaining, resetMs };
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,30}(\.\d{1,30})?$/.test(text.trim()) ? Number(text) : undefined;
}

/** Milliseconds from now until a date, at least 0. */
function readDate(text: string | null, now: number): number | undefined {
  const time = readTime(text);
  return time === undefined ? undefined : Math.max(0, time - now);
}

function readTime(text: string | null): number | undefined {
  const time = text === null || text.length > 64 ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
