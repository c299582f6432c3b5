import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeptRun, keptRunSchema } from '../../contracts/kept-run.ts';
import { isAlive, processIdOf } from '../../trials/claim-owner.ts';
import { isRunId, runFiles, runFolder, runsFolder } from './run-folder.ts';

/** Ids of all runs that are kept, newest first. */
export function runIds(root: string): string[] {
  try {
    return readdirSync(runsFolder(root)).filter(isRunId).toSorted().toReversed();
  } catch {
    // Nothing was kept yet, or something else has that name.
    return [];
  }
}

/**
 * A run as it stands now; undefined where there is none, or it cannot be read. One whose process is gone without having said how it ended is broken: never
 * running, and never passed.
 */
export function readRun(root: string, id: string): KeptRun | undefined {
  if (!isRunId(id)) return undefined;
  const file = join(runFolder(root, id), runFiles.run);
  const run = parsed(file);
  if (run?.state !== 'running' || isAlive(file, run.owner)) return run;
  // It may have said so, and gone, in between.
  const again = parsed(file);
  return again?.state === 'running' ? { ...again, state: 'broken' } : again;
}

/** The process that runs it, while it lives. */
export function runProcess(root: string, { id, owner }: KeptRun): number | undefined {
  return isAlive(join(runFolder(root, id), runFiles.run), owner) ? processIdOf(owner) : undefined;
}

function parsed(file: string): KeptRun | undefined {
  try {
    return keptRunSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Not there yet, or of another Docket: a folder that says nothing is no run.
    return undefined;
  }
}
