import { join } from 'node:path';
import { repositoryAround, writeCheckoutFileInTurns } from '../../contracts/checkout-file.ts';
import type { Evaluation } from '../../contracts/evaluation.ts';
import { jsonPieces } from '../../contracts/json-pieces.ts';
import type { Turns } from '../../contracts/turns.ts';
import { unwrittenText, type WrittenReports } from '../../reporters/write-reports.ts';

const name = 'evaluation.json';

/** Writes `reports/evaluation.json` below the root. @throws the reason of the turns' signal */
export async function writeEvaluation(root: string, evaluation: Evaluation, turns: Turns): Promise<WrittenReports> {
  const folder = join(root, 'reports');
  const file = join(folder, name);
  const fault = await writeCheckoutFileInTurns(file, repositoryAround(root), textOf(evaluation), turns);
  return fault === undefined ? { files: [file] } : { files: [], unwritten: unwrittenText(folder, new Map([[fault.fault, [name]]])) };
}

function* textOf(evaluation: Evaluation): Generator<string> {
  yield* jsonPieces(evaluation, 1);
  yield '\n';
}
