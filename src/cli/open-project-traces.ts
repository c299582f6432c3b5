import { dirname, resolve } from 'node:path';
import { findConfig } from '../flows/find-config.ts';
import { openTraces, traceStoreFile } from '../flows/open-traces.ts';
import { openTraceStore, type TraceStore } from '../traces/trace-store.ts';

/** The traces of the project around a folder; without a project those of the folder itself. The configuration is found, not run. */
export function projectTracesFile(directory: string): string {
  const config = findConfig(directory);
  return traceStoreFile({ root: config === undefined ? resolve(directory) : dirname(config) });
}

/** Opens the traces to write into them; makes the store when there is none. @throws {DocketError} when it cannot be opened */
export function openTracesForWriting(directory: string): { readonly store: TraceStore; readonly file: string } {
  const file = projectTracesFile(directory);
  return { store: openTraceStore(file), file };
}

/** Opens the traces to read them. @throws {DocketError} when there are none yet, or they cannot be opened */
export function openTracesForReading(directory: string): TraceStore {
  const config = findConfig(directory);
  return openTraces({ root: config === undefined ? resolve(directory) : dirname(config) });
}
