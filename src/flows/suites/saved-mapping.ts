import { dirname } from 'node:path';
import { z } from 'zod';
import { readCheckoutFile, repositoryAround, writeCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type SuiteFormatName, suiteFormatNames } from '../../suites/suite-formats.ts';
import { type SuiteMapping, suiteMappingSchema } from '../../suites/suite-mapping.ts';

const savedSchema = z.partialRecord(z.enum(suiteFormatNames), suiteMappingSchema);
type SavedMappings = z.infer<typeof savedSchema>;

/** Beside the folder of the cases, not in it: everything there is a case. */
export function mappingFile(cases: string): string {
  return `${cases}.import.json`;
}

/** The mapping that was saved for a format; undefined when there is none. @throws {DocketError} when the file is damaged */
export function savedMapping(cases: string, format: SuiteFormatName): SuiteMapping | undefined {
  return readMappings(cases)[format];
}

/** Saves the mapping of a format beside those of others. @throws {DocketError} when it cannot be written */
export function saveMapping(cases: string, format: SuiteFormatName, mapping: SuiteMapping): string {
  const file = mappingFile(cases);
  const text = `${JSON.stringify({ ...readMappings(cases), [format]: mapping }, null, 2)}\n`;
  const fault = writeCheckoutFile(file, repositoryAround(dirname(cases)), [text]);
  if (fault) throw new DocketError(`${file} ${fault.fault}.`);
  return file;
}

function readMappings(cases: string): SavedMappings {
  const file = mappingFile(cases);
  const read = readCheckoutFile(file, repositoryAround(dirname(cases)));
  if ('fault' in read) {
    if (read.missing) return {};
    throw new DocketError(`${file} ${read.fault}.`);
  }
  try {
    return savedSchema.parse(JSON.parse(read.text));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new DocketError(`${file}: not a saved mapping; mend or remove it.\n${reason}`, { cause });
  }
}
