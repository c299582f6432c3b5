import { markdownPieces } from './markdown.ts';
import { type Reporter, reporterOf } from './reporter.ts';

/** Most bytes of a comment: GitHub refuses more than 65,536 characters. */
const limit = 65_536;

/** First line of the comment, which is unseen and finds it again. Quoted text never contains it: `<` is written as an entity there. */
export const commentMarker = '<!-- docket:verdict -->';

/** Markdown for the one comment on a pull request: the cases that changed. */
export const pullRequestComment: Reporter = reporterOf({
  name: 'comment',
  file: 'comment.md',
  pieces: (report) => markdownPieces(report, { limit, cases: 'changed', marker: commentMarker }),
});
