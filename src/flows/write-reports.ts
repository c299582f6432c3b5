import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { emptyCheckoutFile, folderLiesWithin, repositoryAround } from '../contracts/checkout-file.ts';
import type { Turns } from '../contracts/turns.ts';
import type { Report } from '../contracts/verdict.ts';
import { json } from '../reporters/json.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { reporters } from '../reporters/reporters.ts';
import { type WrittenReports, writeReports } from '../reporters/write-reports.ts';

/**
 * Writes every form of a report below `reports/`, the JSON first. A comparison goes to a folder of its own there, so that it never takes the
 * place of a verdict.
 */
export function writeAllReports(root: string, report: Report, turns?: Turns): Promise<WrittenReports> {
  return writeReportsInto(reportFolder(root, report.kind), report, repositoryAround(root), turns);
}

/** Writes every form of a report into a folder, which is made if need be. */
export function writeReportsInto(
  folder: string,
  report: Report,
  within = repositoryAround(folder),
  turns?: Turns,
): Promise<WrittenReports> {
  return writeReports(folder, within, report, report.kind === 'comparison' ? comparisonReporters : reporters, turns);
}

/** Where the reports of a kind are written. */
export function reportFolder(root: string, kind: Report['kind']): string {
  return kind === 'comparison' ? join(root, 'reports', 'comparison') : join(root, 'reports');
}

/**
 * Takes older reports of a verdict away, so that they are never read as this run's. One that cannot be removed is emptied; one that cannot even be
 * that will be named when its successor cannot be written.
 */
export function clearVerdict(root: string): void {
  const folder = reportFolder(root, 'verdict');
  // Behind a link out of the repository nothing is removed.
  if (!folderLiesWithin(folder, repositoryAround(root))) return;
  for (const { file } of reporters) {
    const path = join(folder, file);
    for (const clear of [() => rmSync(path, { force: true }), () => emptyCheckoutFile(path)]) {
      try {
        clear();
        break;
      } catch {
        // A folder in the way, or a folder that is not to be written to.
      }
    }
  }
}

const comparisonReporters = reporters.map((reporter): Reporter => (reporter === json ? { ...json, file: 'comparison.json' } : reporter));
