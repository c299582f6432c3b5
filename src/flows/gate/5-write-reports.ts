import { join } from 'node:path';
import type { Report } from '../../contracts/verdict.ts';
import { reporters } from '../../reporters/reporters.ts';
import { writeReports } from '../../reporters/write-reports.ts';

/**
 * Writes every form of a report below `reports/` and returns the paths, `verdict.json` first.
 * @throws {DocketError} when a file cannot be written
 */
export function writeAllReports(root: string, report: Report): string[] {
  return writeReports(join(root, 'reports'), report, reporters);
}
