import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import type { Evaluation } from '../../contracts/evaluation.ts';

/**
 * Writes `reports/evaluation.json` below the root and returns its path.
 * @throws {DocketError} when the folder cannot be written
 */
export function writeEvaluation(root: string, evaluation: Evaluation): string {
  const directory = join(root, 'reports');
  const file = join(directory, 'evaluation.json');
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, `${JSON.stringify(evaluation, null, 1)}\n`);
  } catch (cause) {
    throw new DocketError(
      `${file}: cannot be written (${(cause as NodeJS.ErrnoException).code}). The trials are safe in the store; free space or rights and run again.`,
      { cause },
    );
  }
  return file;
}
