import type { Report } from '../contracts/verdict.ts';

/** Renders a report. Pure: the same report always gives the same text, and writing it is another step. */
export interface Reporter {
  /** As the command line names it. */
  readonly name: string;
  /** File name below the reports folder. */
  readonly file: string;
  render(report: Report): string;
  /** The same text in pieces, for a form that may be longer than any text can be. */
  pieces?(report: Report): Iterable<string>;
}
