import { join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import type { Exploration } from '../../contracts/exploration.ts';
import { jsonPieces } from '../../contracts/json-pieces.ts';
import { unwrittenText, type WrittenReports } from '../../reporters/write-reports.ts';

const name = 'exploration.json';

/** Writes `reports/exploration.json` below the root. */
export function writeExploration(root: string, exploration: Exploration): WrittenReports {
  const folder = join(root, 'reports');
  const file = join(folder, name);
  const fault = writeCheckoutFile(file, repositoryAround(root), textOf(exploration));
  return fault === undefined ? { files: [file] } : { files: [], unwritten: unwrittenText(folder, new Map([[fault.fault, [name]]])) };
}

function* textOf(exploration: Exploration): Generator<string> {
  yield* jsonPieces(exploration, 1);
  yield '\n';
}
