import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Client, ClientConfig, Pool, PoolConfig } from 'pg';
import type { PostgresAddress } from './postgres-address.ts';

/** Connections of one process: what is asked at the same time is asked together, so few are enough. */
const mostConnections = 4;

/** Longer than a statement of ours takes on a busy server, in milliseconds; a connection that is silent for so long is given up. */
export const answerMs = 20_000;

/** How long the server is given to take the goodbye, in milliseconds. */
const goodbyeMs = 1000;

/** A small pool of connections to a server; none is opened before one is needed. */
export async function newPool(address: PostgresAddress): Promise<Pool> {
  // Loaded only here: most projects have no shared store.
  const { default: pg } = await import('pg');
  const { host, port, database, user, password, connectMs } = address;
  const config: PoolConfig = {
    ...{ host, port, database, user, max: mostConnections, connectionTimeoutMillis: connectMs },
    // As a function, because the driver takes an empty one for none and asks PGPASSWORD.
    password: () => password,
    ssl: tlsOf(address),
    Client: clientThatGoes(pg.Client),
    application_name: 'docket',
    query_timeout: answerMs,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    // Whole numbers that fit are numbers.
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) },
  };
  const pool = new pg.Pool(config);
  // Of connections that nobody uses at the moment.
  pool.on('error', () => {});
  return pool;
}

/** Of PostgreSQL's catalogue of types. */
export const int8 = 20;

/**
 * The driver's client leaves its connection open where it fails itself at signing in, as without a password that the server wants, and where the goodbye
 * does not arrive: the process would wait until the server, or the network, closes it.
 */
function clientThatGoes(Driver: typeof Client): typeof Client {
  return class extends Driver {
    constructor(config?: string | ClientConfig) {
      super(config);
      this.connection.on('error', () => this.connection.stream.destroy());
    }

    override end(callback?: (error: Error) => void): Promise<void> {
      setTimeout(() => this.connection.stream.destroy(), goodbyeMs).unref();
      return callback ? (super.end(callback) as unknown as Promise<void>) : super.end();
    }
  };
}

function tlsOf({ tls, rootCertificate, host }: PostgresAddress): PoolConfig['ssl'] {
  if (tls === 'disable') return false;
  return {
    rejectUnauthorized: tls !== 'require',
    ...(rootCertificate === undefined ? {} : { ca: rootCertificate }),
    checkServerIdentity: (_: string, certificate: PeerCertificate) =>
      tls === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  };
}
