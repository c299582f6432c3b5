import { DocketError } from '../../contracts/docket-error.ts';
import { isLoopback } from '../../contracts/loopback.ts';

/** The key of an HTTP agent: the environment has it, the configuration says under which name. */
export interface HttpAuth {
  /** Header in which it is sent: `authorization`. */
  readonly header: string;
  /** Name of the environment variable that holds it. */
  readonly environment: string;
  /** Word before it: `Bearer`. None when not given. */
  readonly scheme?: string;
}

/** Headers that say who asks: what stands in a configuration is no secret. */
const secretHeader = /^(?:authorization|proxy-authorization|cookie|(?:x-)?api-?key|x-auth-token)$/i;

/**
 * The server's address.
 * @throws {DocketError} when it is no http(s) URL, holds a key, or a key would go there by plain HTTP
 */
export function checkedUrl(url: unknown, auth: HttpAuth | undefined, at: string): URL {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol))
    throw new DocketError(`${at}: "url" is no http(s) URL. Expected the server's address, for example http://127.0.0.1:8080/decide.`);
  if (parsed.username || parsed.password)
    throw new DocketError(`${at}: "url" contains a user name or password. A key belongs in the environment; "auth" names it.`);
  if (auth && parsed.protocol === 'http:' && !isLoopback(parsed.hostname))
    throw new DocketError(
      `${at}: its key is not sent to ${parsed.origin} over plain HTTP, where others can read it on the way. Use https://.`,
    );
  return parsed;
}

/** @throws {DocketError} when the configuration holds what only the environment may */
export function checkHeaders(headers: Readonly<Record<string, string>>, at: string): void {
  const secret = Object.keys(headers).find((name) => secretHeader.test(name));
  if (secret !== undefined)
    throw new DocketError(
      `${at}: the header "${secret}" stands in the configuration. Give auth: { header: '${secret}', environment: 'NAME_OF_THE_VARIABLE' }, so that the key stays in the environment.`,
    );
}

/** @throws {DocketError} when the key is not set, or cannot be one; its value is in no message */
export function keyOf({ environment: name }: HttpAuth, environment: Readonly<Record<string, string | undefined>>, at: string): string {
  const key = environment[name];
  if (!key)
    throw new DocketError(`${at} needs the key ${name} in its environment, and it is not set. Set it and run the same command again.`);
  if (!/^[\x21-\x7e]+$/.test(key) || /^["']|["']$/.test(key))
    throw new DocketError(
      `${at}: ${name} (${key.length} characters) holds a blank, a line break, a quotation mark or a non-ASCII character. Set it to the key alone.`,
    );
  return key;
}

/** The header that holds a key. */
export function authHeader(auth: HttpAuth | undefined, key: string | undefined): Record<string, string> {
  return auth && key !== undefined ? { [auth.header]: auth.scheme === undefined ? key : `${auth.scheme} ${key}` } : {};
}
