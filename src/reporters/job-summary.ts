import { markdownPieces } from './markdown.ts';
import { type Reporter, reporterOf } from './reporter.ts';

/** GitHub drops a job summary that is larger than this many bytes. */
const limit = 1_048_576;

/** Markdown for a job summary: every case. */
export const jobSummary: Reporter = reporterOf({
  name: 'summary',
  file: 'summary.md',
  pieces: (report) => markdownPieces(report, { limit, cases: 'all' }),
});
