import { type Clock, systemClock } from '../../contracts/clock.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { type KeyRemover, keyRemoved, keyRemover } from '../../contracts/key-remover.ts';
import { boundedBody } from '../bounded-body.ts';
import { retryAfterMs } from './retry-after.ts';

/** One request to a vendor, relative to its base URL. */
export interface VendorCall {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash; holds the query, too. */
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came of a request. */
export type VendorAnswer =
  | { readonly kind: 'answer'; readonly body: Uint8Array; readonly text: string; readonly headers: Headers }
  /** A status that trying again does not change; the message is the vendor's, cut, without secrets and control characters. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'too-long' };

export interface VendorClientOptions {
  readonly title: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must not appear in any message. */
  readonly secrets: readonly string[];
  /** Which variables hold the key, for the message when it is refused. */
  readonly variables: readonly string[];
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** In [0, 1); spreads the pauses of several processes. */
  readonly random?: () => number;
  readonly limits?: Partial<VendorLimits>;
  /** Told before a pause, because a person should not wait without knowing for what: why, without secrets, and how long. */
  readonly onPause?: (why: string, milliseconds: number) => void;
}

/** What bounds a request. */
export interface VendorLimits {
  readonly attempts: number;
  /** First pause when the vendor names none; doubles. */
  readonly firstPauseMs: number;
  /** A vendor that asks for more is not waited for. */
  readonly longestPauseMs: number;
  readonly timeoutMs: number;
  readonly longestBytes: number;
}

const defaultLimits: VendorLimits = {
  attempts: 6,
  firstPauseMs: 500,
  longestPauseMs: 120_000,
  timeoutMs: 90_000,
  longestBytes: 64 * 1024 * 1024,
};

const mostRedirects = 3;

/** Talks to one vendor: tries again what may pass, and keeps the key where it belongs. */
export class VendorClient {
  readonly #options: VendorClientOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #limits: VendorLimits;
  readonly #removeKeys: KeyRemover;
  #serverTime: number | undefined;

  constructor(options: VendorClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#removeKeys = keyRemover(...options.secrets);
  }

  /** What the vendor said without the keys that it was given: it can give them back in an id, a text, a cursor or a message, also of a success. */
  withoutKeys<Value>(said: Value): Value {
    return this.#removeKeys(said);
  }

  /** The vendor's own time at its first answer, milliseconds since 1970; undefined when it does not tell. */
  get serverTime(): number | undefined {
    return this.#serverTime;
  }

