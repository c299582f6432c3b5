import { BlockList, isIP } from 'node:net';
import { DocketError } from '../contracts/docket-error.ts';
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
  const url = text.includes('://') ? text : `http://${text}`;
  if (variable === undefined || text === '') return undefined;
  // The value may hold a password, and is not shown.
  if (!URL.canParse(url) || !['http:', 'https:'].includes(new URL(url).protocol))
    throw new DocketError(
      `${variable} names no proxy that model calls can go through. Set it to an http:// or https:// address, or name ${hostname} in NO_PROXY.`,
    );
  return { url, host: new URL(url).host, variable };
}

/**
 * Entries of NO_PROXY are names with all that is below them, addresses, or networks (`10.0.0.0/8`), each with or without a port, or `*`.
 */
function isExempt(host: string, port: string, { NO_PROXY, no_proxy }: Environment): boolean {
  const hostname = host.replace(/^\[|\]$/g, '');
  return (NO_PROXY ?? no_proxy ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (isIP(entry) > 0) return isWithin(hostname, entry);
      const [, bracketed, plain = '', onlyPort] = /^(?:\[([^\]]+)\]|(?:\*?\.)?(.*?))(?::(\d+))?$/.exec(entry) ?? [];
      const name = bracketed ?? plain;
      if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
      return isWithin(hostname, name) || hostname === name || hostname.endsWith(`.${name}`);
    });
}

/** True for an address that is the other one, or one of the network. */
function isWithin(address: string, network: string): boolean {
  const [base = '', bits] = network.split('/');
  const [family, own] = [isIP(base), isIP(address)];
  if (family === 0 || family !== own) return false;
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return false;
  const name = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(base, prefix, name);
  return list.check(address, name);
}
