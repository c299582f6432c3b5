import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RanCase, ranCaseSchema } from '../../contracts/kept-run.ts';
import { runFiles, runFolder } from './run-folder.ts';

/** What became of each case of a run that has ended; of one case only where it is named. Lines that cannot be read are left out. */
export function readCases(root: string, id: string, caseId?: string): RanCase[] {
  const start = caseId === undefined ? undefined : `[${JSON.stringify(caseId)},`;
  return linesOf(join(runFolder(root, id), runFiles.cases)).flatMap((line) => {
    if (line === '' || (start !== undefined && !line.startsWith(start))) return [];
    try {
      return [ranCaseSchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    // It did not come to its end.
    return [];
  }
}
