import type { Socket } from 'node:net';
import type { Client, ClientBase, ClientConfig, Pool, PoolClient, PoolConfig, QueryConfig, QueryResult } from 'pg';
import type { PostgresAddress } from './postgres-address.ts';
import { isOutage } from './postgres-error.ts';
import { driverTls } from './postgres-tls.ts';

/** Connections of one process: what is asked at the same time is asked together, so few are enough. */
const mostConnections = 4;

/** Longer than a statement of ours takes on a busy server, in milliseconds; a connection on which nothing moves for so long is given up. */
export const answerMs = 20_000;
/** What a busy server compresses and writes in a millisecond, in characters, while nothing moves. */
const digested = 10_000;
/** As good as none, for the driver's own limit, which counts the time that a large text takes on its way. */
const noLimitMs = 2 ** 31 - 1;

/** How long the server is given to take the goodbye, in milliseconds. */
const goodbyeMs = 1000;

/** A small pool of connections. */
export interface PostgresPool {
  /** A connection to the server, or of several to the one that takes changes. @throws whatever the driver does; of several what is no outage */
  connect(): Promise<PoolClient>;
  end(): Promise<void>;
}

/** A small pool of connections to the servers of an address; none is opened before one is needed. */
export async function newPool(address: PostgresAddress): Promise<PostgresPool> {
  // Loaded only here: most projects have no shared store.
  const { default: pg } = await import('pg');
  const { places, database, user, password, connectMs } = address;
  const turn = new Turn(address);
  const config: PoolConfig = {
    ...{ database, user, max: mostConnections, connectionTimeoutMillis: connectMs },
    // As a function, because the driver takes an empty one for none and asks PGPASSWORD.
    password: () => password,
    Client: clientThatGoes(pg.Client, turn),
    ...(places.length > 1 && { onConnect: refuseCopy }),
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
  return { connect: () => turn.connect(pool), end: () => pool.end() };
}

/** Of several servers the one that is tried: the one that was good last. */
class Turn {
  readonly #address: PostgresAddress;
  #index = 0;

  constructor(address: PostgresAddress) {
    this.#address = address;
  }

  /** What the driver needs of the server whose turn it is. */
  get server(): Pick<ClientConfig, 'host' | 'port' | 'ssl'> {
    const { places, tls } = this.#address;
    const { host, port } = places[this.#index] ?? places[0];
    return { host, port, ssl: driverTls(tls, host) };
  }

  async connect(pool: Pool): Promise<PoolClient> {
    const { length } = this.#address.places;
    let told: unknown;
    for (let left = length; ; left -= 1) {
      const tried = this.#index;
      try {
        return await pool.connect();
      } catch (error) {
        // Whoever was refused at the same time has gone on already. A copy may lag behind, and know neither the database nor the role.
        if (this.#index === tried) this.#index = (tried + 1) % length;
        if (told === undefined || isOutage(told)) told = error;
        if (left <= 1) throw told;
      }
    }
  }
}

/** Of several servers a copy is none to be used, until it takes the place of the one that takes changes. */
async function refuseCopy(client: ClientBase): Promise<void> {
  const { rows } = await client.query('SELECT pg_is_in_recovery() AS copies');
  if (rows[0]?.copies) throw Object.assign(new Error('it is a copy of another one, and takes no changes'), { code: '57P03' });
}

/** A statement as the driver takes it, with what its types do not name. */
export interface Asked {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly queryMode?: 'extended';
}

/** Asks, and gives the connection up where nothing moves on it in either direction: texts of many megabytes take their time on a slow way. */
export async function ask(client: ClientBase, asked: Asked): Promise<QueryResult> {
  const stream = (client as Client).connection.stream as Socket;
  const silent = () => stream.destroy(new Error('query read timeout'));
  stream.setTimeout(answerMs + lengthOf(asked.values) / digested, silent);
  try {
    return await client.query({ ...asked, query_timeout: noLimitMs } as unknown as QueryConfig);
  } finally {
    stream.setTimeout(0, silent);
  }
}

function lengthOf(values: readonly unknown[]): number {
  return values.flat().reduce<number>((sum, value) => sum + (typeof value === 'string' || Buffer.isBuffer(value) ? value.length : 0), 0);
}

/** Of PostgreSQL's catalogue of types. */
export const int8 = 20;

/**
 * The driver's client leaves its connection open where it fails itself at signing in, as without a password that the server wants, and where the goodbye
 * does not arrive: the process would wait until the server, or the network, closes it.
 */
function clientThatGoes(Driver: typeof Client, turn: Turn): typeof Client {
  return class extends Driver {
    constructor(config?: ClientConfig) {
      // The pool hides the password from those who go through its properties.
      super({ ...config, password: config?.password, ...turn.server });
      this.connection.on('error', () => this.connection.stream.destroy());
    }

    override end(callback?: (error: Error) => void): Promise<void> {
      setTimeout(() => this.connection.stream.destroy(), goodbyeMs).unref();
      return callback ? (super.end(callback) as unknown as Promise<void>) : super.end();
    }
  };
}
