import { dirname, join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import type { MutationReport } from '../../contracts/mutation.ts';
import { unwrittenText, type WrittenReports } from '../../reporters/write-reports.ts';

const name = 'mutation.json';

/** Where the report of a project stands. */
export function mutationFile(root: string): string {
  return join(root, 'reports', name);
}

/** Writes `reports/mutation.json` below the root. */
export function writeMutation(root: string, report: MutationReport): WrittenReports {
  const file = mutationFile(root);
  const folder = dirname(file);
  const fault = writeCheckoutFile(file, repositoryAround(root), textOf(report));
  return fault === undefined ? { files: [file] } : { files: [], unwritten: unwrittenText(folder, new Map([[fault.fault, [name]]])) };
}

/** One line a mutant, so that a change shows as the lines of the faults whose fate changed. */
function* textOf({ mutants, ...rest }: MutationReport): Generator<string> {
  const fields = Object.entries(rest).map(([name, value]) => ` ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  yield `{\n${fields.join('')} "mutants": [\n`;
  for (const [index, mutant] of mutants.entries()) yield `  ${JSON.stringify(mutant)}${index + 1 < mutants.length ? ',' : ''}\n`;
  yield ' ]\n}\n';
}
