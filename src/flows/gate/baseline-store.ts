import { join } from 'node:path';
import { readCheckoutFile, repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
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
  const read = readCheckoutFile(file, repositoryAround(root));
  if ('text' in read) return parseBaseline(read.text, file);
  if (read.missing) return undefined;
  throw new DocketError(`${file}: ${read.fault}.`);
}

/** The same, and undefined for a damaged one too. */
export function readableBaseline(root: string): Baseline | undefined {
  try {
    return readBaseline(root);
  } catch (error) {
    if (error instanceof DocketError) return undefined;
    throw error;
  }
}

/**
 * Writes `reports/baseline.json`, whole or not at all.
 * @throws {DocketError} when the folder cannot be written
 */
export function writeBaseline(root: string, baseline: Baseline): string {
  const file = baselineFile(root);
  const unwritten = writeCheckoutFile(file, repositoryAround(root), [serialiseBaseline(baseline)]);
  if (unwritten) throw new DocketError(`${file}: ${unwritten.fault}. The trials are safe in the store; run the same command again.`);
  return file;
}
