import { join } from 'node:path';
import { readCheckoutFile, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { parseWaiver, type Waiver } from '../../gate/waiver.ts';

/**
 * Reads `reports/waivers.json` below a project's root; none where there is no file.
 * @throws {DocketError} when it is damaged
 */
export function readWaivers(root: string): Waiver[] {
  const file = join(root, 'reports', 'waivers.json');
  const read = readCheckoutFile(file, repositoryAround(root));
  if ('fault' in read) {
    if (read.missing) return [];
    throw new DocketError(`${file}: ${read.fault}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(read.text);
  } catch (cause) {
    throw new DocketError(`${file}: not JSON (${(cause as Error).message}).`, { cause });
  }
  if (!Array.isArray(value)) throw new DocketError(`${file}: expected a list of waivers.`);
  return value.map((waiver, index) => parseWaiver(waiver, `${file}, waiver ${index + 1}`));
}
