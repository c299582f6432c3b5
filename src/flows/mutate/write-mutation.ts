import { join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { jsonPieces } from '../../contracts/json-pieces.ts';
import type { MutationReport } from '../../contracts/mutation.ts';
import { unwrittenText, type WrittenReports } from '../../reporters/write-reports.ts';

const name = 'mutation.json';

/** Writes `reports/mutation.json` below the root. */
export function writeMutation(root: string, report: MutationReport): WrittenReports {
  const folder = join(root, 'reports');
  const file = join(folder, name);
  const fault = writeCheckoutFile(file, repositoryAround(root), textOf(report));
  return fault === undefined ? { files: [file] } : { files: [], unwritten: unwrittenText(folder, new Map([[fault.fault, [name]]])) };
}

function* textOf(report: MutationReport): Generator<string> {
  yield* jsonPieces(report, 1);
  yield '\n';
}
