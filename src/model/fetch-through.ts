/**
 * `fetch` through a proxy. The library is loaded where there is a proxy only.
 * @param proxyUrl may hold a name and a password
 */
export async function fetchThrough(proxyUrl: string): Promise<typeof globalThis.fetch> {
  const library = await import('undici');
  const dispatcher = new library.ProxyAgent(proxyUrl);
  // Of another version than the one that is built into Node.js: alike, and yet of other types.
  const send = library.fetch as unknown as (input: string, init: object) => Promise<Response>;
  return (input, init) => send(input instanceof Request ? input.url : String(input), { ...init, dispatcher });
}
