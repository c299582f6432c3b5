import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '../contracts/docket-error.ts';
import { openSharedTraceStore, openTraceStore, openTraceStoreToRead } from '../traces/store/open-trace-store.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';
import type { LoadedConfig } from './load-config.ts';
import { sharedStore } from './open-trials.ts';

type Place = Pick<LoadedConfig, 'root'>;

/** The file of a project's traces, where no shared store is named. */
export function traceStoreFile({ root }: Place): string {
  return join(root, '.docket', 'traces.db');
}

/** Where a project keeps its traces, for people. @throws {DocketError} where DOCKET_STORE is no address of a database */
export function placeOfTraces(config: Place): string {
  return sharedStore(config)?.shown ?? traceStoreFile(config);
}

/** Told what of the traces is damaged and left out. */
type OnDamage = (message: string) => void;

/**
 * Opens the project's traces for who reads them and notes something beside them: in the shared database where there is one, otherwise in its file.
 * @throws {DocketError} when there is no file yet, or it is no store of traces; as `openSharedTraceStore`
 */
export async function openTraces(config: Place, onDamage?: OnDamage): Promise<TraceStore> {
  const shared = sharedStore(config);
  return shared ? openSharedTraceStore(shared, onDamage) : openTraceStore(existingStore(config), Date.now, onDamage);
}

/**
 * Opens the project's traces for who only reads them, also where they cannot be written.
 * @throws {DocketError} as `openTraces`
 */
export async function openTracesToRead(config: Place, onDamage?: OnDamage): Promise<TraceStore> {
  const shared = sharedStore(config);
  return shared ? openSharedTraceStore(shared, onDamage) : openTraceStoreToRead(existingStore(config), onDamage);
}

function existingStore(config: Place): string {
  const file = traceStoreFile(config);
  if (existsSync(file)) return file;
  throw new DocketError(`There are no traces in ${file}. Collect some with docket traces serve or docket traces import <file>.`);
}

/**
 * Opens the project's traces for what is to be kept; makes the store when there is none.
 * @throws {DocketError} when the file is no store of traces; as `openSharedTraceStore`
 */
export async function openTracesToKeep(config: Place, onDamage?: OnDamage): Promise<TraceStore> {
  const shared = sharedStore(config);
  return shared ? openSharedTraceStore(shared, onDamage) : openTraceStore(traceStoreFile(config), Date.now, onDamage);
}

/**
 * Opens the project's traces where there are any.
 * @throws {DocketError} when the file is no store of traces; as `openSharedTraceStore`
 */
export async function openTracesIfThere(config: Place, onDamage?: OnDamage): Promise<TraceStore | undefined> {
  return sharedStore(config) || existsSync(traceStoreFile(config)) ? await openTracesToRead(config, onDamage) : undefined;
}
