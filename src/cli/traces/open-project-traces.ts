import { projectRoot } from '../../flows/find-config.ts';
import { openTraces, openTracesToKeep, openTracesToRead, placeOfTraces } from '../../flows/open-traces.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import type { Output } from '../terminal/terminal.ts';
import { damageNote } from './damage-note.ts';

/**
 * Opens the traces of the project around a folder, or without a project those of the folder itself, to write into them; makes the store when
 * there is none. The configuration is found, not run.
 * @param note where damage is said
 * @throws {DocketError} when it cannot be opened
 */
export async function openTracesForWriting(
  directory: string,
  note: Output,
): Promise<{ readonly store: TraceStore; readonly place: string }> {
  const project = { root: projectRoot(directory) };
  return { store: await openTracesToKeep(project, damageNote(note)), place: placeOfTraces(project) };
}

/** Opens the same traces for what changes or notes something of them. @throws {DocketError} when there are none yet, or they cannot be opened */
export async function openTracesForChanging(directory: string, note: Output): Promise<TraceStore> {
  return openTraces({ root: projectRoot(directory) }, damageNote(note));
}

/** Opens the same traces only to read them. @throws {DocketError} when there are none yet, or they cannot be opened */
export async function openTracesForReading(directory: string, note: Output): Promise<TraceStore> {
  return openTracesToRead({ root: projectRoot(directory) }, damageNote(note));
}
