import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import { type Baseline, parseBaseline, serialiseBaseline } from '../../gate/baseline-file.ts';

/** Path of the committed baseline below a project's root. */
export function baselineFile(root: string): string {
  return join(root, 'reports', 'baseline.json');
}

/**
 * Reads `reports/baseline.json`; undefined when there is none.
 * @throws {DocketError} when it is damaged
 */
export function readBaseline(root: string): Baseline | undefined {
  const file = baselineFile(root);
  return existsSync(file) ? parseBaseline(readFileSync(file, 'utf8'), file) : undefined;
}

/**
 * Writes `reports/baseline.json`, whole or not at all.
 * @throws {DocketError} when the folder cannot be written
 */
export function writeBaseline(root: string, baseline: Baseline): string {
  const file = baselineFile(root);
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, serialiseBaseline(baseline));
    renameSync(`${file}.new`, file);
  } catch (cause) {
    throw new DocketError(
      `${file}: cannot be written (${(cause as NodeJS.ErrnoException).code}). The trials are safe in the store; run the same command again.`,
      { cause },
    );
  }
  return file;
}
