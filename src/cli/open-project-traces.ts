import { projectRoot } from '../flows/find-config.ts';
import { openTraces, openTracesToKeep, traceStoreFile } from '../flows/open-traces.ts';
import type { TraceStore } from '../traces/trace-store.ts';

/**
 * Opens the traces of the project around a folder, or without a project those of the folder itself, to write into them; makes the store when
 * there is none. The configuration is found, not run.
 * @throws {DocketError} when it cannot be opened
 */
export function openTracesForWriting(directory: string): { readonly store: TraceStore; readonly file: string } {
  const project = { root: projectRoot(directory) };
  return { store: openTracesToKeep(project), file: traceStoreFile(project) };
}

/** Opens the same traces to read them. @throws {DocketError} when there are none yet, or they cannot be opened */
export function openTracesForReading(directory: string): TraceStore {
  return openTraces({ root: projectRoot(directory) });
}
