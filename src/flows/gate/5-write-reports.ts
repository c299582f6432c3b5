import { join } from 'node:path';
import type { Report } from '../../contracts/verdict.ts';
import { json } from '../../reporters/json.ts';
import type { Reporter } from '../../reporters/reporter.ts';
import { reporters } from '../../reporters/reporters.ts';
import { writeReports } from '../../reporters/write-reports.ts';

/**
 * Writes every form of a report below `reports/` and returns the paths, the JSON first. A comparison goes to a folder of its own there, so
 * that it never takes the place of a verdict.
 * @throws {DocketError} when a file cannot be written
 */
export function writeAllReports(root: string, report: Report): string[] {
  return writeReportsInto(reportFolder(root, report.kind), report);
}

/**
 * Writes every form of a report into a folder, which is made if need be.
 * @throws {DocketError} when a file cannot be written
 */
export function writeReportsInto(folder: string, report: Report): string[] {
  return writeReports(folder, report, report.kind === 'comparison' ? comparisonReporters : reporters);
}

/** Where the reports of a kind are written. */
export function reportFolder(root: string, kind: Report['kind']): string {
  return kind === 'comparison' ? join(root, 'reports', 'comparison') : join(root, 'reports');
}

const comparisonReporters = reporters.map((reporter): Reporter => (reporter === json ? { ...json, file: 'comparison.json' } : reporter));
