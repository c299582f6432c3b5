import { join } from 'node:path';
import { repositoryAround, writeCheckoutFile } from '../../../contracts/checkout-file.ts';
import type { PromptSearch } from '../../../contracts/prompt-search.ts';
import { unwrittenText, type WrittenReports } from '../../../reporters/write-reports.ts';

const name = 'prompt-search.json';

/** Writes `reports/prompt-search.json` below the root. */
export function writeSearch(root: string, search: PromptSearch): WrittenReports {
  const folder = join(root, 'reports');
  const fault = writeCheckoutFile(join(folder, name), repositoryAround(root), [`${JSON.stringify(search, null, 1)}\n`]);
  return fault === undefined
    ? { files: [join(folder, name)] }
    : { files: [], unwritten: unwrittenText(folder, new Map([[fault.fault, [name]]])) };
}
