import { DocketError } from '../contracts/docket-error.ts';

/** The variables that say who answers: `process.env`, or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where live model calls go, and the key that goes with them. */
export interface Credentials {
  readonly baseUrl: string;
  /** Undefined when a server of one's own is named and no key: then none is sent. */
  readonly apiKey: string | undefined;
}

const defaultBaseUrl = 'https://api.anthropic.com';

/** True when the environment asks for live model calls. */
export function asksForLive(environment: Environment): boolean {
  return Boolean(environment.ANTHROPIC_API_KEY) || Boolean(environment.ANTHROPIC_BASE_URL);
}

/**
 * Reads ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL. The key's value never reaches a message.
 * @throws {DocketError} when the key is missing or malformed, or the base URL is no http(s) URL.
 */
export function readCredentials(environment: Environment): Credentials {
  const baseUrl = environment.ANTHROPIC_BASE_URL || defaultBaseUrl;
  checkBaseUrl(baseUrl);
  const apiKey = environment.ANTHROPIC_API_KEY || undefined;
  if (apiKey === undefined && !environment.ANTHROPIC_BASE_URL) {
    throw new DocketError(
      'Live model calls need ANTHROPIC_API_KEY, and it is not set. Set it, or write it to .env beside docket.config.ts.',
    );
  }
  // A line break would end the header it is sent in; a quotation mark or a blank is what a wrong copy leaves behind.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new DocketError(
      `ANTHROPIC_API_KEY (${apiKey.length} characters) holds a blank, a line break or a character that is not ASCII. Set it to the key alone.`,
    );
  }
  if (apiKey !== undefined && /^["']|["']$/.test(apiKey)) {
    throw new DocketError('ANTHROPIC_API_KEY begins or ends with a quotation mark. Set it to the key alone.');
  }
  return { baseUrl, apiKey };
}

function checkBaseUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new DocketError('ANTHROPIC_BASE_URL is no http(s) URL. Set it to the server alone, for example http://127.0.0.1:8080.');
  }
  if (url.username || url.password) {
    throw new DocketError(
      'ANTHROPIC_BASE_URL holds a user name or password. Set it to the server alone; the key goes to ANTHROPIC_API_KEY.',
    );
  }
}
