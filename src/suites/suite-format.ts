import type { Case } from '../contracts/case.ts';
import type { SuiteSource } from './source/suite-source.ts';
import type { SuiteItem } from './suite-row.ts';
import type { SuiteSample } from './suite-sample.ts';

/** How a suite of another tool is read, and perhaps written. */
export interface SuiteFormat {
  /** Whether a file is the format's own. The formats are asked in the order of their list. */
  recognises(sample: SuiteSample): boolean;
  /** Every row, in the order of the file. @throws {DocketError} when the file as a whole is not what the format says */
  read(source: SuiteSource): AsyncIterable<SuiteItem>;
  /** The text of a file with these cases, in pieces. */
  write?(cases: readonly Case[]): Iterable<string>;
}
