import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../trials/claim-owner.ts';
import { readRun } from './read-runs.ts';
import { isRunId, runFiles, runFolder, runsFolder } from './run-folder.ts';

/** How much is kept. */
export interface Retention {
  /** Most runs. */
  readonly runs: number;
  /** Most megabytes of all of them together. */
  readonly megabytes: number;
}

export const usualRetention: Retention = { runs: 200, megabytes: 500 };

const megabyte = 1_000_000;

/** Removes the oldest runs that are beyond what is kept. The newest one stays, whatever its size, and so does one that goes on. */
export function forgetOldRuns(root: string, { runs, megabytes }: Retention = usualRetention): void {
  const ids = readdirSync(runsFolder(root)).filter(isRunId).toSorted().toReversed();
  let size = 0;
  for (const [place, id] of ids.entries()) {
    size += sizeOf(runFolder(root, id));
    if (place === 0 || (place < runs && size <= megabytes * megabyte)) continue;
    const run = readRun(root, id);
    if (run && isAlive(join(runFolder(root, id), runFiles.run), run.owner)) continue;
    rmSync(runFolder(root, id), { recursive: true, force: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
