import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** Where a project keeps its runs. */
export function runsFolder(root: string): string {
  return join(root, '.docket', 'runs');
}

/** The folder of one run. */
export function runFolder(root: string, id: string): string {
  return join(runsFolder(root), id);
}

/** Names of the files in it. */
export const runFiles = { run: 'run.json', trials: 'trials.ndjson', cases: 'cases.ndjson', report: 'report.json' } as const;

/** Name of a chunk of the report's details, compressed. */
export function detailsFile(number: number): string {
  return `details-${number}.json.gz`;
}

/** An id that sorts by time, to the millisecond: `20261129-013000-1f41a2b3c`. */
export function newRunId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${now.getMilliseconds().toString(16).padStart(3, '0')}${randomBytes(3).toString('hex')}`;
}

/** True for what an id may look like, so that none leads out of the folder. */
export function isRunId(text: string): boolean {
  return /^[0-9a-z-]{1,80}$/.test(text);
}
