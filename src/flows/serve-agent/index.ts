import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { DocketError } from '../../contracts/docket-error.ts';
import { isLoopback } from '../../contracts/loopback.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { type DecideApiOptions, type DecideCounts, decideApi } from './decide-api.ts';

export interface ServeAgentOptions extends DecideApiOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** An agent that answers over HTTP. */
export interface ServedAgent {
  readonly url: string;
  readonly counts: Readonly<DecideCounts>;
  /**
   * Begins nothing new, lets what is under way come to its end, and closes.
   * @param patienceMs after that it is aborted
   */
  drain(patienceMs: number): Promise<void>;
}

/** Connections at a time: each may hold an input in memory. */
const mostConnections = 256;
/** Longest time for a whole request to arrive, in milliseconds. */
const arrivalMs = 30_000;
/** A token that somebody could guess is none. */
const shortestToken = 16;

/**
 * Serves one version of an agent: POST /decide, GET /health, GET /openapi.json.
 * @param session with a store that keeps nothing
 * @throws {DocketError} when others could ask without a token, or the address cannot be listened at
 */
export async function serveAgent(session: Session, prepared: PreparedVersion, options: ServeAgentOptions): Promise<ServedAgent> {
  const { host, port, token } = options;
  if (token === undefined && !isLoopback(host))
    throw new DocketError(
      `At ${host} others than this machine can ask, so clients have to bear a token. Set DOCKET_SERVE_TOKEN, or listen at 127.0.0.1.`,
    );
  if (token !== undefined && !/^[\w.~+/-]+=*$/.test(token))
    throw new DocketError('DOCKET_SERVE_TOKEN may hold letters, digits and "-._~+/" only, and "=" at its end.');
  if (token !== undefined && token.length < shortestToken)
    throw new DocketError(`DOCKET_SERVE_TOKEN has ${token.length} characters. Give it ${shortestToken} or more: openssl rand -hex 24`);
  const api = decideApi(session, prepared, options);
  const server = createAdaptorServer({
    fetch: api.app.fetch,
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: arrivalMs },
  }) as Server;
  server.maxConnections = mostConnections;
  await listen(server, host, port);
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    counts: api.counts,
    async drain(patienceMs) {
      api.refuseNew();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => api.abort(), patienceMs);
      // Whoever does not even take the answer of an aborted request.
      const last = setTimeout(() => server.closeAllConnections(), patienceMs + 2000);
      await closed;
      clearTimeout(timer);
      clearTimeout(last);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new DocketError(
          cause.code === 'EADDRINUSE'
            ? `Port ${port} is taken. Give another one with --port, or 0 for a free one.`
            : `The agent cannot be served at ${host}:${port} (${cause.code}). Give another --host or --port.`,
          { cause },
        ),
      ),
    );
    server.listen(port, host, () => resolve());
  });
}
