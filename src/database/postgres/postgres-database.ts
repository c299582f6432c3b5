import type { PoolClient, QueryArrayConfig } from 'pg';
import { DocketError } from '../../contracts/docket-error.ts';
import { isEnding } from './ending.ts';
import { migratePostgres, postgresVersion } from './migrate-postgres.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { codeOf, isConflict, isOutage, postgresError } from './postgres-error.ts';
import type { PostgresKind } from './postgres-kind.ts';
import { ask, int8, newPool, type PostgresPool } from './postgres-pool.ts';

/** What may stand for a parameter of a statement. */
export type PostgresValue = string | number | boolean | null | Buffer | readonly (string | number | boolean | null)[];

/** What a statement came to. */
export interface PostgresRows<Row> {
  readonly rows: Row[];
  /** True where it was sent more than once, because no answer came: it may have been carried out before. */
  readonly again: boolean;
}

/** Statements of one transaction: they see what was committed before each, and are kept together or not at all. */
export interface PostgresTransaction {
  query<Row>(text: string, values?: readonly PostgresValue[]): Promise<{ readonly rows: Row[] }>;
  /** What somebody else's statement gives: rows as lists, with the names of their columns. Whole numbers beyond 2^53 are texts. */
  list(
    text: string,
    milliseconds: number,
  ): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] }>;
}

export interface PostgresOptions {
  /** Told when the server is out of reach, and when it is back. */
  readonly warn?: ((message: string) => void) | undefined;
  /** How long an outage is waited out, in milliseconds. */
  readonly patienceMs?: number;
}

/** An outage that is waited out: a server that starts anew, a network that is cut for a while. */
const longestOutageMs = 120_000;
const firstPauseMs = 100;
const longestPauseMs = 3000;
/** A server without a free connection, or one that starts, is given so long when a store is opened; any other failure is told at once. */
const openingMs = 15_000;

/** Tries again after conflicts of transactions. */
const mostConflicts = 10;

/** Tables of one kind in a PostgreSQL database, by a small pool of connections. Every statement is one that may be sent twice. */
export class PostgresDatabase {
  readonly address: PostgresAddress;
  readonly #kind: PostgresKind;
  readonly #pool: PostgresPool;
  readonly #warn: (message: string) => void;
  readonly #patienceMs: number;
  /** Since when the server is out of reach. */
  #outage: { readonly since: number; readonly unheardSince: number } | undefined;
  #closing = false;
  #takesChanges = false;

  private constructor(
    address: PostgresAddress,
    kind: PostgresKind,
    pool: PostgresPool,
    { warn = () => {}, patienceMs = longestOutageMs }: PostgresOptions,
  ) {
    this.address = address;
    this.#kind = kind;
    this.#pool = pool;
    this.#warn = warn;
    this.#patienceMs = patienceMs;
  }

