import { BlockList, isIP } from 'node:net';
import { DocketError } from '../contracts/docket-error.ts';
import { isLoopback } from '../contracts/loopback.ts';
import type { Environment } from './credentials.ts';

/** A proxy that calls to a server go through. */
export interface CallProxy {
  /** Without the name and the password. */
  readonly url: string;
  /** What tells it who calls, where its address holds a name: `Basic …`. */
  readonly token?: string;
  readonly host: string;
  /** The variable that names it. */
  readonly variable: string;
}

/**
 * The proxy for a server, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, in capitals or not; a proxy is never asked for this machine.
 * By plain HTTP a proxy reads what it is given, so a file must not name one: `own` alone does.
 * @throws {DocketError} for a proxy that is none: going past it would not be what was asked for
 * @param environment with what `.env` adds: an https call is only passed on, unread
 */
export function proxyFor(endpoint: string, environment: Environment, own: Environment): CallProxy | undefined {
  const { hostname, port, protocol } = new URL(endpoint);
  const said = protocol === 'https:' ? environment : own;
  if (isLoopback(hostname) || isExempt(hostname, port || (protocol === 'https:' ? '443' : '80'), said)) return undefined;
  const names = protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const variable = names.find((name) => said[name]);
  const text = variable === undefined ? '' : (said[variable] ?? '');
  if (variable === undefined || text === '') return undefined;
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // The value may hold a password, and is not shown. A "/", "?" or "#" in one would end the host, and make the name one.
  if (!url || !['http:', 'https:'].includes(url.protocol) || `${url.pathname}${url.search}${url.hash}`.includes('@'))
    throw new DocketError(
      `${variable} names no proxy that model calls can go through. Set it to an http:// or https:// address, with "/", "?" and "#" of a password written as %2F, %3F and %23, or name ${hostname} in NO_PROXY.`,
    );
  const who = `${asWritten(url.username)}:${asWritten(url.password)}`;
  return {
    ...{ url: url.origin, host: url.host, variable },
    ...(who === ':' ? {} : { token: `Basic ${Buffer.from(who).toString('base64')}` }),
  };
}

/** A name or a password as it is. A "%" may also stand for itself. */
function asWritten(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}

/**
 * Entries of NO_PROXY are names with all that is below them, addresses, networks (`10.0.0.0/8`) or ranges (`10.0.0.1-10.0.0.9`), each with or without a
 * port; `*` in one stands for anything.
 */
function isExempt(host: string, port: string, { NO_PROXY, no_proxy }: Environment): boolean {
  const hostname = host.replace(/^\[|\]$|\.$/g, '');
  return (NO_PROXY || no_proxy || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (isIP(entry) > 0) return isWithin(hostname, entry);
      const [, bracketed, bits = '', plain = '', onlyPort] = /^(?:\[([^\]]+)\](\/\d+)?|\.?(.*?)\.?)(?::(\d+))?$/.exec(entry) ?? [];
      const name = bracketed === undefined ? plain : bracketed + bits;
      if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
      if (isWithin(hostname, name)) return true;
      const written = name
        .replace(/^\*\./, '')
        .split('*')
        .map((part) => RegExp.escape(part));
      return new RegExp(`^(?:.*\\.)?${written.join('.*')}$`).test(hostname);
    });
}

/** True for an address that is the other one, or one of the network or range. */
function isWithin(address: string, network: string): boolean {
  const [first = '', last] = network.split('-');
  const [base = '', bits] = first.split('/');
  const [family, own] = [isIP(base), isIP(address)];
  if (family === 0 || family !== own) return false;
  const name = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (last !== undefined) {
    if (bits !== undefined || isIP(last) !== family) return false;
    list.addRange(base, last, name);
  } else if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return false;
  else list.addSubnet(base, prefix, name);
  return list.check(address, name);
}
