import { ownFetch } from './bounded-fetch.ts';

/** Where `fetch` of Node.js keeps what sends its requests, for every copy of the library to find. */
const dispatcherKey = Symbol.for('undici.globalDispatcher.1');

/** What `fetch` takes beside what browsers know. */
interface SendingInit extends RequestInit {
  readonly dispatcher?: object;
}

/**
 * `fetch` that waits for an answer as long as it is told to: by itself it gives up after five minutes, in which the answer has been paid for.
 * The same sender as the one of Node.js, with other times.
 */
export async function patientFetch(longestMs: number): Promise<typeof fetch> {
  // The sender is made at the first use.
  await ownFetch('data:,');
  const sender = (globalThis as unknown as Readonly<Record<symbol, object | undefined>>)[dispatcherKey];
  const Sender = sender?.constructor as (new (times: object) => object) | undefined;
  if (!Sender) return ownFetch;
  const dispatcher = new Sender({ headersTimeout: longestMs, bodyTimeout: longestMs });
  return (input, init) => ownFetch(input, { ...init, dispatcher } as SendingInit);
}

/**
 * `fetch` through a proxy, as patient. The library is loaded where there is a proxy only.
 * @param proxyUrl may hold a name and a password
 */
export async function fetchThrough(proxyUrl: string, longestMs: number): Promise<typeof fetch> {
  const library = await import('undici');
  const dispatcher = new library.ProxyAgent({ uri: proxyUrl, headersTimeout: longestMs, bodyTimeout: longestMs });
  // Of another version than the one that is built into Node.js: alike, and yet of other types.
  const send = library.fetch as unknown as (input: string, init: object) => Promise<Response>;
  return (input, init) => send(input instanceof Request ? input.url : String(input), { ...init, dispatcher });
}
