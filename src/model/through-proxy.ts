import type { Dispatcher, Pool, ProxyAgent } from 'undici';
import type { CallProxy } from './proxy.ts';

/** The proxy itself failed: it cannot be reached, closed the connection, or answered as no proxy does. Its cause says how. */
export class ProxyFault extends Error {
  constructor(cause: unknown) {
    super('The proxy gave no answer.', { cause });
  }
}

/** What the proxy itself failed with, from anywhere in a chain of causes; undefined where it did not. */
export function proxyFaultIn(error: unknown): unknown {
  let cause: unknown = error;
  for (let depth = 0; depth < 8 && cause instanceof Error; depth += 1, cause = cause.cause)
    if (cause instanceof ProxyFault) return cause.cause;
  return undefined;
}

/** Longest wait until a proxy has connected, in milliseconds. */
const longestConnectMs = 60_000;

/** Opens connections through a proxy, which is given the name and the password of its address as they are. */
export async function throughProxy({ url, token }: CallProxy, times: Partial<ProxyAgent.Options>): Promise<() => Dispatcher> {
  const { Pool: ProxyPool, ProxyAgent: Through } = await import('undici');
  const clientFactory = (origin: URL, options: object): Pool => {
    const pool = new ProxyPool(origin, { ...options, headersTimeout: longestConnectMs });
    const connect = pool.connect.bind(pool) as (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData>;
    // The library takes some failures of a proxy for chance, and asks again at once and without end.
    const asked = async (options: Dispatcher.ConnectOptions) => {
      try {
        return await connect(options);
      } catch (cause) {
        throw new ProxyFault(cause);
      }
    };
    return Object.assign(pool, { connect: asked as Pool['connect'] });
  };
  return () => new Through({ uri: url, ...(token === undefined ? {} : { token }), clientFactory, ...times });
}
