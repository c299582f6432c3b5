import { DocketError } from '../contracts/docket-error.ts';
import { isLoopback } from '../contracts/loopback.ts';

/** The variables that say who answers: `process.env`, or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where live model calls go, and the key that goes with them. */
export interface Credentials {
  readonly baseUrl: string;
  /** Undefined when a server of one's own is named and no key: then none is sent. */
  readonly apiKey: string | undefined;
  /** What the server is given and could give back: the key, and the values of headers that were added. */
  readonly secrets: readonly string[];
}

const vendorOrigin = 'https://api.anthropic.com';

/** Variable that allows plain HTTP to one server that is not on this machine, by its origin. Only the environment itself may set it. */
export const plainHttpVariable = 'DOCKET_PLAIN_HTTP_ORIGIN';

/** True when the environment asks for live model calls. */
export function asksForLive(environment: Environment): boolean {
  return Boolean(environment.ANTHROPIC_API_KEY) || Boolean(environment.ANTHROPIC_BASE_URL);
}

/**
 * The server that live calls go to, as trials, fingerprints and reports name it: origin and path, nothing secret.
 * @throws {DocketError} when the base URL is no http(s) URL
 */
export function endpointOf(environment: Environment): string {
  const { origin, pathname } = readBaseUrl(environment.ANTHROPIC_BASE_URL || vendorOrigin);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/** True for the server of the model's own vendor: nobody else answers there. */
export function isVendors(endpoint: string): boolean {
  return new URL(endpoint).origin === vendorOrigin;
}

/**
 * Reads ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL. The key's value never reaches a message.
 * @param environment with what `.env` adds
 * @param own what the environment itself says, without `.env` and without what the code of a project set since: a key of the environment
 *   goes to the vendor, or to a server that the environment names, and nowhere else
 * @throws {DocketError} when the key is missing or malformed, the base URL is no http(s) URL, or the key may not go there
 */
export function readCredentials(environment: Environment, own: Environment = environment): Credentials {
  const baseUrl = environment.ANTHROPIC_BASE_URL || vendorOrigin;
  const url = readBaseUrl(baseUrl);
  const apiKey = environment.ANTHROPIC_API_KEY || undefined;
  if (apiKey === undefined && !environment.ANTHROPIC_BASE_URL) {
    throw new DocketError(
      'Live model calls need ANTHROPIC_API_KEY, and it is not set. Set it, or write it to .env beside docket.config.ts.',
    );
  }
  // A line break would end the header it is sent in; a quotation mark or a blank is what a wrong copy leaves behind.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new DocketError(
      `ANTHROPIC_API_KEY (${apiKey.length} characters) contains a blank, a line break or a non-ASCII character. Set it to the key alone.`,
    );
  }
  if (apiKey !== undefined && /^["']|["']$/.test(apiKey)) {
    throw new DocketError('ANTHROPIC_API_KEY begins or ends with a quotation mark. Set it to the key alone.');
  }
  const headers = valuesOf(own.ANTHROPIC_CUSTOM_HEADERS);
  const ownSecret = Boolean(own.ANTHROPIC_API_KEY) || headers.length > 0;
  if (ownSecret) checkNamedByEnvironment(url, own);
  if (apiKey !== undefined || headers.length > 0) checkEncrypted(url, own);
  return { baseUrl, apiKey, secrets: [...(apiKey === undefined ? [] : [apiKey]), ...headers] };
}

/** Lines of `name: value`, as the SDK reads them. */
function valuesOf(customHeaders: string | undefined): string[] {
  return (customHeaders ?? '')
    .split('\n')
    .map((line) => line.slice(line.indexOf(':') + 1).trim())
    .filter((value) => value !== '');
}

/** A file of a pull request must not say where a key goes that it does not hold. */
function checkNamedByEnvironment(url: URL, own: Environment): void {
  const named = own.ANTHROPIC_BASE_URL;
  if (url.origin === vendorOrigin || (named && URL.canParse(named) && new URL(named).origin === url.origin)) return;
  throw new DocketError(
    `The key of the environment is not sent to ${url.origin}: that server is named by a file or the project's code, not by the environment. If you trust it, set ANTHROPIC_BASE_URL in the environment as well, or put the key where the server is named.`,
  );
}

/** Whoever listens on the way reads what is sent by plain HTTP. */
function checkEncrypted(url: URL, own: Environment): void {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return;
  const allowed = own[plainHttpVariable] ?? '';
  if (URL.canParse(allowed) && new URL(allowed).origin === url.origin) return;
  throw new DocketError(
    `The key is not sent to ${url.origin} over plain HTTP, where others can read it on the way. Set ANTHROPIC_BASE_URL to an https:// address, or allow it in the environment: ${plainHttpVariable}=${url.origin}.`,
  );
}

function readBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new DocketError('ANTHROPIC_BASE_URL is not an http(s) URL. Set it to the server alone, for example http://127.0.0.1:8080.');
  }
  if (url.username || url.password) {
    throw new DocketError(
      'ANTHROPIC_BASE_URL contains a user name or password. Set it to the server alone; the key belongs in ANTHROPIC_API_KEY.',
    );
  }
  return url;
}
