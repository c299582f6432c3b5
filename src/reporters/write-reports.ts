import { join } from 'node:path';
import { writeCheckoutFileInTurns } from '../contracts/checkout-file.ts';
import { Turns } from '../contracts/turns.ts';
import type { Report } from '../contracts/verdict.ts';
import type { Reporter } from './reporter.ts';

/** What came of writing: the files that are there now, in the order of the reporters, and why others are not. */
export interface WrittenReports {
  readonly files: readonly string[];
  /** What is not written and what to do, for a person; absent when all is written. */
  readonly unwritten?: string;
}

/**
 * Renders a report with each reporter and writes the files into the folder, which is made if need be. Each file appears whole or not at all; one
 * that cannot be written holds up none of the others.
 * @param within folder that no link may lead out of
 * @throws the reason of the turns' signal
 */
export async function writeReports(
  folder: string,
  within: string,
  report: Report,
  wanted: readonly Reporter[],
  turns = new Turns(),
): Promise<WrittenReports> {
  const files: string[] = [];
  const faults = new Map<string, string[]>();
  for (const reporter of wanted) {
    const fault = await writeCheckoutFileInTurns(join(folder, reporter.file), within, reporter.pieces(report), turns);
    if (fault === undefined) files.push(join(folder, reporter.file));
    else faults.set(fault.fault, [...(faults.get(fault.fault) ?? []), reporter.file]);
  }
  if (faults.size === 0) return { files };
  return { files, unwritten: unwrittenText(folder, faults) };
}

/** @param faults names of files by what is wrong with them */
export function unwrittenText(folder: string, faults: ReadonlyMap<string, readonly string[]>): string {
  const lines = [...faults].map(([fault, names]) => `  ${names.join(', ')}: ${fault}`);
  return `Not everything could be written below ${folder}:\n${lines.join('\n')}\nFiles of these names there are empty or from an earlier run. Free space, fix the permissions, or remove what is in the way, and run the same command again: the trials are safe in the store, and no model is called.`;
}