  /**
   * Connects, and brings the kind's tables to their newest version.
   * @throws {DocketError} when the server cannot be reached or does not let this role in, is too old, or holds what a newer Docket made
   */
  static async open(address: PostgresAddress, kind: PostgresKind, options: PostgresOptions = {}): Promise<PostgresDatabase> {
    if (address.insecure !== undefined) options.warn?.(`${address.shown}: ${address.insecure}`);
    const database = new PostgresDatabase(address, kind, await newPool(address), options);
    try {
      const { takesChanges } = await database.#connected((client) => migratePostgres(address, kind, client), openingMs, isBusyAtStart);
      database.#takesChanges = takesChanges;
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /**
   * Connects, and looks into what is there without changing anything.
   * @throws {DocketError} as `open`
   */
  static async openAsIs(address: PostgresAddress, kind: PostgresKind): Promise<PostgresDatabase> {
    const database = new PostgresDatabase(address, kind, await newPool(address), {});
    try {
      await database.#connected(async () => {}, openingMs, isBusyAtStart);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** False where the server was a copy of another one when the store was opened, or takes no changes for another reason. */
  get takesChanges(): boolean {
    return this.#takesChanges;
  }

  /**
   * Runs a statement. When the connection is lost, the server starts anew or does not answer, it is sent again until it does.
   * @throws {DocketError} when that takes too long, or the statement fails
   */
  query<Row>(text: string, values: readonly PostgresValue[] = []): Promise<PostgresRows<Row>> {
    let tries = 0;
    const send = async (client: PoolClient) => {
      tries += 1;
      const { rows } = await ask(client, { text, values });
      return { rows: rows as Row[], again: tries > 1 };
    };
    return this.#connected(send, this.#patienceMs, isOutage);
  }

  /**
   * Runs several statements as one transaction. As a statement it is run anew when the connection is lost, so that it must be one that may be carried out twice.
   * @throws {DocketError} as `query`; what `work` throws ends it, and nothing of it is kept
   */
  transaction<Value>(work: (transaction: PostgresTransaction) => Promise<Value>): Promise<Value> {
    const carryOut = async (client: PoolClient) => {
      await client.query('BEGIN');
      try {
        const value = await work(inTransaction(client));
        await client.query('COMMIT');
        return value;
      } catch (error) {
        await rollBack(client, error);
        throw error;
      }
    };
    return this.#connected(carryOut, this.#patienceMs, isOutage);
  }

  /**
   * Runs a text of somebody else's, which may be several statements with a transaction of their own.
   * @returns the rows of all of them
   * @throws {DocketError} as `query`
   */
  script<Row>(text: string, values: readonly PostgresValue[] = []): Promise<Row[]> {
    const send = async (client: PoolClient) => {
      try {
        const results: unknown = await client.query(text, values as unknown[]);
        return [results].flat().flatMap((result) => (result as { readonly rows: Row[] }).rows);
      } catch (error) {
        await rollBack(client, error);
        throw error;
      }
    };
    return this.#connected(send, this.#patienceMs, isOutage);
  }

  /** How many migrations the kind's tables have seen; 0 where there are none. @throws {DocketError} when a newer Docket made them */
  version(): Promise<number> {
    return this.#connected((client) => postgresVersion(this.address, this.#kind, client), this.#patienceMs, isOutage);
  }

  /** Runs a statement once, without patience. @throws whatever the driver does */
  async tryOnce(text: string, values: readonly PostgresValue[] = []): Promise<void> {
    await this.#once((client) => ask(client, { text, values }));
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#pool.end();
  }

  async #connected<Value>(
    work: (client: PoolClient) => Promise<Value>,
    patienceMs: number,
    isWorthIt: (error: unknown) => boolean,
  ): Promise<Value> {
    let failedAt: number | undefined;
    let pauseMs = firstPauseMs;
    for (let conflicts = 0; ; ) {
      const begun = performance.now();
      try {
        if (this.#closing) throw new DocketError(`${this.address.shown}: the store of ${this.#kind.holds} is closed.`);
        const value = await this.#once(work);
        this.#isBack();
        return value;
      } catch (error) {
        // A large text may have been on its way for long before.
        failedAt ??= performance.now();
        if (isConflict(error) && conflicts < mostConflicts) conflicts += 1;
        // What takes no changes from the start does not by waiting; what ceases to is a server whose place another one takes.
        // Whoever asks when an outage has been waited out does not begin to wait anew.
        else if (
          !isWorthIt(error) ||
          (!this.#takesChanges && codeOf(error) === '25006') ||
          performance.now() - (this.#outage?.since ?? failedAt) > patienceMs ||
          isEnding()
        )
          throw postgresError(this.address, this.#kind, error);
        else this.#isOut(error, patienceMs, begun);
        await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  async #once<Value>(work: (client: PoolClient) => Promise<Value>): Promise<Value> {
    const client = await this.#pool.connect();
    // Between statements it may fail as well; the next one is told.
    const failed = () => {};
    client.on('error', failed);
    let broken: Error | undefined;
    try {
      return await work(client);
    } catch (error) {
      // A connection that was silent may answer later, when somebody else waits for something.
      if (isOutage(error) || codeOf(error) === undefined) broken = error as Error;
      throw error;
    } finally {
      client.off('error', failed);
      client.release(broken);
    }
  }

  #isOut(error: unknown, patienceMs: number, begun: number): void {
    if (this.#outage !== undefined) return;
    this.#outage = { since: performance.now(), unheardSince: begun };
    const told = postgresError(this.address, this.#kind, error);
    this.#warn(
      `${told instanceof Error ? told.message : String(told)} Trying again for up to ${Math.round(patienceMs / 1000)} s; nothing that is stored is lost.`,
    );
  }

  #isBack(): void {
    if (this.#outage === undefined) return;
    const seconds = Math.round((performance.now() - this.#outage.unheardSince) / 1000);
    this.#outage = undefined;
    this.#warn(`${this.address.shown}: the server answers again after ${seconds} s.`);
  }
}

/** What follows a semicolon is a fault, and no statement of its own. */
const queryMode = 'extended';

/** Of a connection that is gone or silent nothing more is asked: it is closed, and its transaction ends with it. */
async function rollBack(client: PoolClient, error: unknown): Promise<void> {
  if (!isOutage(error)) await client.query('ROLLBACK').catch(() => {});
}

function inTransaction(client: PoolClient): PostgresTransaction {
  return {
    async query<Row>(text: string, values: readonly PostgresValue[] = []) {
      return { rows: (await ask(client, { text, values, queryMode })).rows as Row[] };
    },
    async list(text, milliseconds) {
      const types = {
        getTypeParser: (oid: number, format?: 'text' | 'binary') => (oid === int8 ? wholeNumber : client.getTypeParser(oid, format)),
      };
      const { fields, rows } = await client.query({
        text,
        query_timeout: milliseconds,
        queryMode,
        rowMode: 'array',
        types,
      } as QueryArrayConfig);
      return { columns: fields.map(({ name }) => name), rows };
    },
  };
}

function wholeNumber(text: string): number | string {
  return Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

/** A wrong name or password does not get right by waiting. */
function isBusyAtStart(error: unknown): boolean {
  return ['53300', '57P03'].includes(codeOf(error) ?? '');
}
