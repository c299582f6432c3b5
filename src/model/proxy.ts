import { isLoopback } from '../contracts/loopback.ts';
import type { Environment } from './credentials.ts';

/** A proxy that calls to a server go through. */
export interface CallProxy {
  readonly url: string;
  readonly host: string;
  /** The variable that names it. */
  readonly variable: string;
}

/**
 * The proxy for a server, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, in capitals or not; a proxy is never asked for this machine.
 * By plain HTTP a proxy reads what it is given, so a file must not name one: `own` alone does.
 * @param environment with what `.env` adds: an https call is only passed on, unread
 */
export function proxyFor(endpoint: string, environment: Environment, own: Environment): CallProxy | undefined {
  const { hostname, port, protocol } = new URL(endpoint);
  const said = protocol === 'https:' ? environment : own;
  if (isLoopback(hostname) || isExempt(hostname, port || (protocol === 'https:' ? '443' : '80'), said)) return undefined;
  const names = protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const variable = names.find((name) => said[name]);
  const text = variable === undefined ? '' : (said[variable] ?? '');
  const url = text.includes('://') ? text : `http://${text}`;
  return variable === undefined || text === '' || !URL.canParse(url) ? undefined : { url, host: new URL(url).host, variable };
}

/** Entries of NO_PROXY are names with all that is below them, with or without a port, or `*`. */
function isExempt(hostname: string, port: string, { NO_PROXY, no_proxy }: Environment): boolean {
  return (NO_PROXY ?? no_proxy ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = '', onlyPort] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (entry === '*') return true;
      return name !== '' && (onlyPort === undefined || onlyPort === port) && (hostname === name || hostname.endsWith(`.${name}`));
    });
}
