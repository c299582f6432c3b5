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

const usual: Retention = { runs: 200, megabytes: 500 };

/** Variables of the environment that say otherwise. */
const variables = { runs: 'DOCKET_RUNS_KEPT', megabytes: 'DOCKET_RUNS_MEGABYTES' } as const;

/**
 * How much the environment wants to be kept.
 * @param warn told of a value that is no number; the usual one holds then
 */
export function retentionOf(environment: Readonly<Record<string, string | undefined>>, warn: (message: string) => void): Retention {
  const read = (name: keyof Retention) => {
    const text = environment[variables[name]];
    if (text === undefined || text === '') return usual[name];
    if (/^\d{1,7}$/.test(text)) return Number(text);
    warn(
      `${variables[name]}=${text} is no whole number, so ${usual[name]} holds: ${variables.runs} is how many runs are kept, ${variables.megabytes} how large they may be together.`,
    );
    return usual[name];
  };
  return { runs: read('runs'), megabytes: read('megabytes') };
}

const megabyte = 1_000_000;

/**
 * Removes the oldest runs that are beyond what is kept. One that goes on stays.
 * @param ended the run that has just ended: it stays, whatever its size, and whatever a clock that is off says of its age
 */
export function forgetOldRuns(root: string, ended: string, { runs, megabytes }: Retention): void {
  const others = readdirSync(runsFolder(root)).filter((id) => isRunId(id) && id !== ended);
  let size = sizeOf(runFolder(root, ended));
  for (const [before, id] of others.toSorted().toReversed().entries()) {
    size += sizeOf(runFolder(root, id));
    if (before + 1 < runs && size <= megabytes * megabyte) continue;
    const run = readRun(root, id);
    if (run && isAlive(join(runFolder(root, id), runFiles.run), run.owner)) continue;
    rmSync(runFolder(root, id), { recursive: true, force: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
