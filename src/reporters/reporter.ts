import type { Report } from '../contracts/verdict.ts';

/** Renders a report. Pure: the same report always gives the same text, and writing it is another step. */
export interface Reporter {
  /** As the command line names it. */
  readonly name: string;
  /** File name below the reports folder. */
  readonly file: string;
  render(report: Report): string;
  /**
   * The same text in pieces, of which many are empty: it may be longer than any text can be, and of very many cases it is long in the making. Whoever takes the
   * pieces does something else between them.
   */
  pieces(report: Report): Iterable<string>;
}

/** A reporter by its pieces. */
export function reporterOf({ name, file, pieces }: Omit<Reporter, 'render'>): Reporter {
  return { name, file, pieces, render: (report) => [...pieces(report)].join('') };
}
