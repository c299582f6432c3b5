import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '../contracts/docket-error.ts';
import { openTraceStore, openTraceStoreToRead } from '../traces/store/open-trace-store.ts';
import type { TraceStore } from '../traces/store/trace-store.ts';
import type { LoadedConfig } from './load-config.ts';

/** Where a project keeps its traces. */
export function traceStoreFile({ root }: Pick<LoadedConfig, 'root'>): string {
  return join(root, '.docket', 'traces.db');
}

/** Told what of the traces is damaged and left out. */
type OnDamage = (message: string) => void;

/**
 * Opens the project's traces for who reads them and notes something beside them.
 * @throws {DocketError} when there are none yet, or the file is no store of traces
 */
export function openTraces(config: Pick<LoadedConfig, 'root'>, onDamage?: OnDamage): TraceStore {
  return openTraceStore(existingStore(config), Date.now, onDamage);
}

/**
 * Opens the project's traces for who only reads them, also where they cannot be written.
 * @throws {DocketError} when there are none yet, or the file is no store of traces
 */
export function openTracesToRead(config: Pick<LoadedConfig, 'root'>, onDamage?: OnDamage): TraceStore {
  return openTraceStoreToRead(existingStore(config), onDamage);
}

function existingStore(config: Pick<LoadedConfig, 'root'>): string {
  const file = traceStoreFile(config);
  if (existsSync(file)) return file;
  throw new DocketError(`There are no traces in ${file}. Collect some with docket traces serve or docket traces import <file>.`);
}

/**
 * Opens the project's traces for what is to be kept; makes the store when there is none.
 * @throws {DocketError} when the file is no store of traces
 */
export function openTracesToKeep(config: Pick<LoadedConfig, 'root'>, onDamage?: OnDamage): TraceStore {
  return openTraceStore(traceStoreFile(config), Date.now, onDamage);
}

/**
 * Opens the project's traces where there are any.
 * @throws {DocketError} when the file is no store of traces
 */
export function openTracesIfThere(config: Pick<LoadedConfig, 'root'>, onDamage?: OnDamage): TraceStore | undefined {
  return existsSync(traceStoreFile(config)) ? openTracesToRead(config, onDamage) : undefined;
}
