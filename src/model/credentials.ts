import { DocketError } from '../contracts/docket-error.ts';
import { isLoopback } from '../contracts/loopback.ts';

/** The variables that say who answers: `process.env`, or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where live model calls go, and the key that goes with them. */
export interface Credentials {
  readonly baseUrl: string;
  /** Undefined when a server of one's own is named and no key, or a token instead: then none is sent. */
  readonly apiKey: string | undefined;
  /** Sent as a bearer token, as gateways want it, where there is no key. */
  readonly authToken: string | undefined;
  /** Headers that are added to every call, by name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of the variables that say who calls. */
  readonly variables: readonly string[];
  /** What the server is given and could give back: key, token, and the values of headers that were added. */
  readonly secrets: readonly string[];
}

const vendorOrigin = 'https://api.anthropic.com';

/** Variable that allows plain HTTP to one server that is not on this machine, by its origin. Only the environment itself may set it. */
export const plainHttpVariable = 'DOCKET_PLAIN_HTTP_ORIGIN';

/** True when the environment asks for live model calls. */
export function asksForLive(environment: Environment): boolean {
  return ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'].some((name) => Boolean(environment[name]));
}

/**
 * The server that live calls go to, as trials, fingerprints and reports name it: origin and path, nothing secret.
 * @throws {DocketError} when the base URL is no http(s) URL
 */
export function endpointOf(environment: Environment): string {
  return withoutSlash(readBaseUrl(environment.ANTHROPIC_BASE_URL || vendorOrigin));
}

function withoutSlash({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

/** True for the server of the model's own vendor: nobody else answers there. */
export function isVendors(endpoint: string): boolean {
  return new URL(endpoint).origin === vendorOrigin;
}

/**
 * Reads ANTHROPIC_API_KEY, or ANTHROPIC_AUTH_TOKEN where there is no key, ANTHROPIC_CUSTOM_HEADERS and ANTHROPIC_BASE_URL. No value of a key,
 * token or header ever reaches a message.
 * @param environment with what `.env` adds
 * @param own what the environment itself says, without `.env` and without what the code of a project set since: a key of the environment
 *   goes to the vendor, or to a server that the environment names, and nowhere else
 * @throws {DocketError} when the key is missing or malformed, the base URL is no http(s) URL, or the key may not go there
 */
export function readCredentials(environment: Environment, own: Environment = environment): Credentials {
  const url = readBaseUrl(environment.ANTHROPIC_BASE_URL || vendorOrigin);
  const apiKey = readSecret('ANTHROPIC_API_KEY', environment);
  const authToken = apiKey === undefined ? readSecret('ANTHROPIC_AUTH_TOKEN', environment) : undefined;
  const headers = readHeaders(environment[headersVariable] || own[headersVariable]);
  const variables = [
    ...(apiKey === undefined ? [] : ['ANTHROPIC_API_KEY']),
    ...(authToken === undefined ? [] : ['ANTHROPIC_AUTH_TOKEN']),
    ...(Object.keys(headers).length === 0 ? [] : [headersVariable]),
  ];
  if (variables.length === 0 && !environment.ANTHROPIC_BASE_URL) {
    throw new DocketError(
      'Live model calls need ANTHROPIC_API_KEY, and it is not set. Set it, or write it to .env beside docket.config.ts.',
    );
  }
  if (variables.some((name) => Boolean(own[name]))) checkNamedByEnvironment(url, own);
  if (variables.length > 0) checkEncrypted(url, own);
  const secrets = [apiKey, authToken, ...Object.values(headers)].filter((value) => value !== undefined);
  return { baseUrl: withoutSlash(url), apiKey, authToken, headers, variables, secrets };
}

const headersVariable = 'ANTHROPIC_CUSTOM_HEADERS';

function readSecret(name: string, environment: Environment): string | undefined {
  const secret = environment[name] || undefined;
  // A line break would end the header it is sent in; a quotation mark or a blank is what a wrong copy leaves behind.
  if (secret !== undefined && !/^[\x21-\x7e]+$/.test(secret)) {
    throw new DocketError(
      `${name} (${secret.length} characters) contains a blank, a line break or a non-ASCII character. Set it to the ${kindOf(name)} alone.`,
    );
  }
  if (secret !== undefined && /^["']|["']$/.test(secret)) {
    throw new DocketError(`${name} begins or ends with a quotation mark. Set it to the ${kindOf(name)} alone.`);
  }
  return secret;
}

function kindOf(name: string): string {
  return name === 'ANTHROPIC_AUTH_TOKEN' ? 'token' : 'key';
}

/**
 * Lines of `name: value`, as the SDK reads them.
 * @throws {DocketError} for a line that is no header
 */
function readHeaders(customHeaders: string | undefined): Record<string, string> {
  const lines = (customHeaders ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines
      .map((line, index) => {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon).trim();
        const value = line.slice(colon + 1).trim();
        if (colon < 0 || !/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
          throw new DocketError(
            `${headersVariable}: line ${index + 1} is no header. Expected a name, a colon and a value: x-team: credit.`,
          );
        }
        return [name, value] as const;
      })
      .filter(([, value]) => value !== ''),
  );
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
  if (/[?#]/.test(text))
    throw new DocketError(
      'ANTHROPIC_BASE_URL has a "?" or a "#", behind which no path can be added. Set it to the server and its path alone; what a gateway wants besides belongs in ANTHROPIC_CUSTOM_HEADERS.',
    );
  return url;
}
