import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '../contracts/docket-error.ts';
import { openTraceStore, type TraceStore } from '../traces/trace-store.ts';
import type { LoadedConfig } from './load-config.ts';

/** Where a project keeps its traces. */
export function traceStoreFile({ root }: Pick<LoadedConfig, 'root'>): string {
  return join(root, '.docket', 'traces.db');
}

/**
 * Opens the project's traces for a reader.
 * @throws {DocketError} when there are none yet, or the file is no store of traces
 */
export function openTraces(config: Pick<LoadedConfig, 'root'>): TraceStore {
  const file = traceStoreFile(config);
  if (!existsSync(file)) {
    throw new DocketError(`There are no traces in ${file}. Collect some: docket traces serve, or docket traces import <file>.`);
  }
  return openTraceStore(file);
}

/**
 * Opens the project's traces for what is to be kept; makes the store when there is none.
 * @throws {DocketError} when the file is no store of traces
 */
export function openTracesToKeep(config: Pick<LoadedConfig, 'root'>): TraceStore {
  return openTraceStore(traceStoreFile(config));
}

/**
 * Opens the project's traces where there are any.
 * @throws {DocketError} when the file is no store of traces
 */
export function openTracesIfThere(config: Pick<LoadedConfig, 'root'>): TraceStore | undefined {
  return existsSync(traceStoreFile(config)) ? openTracesToKeep(config) : undefined;
}