  /**
   * Makes a request, again after a pause when the vendor is busy, broken or out of reach.
   * @throws {DocketError} when it stays so, the key is refused, or another server would get the key
   */
  async request(call: VendorCall): Promise<VendorAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      const tried = await this.#try(call);
      if (tried.kind !== 'again') return tried;
      await this.#pause(tried, attempt);
    }
  }

  async #try(call: VendorCall): Promise<VendorAnswer | Again> {
    const { signal } = this.#options;
    const deadline = AbortSignal.timeout(this.#limits.timeoutMs);
    try {
      const response = await this.#send(call, AbortSignal.any([signal, deadline]));
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) this.#serverTime ??= date;
      const body = await boundedBody(response, this.#limits.longestBytes);
      if (body === undefined) return { kind: 'too-long' };
      if (response.ok) return answerOf(body, response.headers);
      const text = new TextDecoder().decode(body);
      if (response.status === 401 || response.status === 403) throw this.#keyRefused(response.status, text);
      const message = this.#shown(text);
      if (![408, 425, 429].includes(response.status) && response.status < 500) return { kind: 'refused', status: response.status, message };
      // Against the vendor's own clock: this machine's may be wrong.
      const after = retryAfterMs(response.headers, Number.isNaN(date) ? this.#clock.date().getTime() : date);
      return { kind: 'again', why: `${response.status} ${message}`.trim(), ...(after === undefined ? {} : { afterMs: after }) };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DocketError) throw error;
      const why = deadline.aborted ? `no answer within ${this.#limits.timeoutMs / 1000} s` : networkFault(error);
      return { kind: 'again', why: this.#shown(why) };
    }
  }

  async #send({ method, path, body, headers }: VendorCall, signal: AbortSignal): Promise<Response> {
    const base = new URL(this.#options.baseUrl);
    let url = new URL(this.#options.baseUrl + path);
    for (let redirect = 0; ; redirect += 1) {
      const response = await fetch(url, {
        method,
        ...(body === undefined ? {} : { body }),
        headers: { 'user-agent': 'docket', ...this.#options.headers, ...headers },
        // The key would go with it wherever it leads.
        redirect: 'manual',
        signal,
      });
      if (response.status < 300 || response.status >= 400) return response;
      await response.body?.cancel();
      url = this.#redirected(response, url, base, redirect);
    }
  }

  #redirected(response: Response, from: URL, base: URL, redirects: number): URL {
    const { title } = this.#options;
    const location = response.headers.get('location');
    const to = location !== null && URL.canParse(location, from) ? new URL(location, from) : undefined;
    if (to?.origin === base.origin && redirects < mostRedirects && [307, 308].includes(response.status)) return to;
    const where =
      to?.origin === base.origin ? 'in a circle, or changes the request' : `to ${to ? this.#shown(to.host) : 'nowhere'}, another server`;
    throw new DocketError(
      `${title} at ${base.host} redirects ${where}; the key was not sent on. If you trust it, name the right server with --base-url.`,
    );
  }

  async #pause({ why, afterMs }: Again, attempt: number): Promise<void> {
    const { title, signal, onPause } = this.#options;
    const { attempts, firstPauseMs, longestPauseMs } = this.#limits;
    if (attempt >= attempts) {
      const message =
        attempts === 1
          ? `${title} did not answer: ${why}. Check its address, or try again later.`
          : `${title} did not answer after ${attempts} attempts (last: ${why}). Run the same command later; it continues where it stopped.`;
      throw new DocketError(message, { exitCode: exitCodes.incomplete });
    }
    if (afterMs !== undefined && afterMs > longestPauseMs) {
      throw new DocketError(
        `${title} asks clients to wait ${Math.ceil(afterMs / 1000)} s (${why}). Run the same command after that; it continues where it stopped.`,
        { exitCode: exitCodes.incomplete },
      );
    }
    const backOff = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)) * (0.5 + this.#random());
    const pauseMs = afterMs === undefined ? backOff : afterMs + this.#random() * Math.max(250, afterMs / 10);
    onPause?.(why, pauseMs);
    await this.#clock.pause(pauseMs, signal);
  }

  #keyRefused(status: number, text: string): DocketError {
    const { title, baseUrl, variables } = this.#options;
    const said = this.#shown(text);
    return new DocketError(
      `${title} at ${new URL(baseUrl).host} refuses the key (${status}${said ? `: ${said}` : ''}). Check ${variables.join(' and ')}: has the key expired, does it belong to another region or project, or does it lack permission?`,
    );
  }

  /** A vendor's words, fit for a message: short, on one line, without what was secret. */
  #shown(text: string): string {
    // Short keys are words elsewhere; in what a vendor says of a request they are keys.
    const plain = this.#options.secrets.reduce(withoutShort, text.slice(0, 20_000));
    return this.#removeKeys(plain)
      .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, 200);
  }
}

/** Whole words where it is as short as parts of words are: without each "a" nobody could read a message. */
const shortestPart = 4;

function withoutShort(text: string, secret: string): string {
  if (secret === '') return text;
  if (secret.length >= shortestPart) return text.replaceAll(secret, keyRemoved);
  return text.replaceAll(new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(secret)}(?![\\p{L}\\p{N}])`, 'gu'), keyRemoved);
}

/** The text is made only where it is wanted; what is no UTF-8 in it becomes replacement characters. */
function answerOf(body: Uint8Array, headers: Headers): VendorAnswer {
  return {
    kind: 'answer',
    body,
    headers,
    get text() {
      return new TextDecoder().decode(body);
    },
  };
}

/** A try that failed and may pass. */
interface Again {
  readonly kind: 'again';
  readonly why: string;
  readonly afterMs?: number;
}

function networkFault(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return `out of reach (${cause.code})`;
  return `out of reach (${cause instanceof Error ? cause.message : String(cause)})`;
}
