import { DocketError } from '../../contracts/docket-error.ts';
import { isLoopback } from '../../contracts/loopback.ts';

/** The variables: `process.env` with what `.env` adds, or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What a person said about a vendor, with the environment behind it. */
export interface VendorSettings {
  /** Server instead of the vendor's own. */
  readonly baseUrl?: string;
  /** Project at the vendor. */
  readonly project?: string;
  /** Allows an unencrypted connection to a server that is not this machine. */
  readonly allowHttp?: boolean;
}

/** Looks settings up: what was said first, then the first variable that is set, then the vendor's own value. */
export interface ReadSettings {
  /** A key; its value never reaches a message. @throws {DocketError} when it is missing or malformed */
  key(title: string, ...variables: readonly [string, ...string[]]): string;
  /** A setting that is no secret; undefined when nobody says it. */
  value(...variables: readonly string[]): string | undefined;
  /** The server, without a slash at the end. @throws {DocketError} when it is no http(s) URL, or keys and traces would go to it unencrypted */
  baseUrl(fallback: string, ...variables: readonly string[]): string;
  readonly project: string | undefined;
}

/** Settings over an environment. */
export function readSettings(environment: Environment, settings: VendorSettings = {}): ReadSettings {
  const value = (...variables: readonly string[]) => variables.map((name) => environment[name]?.trim()).find(Boolean);
  return {
    value,
    project: settings.project,
    key(title, ...variables) {
      const name = variables.find((candidate) => environment[candidate]) ?? variables[0];
      const key = environment[name];
      if (!key)
        throw new DocketError(
          `${title} needs ${variables.join(' or ')}, and it is not set. Set it, here or in .env beside docket.config.ts.`,
        );
      checkKey(name, key);
      return key;
    },
    baseUrl(fallback, ...variables) {
      const name = variables.find((candidate) => environment[candidate]) ?? 'the base URL';
      const where = settings.baseUrl === undefined ? name : '--base-url';
      return checkedUrl(settings.baseUrl ?? value(...variables) ?? fallback, where, settings.allowHttp ?? false);
    },
  };
}

/** A line break would end the header it is sent in; a quotation mark or a blank is what a wrong copy leaves behind. */
function checkKey(name: string, key: string): void {
  if (/^[\x21-\x7e]+$/.test(key) && !/^["']|["']$/.test(key)) return;
  throw new DocketError(
    `${name} (${key.length} characters) contains a blank, a line break, a quotation mark at an end, or a non-ASCII character. Set it to the key alone.`,
  );
}

function checkedUrl(text: string, where: string, allowHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new DocketError(`${where} is not an http(s) URL. Set it to the server, for example https://traces.example.com.`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new DocketError(
      `${where} contains a user name, a password, a query or a fragment. Set it to the server alone; keys go into their own variables.`,
    );
  }
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
    throw new DocketError(
      `${where} is http://${url.host}: keys and traces would cross the network unencrypted. Use https, or give --allow-http if you trust that network.`,
    );
  }
  return url.href.replace(/\/+$/, '');
}
