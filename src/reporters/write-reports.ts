import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '../contracts/docket-error.ts';
import type { Report } from '../contracts/verdict.ts';
import type { Reporter } from './reporter.ts';

/**
 * Renders a report with each reporter and writes the files into the folder, which is made if need be. Returns the paths in the order of
 * the reporters. Each file appears whole or not at all.
 * @throws {DocketError} when a file cannot be written
 */
export function writeReports(folder: string, report: Report, wanted: readonly Reporter[]): string[] {
  return wanted.map((reporter) => {
    const file = join(folder, reporter.file);
    const text = reporter.render(report);
    try {
      mkdirSync(folder, { recursive: true });
      const unfinished = `${file}.${process.pid}.tmp`;
      writeFileSync(unfinished, text);
      renameSync(unfinished, file);
    } catch (cause) {
      throw new DocketError(
        `${file}: the report cannot be written (${(cause as NodeJS.ErrnoException).code}). The trials are safe in the store; free space or rights and run again.`,
        { cause },
      );
    }
    return file;
  });
}
