import { isIP } from 'node:net';

/** True when a host, as it stands in an address (`[::1]`) or alone (`::1`), is this machine by its name: nothing is looked up. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
