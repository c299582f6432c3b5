import { renderMarkdown } from './markdown.ts';
import type { Reporter } from './reporter.ts';

/** GitHub drops a job summary that is larger than this many bytes. */
const limit = 1_048_576;

/** Markdown for a job summary: every case. */
export const jobSummary: Reporter = {
  name: 'summary',
  file: 'summary.md',
  render: (report) => renderMarkdown(report, { limit, cases: 'all' }),
};
