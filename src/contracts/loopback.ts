/** True when a host, as it stands in an address (`[::1]`) or alone (`::1`), is this machine by its name: nothing is looked up. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|::1|\[::1\]|127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})$/.test(host);
}
