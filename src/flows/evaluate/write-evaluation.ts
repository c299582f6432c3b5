import { join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import type { Evaluation } from '../../contracts/evaluation.ts';
import { jsonPieces } from '../../contracts/json-pieces.ts';
import { unwrittenText, type WrittenReports } from '../../reporters/write-reports.ts';

const name = 'evaluation.json';

/** Writes `reports/evaluation.json` below the root. */
export function writeEvaluation(root: string, evaluation: Evaluation): WrittenReports {
  const folder = join(root, 'reports');
  const file = join(folder, name);
  const fault = writeCheckoutFile(file, repositoryAround(root), textOf(evaluation));
  return fault === undefined ? { files: [file] } : { files: [], unwritten: unwrittenText(folder, new Map([[fault.fault, [name]]])) };
}

function* textOf(evaluation: Evaluation): Generator<string> {
  yield* jsonPieces(evaluation, 1);
  yield '\n';
}
