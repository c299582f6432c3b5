import { type OnDamage, openDatabase } from '../../database/open-database.ts';
import { openToRead } from '../../database/open-to-read.ts';
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
 * Opens a store to read it, also one that cannot be written; what is written into that is gone with this process.
 * @throws {DocketError} as `openTraceStore`
 */
export function openTraceStoreToRead(path: string, onDamage?: OnDamage): TraceStore {
  return new SqliteTraceStore(path, openToRead(path, traceDatabase, onDamage), Date.now, onDamage);
}
