import { type OnDamage, openDatabase } from '../../database/open-database.ts';
import { openToRead } from '../../database/open-to-read.ts';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import { SqliteTraceStore } from './sqlite-trace-store.ts';
import { traceDatabase } from './trace-database.ts';
import type { TraceStore } from './trace-store.ts';

/**
 * Opens the store; makes it when there is none.
 * @param path a file, usually `.docket/traces.db`, or `:memory:`
 * @param now milliseconds since 1970; dates traces whose spans have no time
 * @param onDamage told of what is damaged and left out, once each; without it, that ends whatever asked for it
 * @throws {DocketError} when the file cannot be opened or is no store of traces
 */
export function openTraceStore(path: string, now: () => number = Date.now, onDamage?: OnDamage): TraceStore {
  return new SqliteTraceStore(path, { database: openDatabase(path, traceDatabase, onDamage), file: path }, now, onDamage);
}

/**
 * Opens the store in a shared PostgreSQL database; makes its tables when they are missing and this role may.
 * @param onDamage as for `openTraceStore`; it is told as well when the server is out of reach, and when it is back
 * @throws {DocketError} when it cannot be reached, does not let this role in, or was brought to a newer version by a newer Docket
 */
export async function openSharedTraceStore(address: PostgresAddress, onDamage?: OnDamage): Promise<TraceStore> {
  // Loaded only here: most projects have none.
  const { PostgresDatabase } = await import('../../database/postgres/postgres-database.ts');
  const { PostgresTraceStore } = await import('./postgres-trace-store.ts');
  const { postgresTraces } = await import('./postgres-traces.ts');
  return new PostgresTraceStore(await PostgresDatabase.open(address, postgresTraces, { warn: onDamage }), Date.now, onDamage);
}

/** Traces in a shared PostgreSQL database for who lives long: its connections stay open, and each reader is told by itself what is damaged. */
export interface KeptTraceStore {
  /** @param onDamage as for `openSharedTraceStore` */
  read<T>(read: (store: TraceStore) => T | Promise<T>, onDamage: OnDamage | undefined): Promise<T>;
  close(): Promise<void>;
}

/** @throws {DocketError} as `openSharedTraceStore` */
export async function keepSharedTraceStore(address: PostgresAddress): Promise<KeptTraceStore> {
  const { PostgresDatabase } = await import('../../database/postgres/postgres-database.ts');
  const { PostgresTraceStore } = await import('./postgres-trace-store.ts');
  const { postgresTraces } = await import('./postgres-traces.ts');
  const readers = new Set<OnDamage>();
  const database = await PostgresDatabase.open(address, postgresTraces, {
    warn: (message) => {
      for (const tell of readers) tell(message);
    },
  });
  return {
    async read(read, onDamage) {
      const tell: OnDamage = (message) => onDamage?.(message);
      readers.add(tell);
      try {
        return await read(new PostgresTraceStore(database, Date.now, onDamage));
      } finally {
        readers.delete(tell);
      }
    },
    close: () => database.close(),
  };
}

/**
 * Opens a store to read it, also one that cannot be written; what is written into that is gone with this process.
 * @throws {DocketError} as `openTraceStore`
 */
export function openTraceStoreToRead(path: string, onDamage?: OnDamage): TraceStore {
  return new SqliteTraceStore(path, openToRead(path, traceDatabase, onDamage), Date.now, onDamage);
}
