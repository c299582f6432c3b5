import { existsSync, lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { readCheckoutFile, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { loadSuiteFormat, type SuiteFormatName } from '../../suites/suite-formats.ts';
import { loadCases } from '../cases/load-cases.ts';
import type { LoadedConfig } from '../load-config.ts';

/** What was written. */
export interface ExportedSuite {
  readonly format: SuiteFormatName;
  readonly cases: number;
  /** Cases of which only one label is written, because the other one is in dispute. */
  readonly disputed: readonly string[];
  /** The text, in pieces; asked for once. */
  readonly pieces: Iterable<string>;
}

/**
 * The project's cases in the format of another tool.
 * @param tags only cases that have one of these; all when none is given
 * @throws {DocketError} for faulty cases, or where none is left
 */
export async function exportSuite(config: LoadedConfig, format: SuiteFormatName, tags: readonly string[] = []): Promise<ExportedSuite> {
  const { write } = await loadSuiteFormat(format);
  if (!write) throw new DocketError(`Cases are not written in the format "${format}".`);
  const cases = loadCases(config.cases, config.agent).map((loaded) => loaded.case);
  const wanted = tags.length === 0 ? cases : cases.filter((each) => each.tags?.some((tag) => tags.includes(tag)));
  if (wanted.length === 0) throw new DocketError(`No case has the tag ${tags.map((tag) => `"${tag}"`).join(' or ')}.`);
  return {
    format,
    cases: wanted.length,
    disputed: wanted.flatMap(({ id, dispute }) => (dispute && !dispute.resolution ? [id] : [])),
    pieces: write(wanted),
  };
}

/**
 * Writes an export, whole or not at all.
 * @returns false when the very same file is there already
 * @throws {DocketError} when another file is there and may not be replaced, or it cannot be written
 */
export function writeExport(file: string, pieces: Iterable<string>, overwrite: boolean): boolean {
  const text = [...pieces];
  const folder = dirname(file);
  if (!existsSync(folder)) throw new DocketError(`${folder}: there is no such folder. Make it first.`);
  if (existsSync(file)) {
    if (!lstatSync(file).isFile()) throw new DocketError(`${file} is there and is no plain file. Name another one.`);
    const read = readCheckoutFile(file, folder, 256 * 1024 * 1024);
    if ('text' in read && read.text === text.join('')) return false;
    if (!overwrite) throw new DocketError(`${file} is there already. Name another file, or replace it with --overwrite.`);
  }
  const fault = writeCheckoutFile(file, folder, text);
  if (fault) throw new DocketError(`${file} ${fault.fault}.`);
  return true;
}
