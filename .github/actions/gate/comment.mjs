import { readFileSync } from 'node:fs';
import { lineFor, lineOf } from './editions.mjs';
import { createComment, updateComment } from './github-api.mjs';
import { findOwnComment, marker, patiently } from './own-comment.mjs';
import { reportLink, reportText, withinBytes } from './report-text.mjs';
import { annotate, required } from './workflow-commands.mjs';

/** GitHub refuses a longer one. */
const limit = 65_536;

const { pull_request: pullRequest } = JSON.parse(readFileSync(required('GITHUB_EVENT_PATH'), 'utf8'));
if (Number.isInteger(pullRequest?.number)) await comment(pullRequest);
else
  console.log('This event has no pull request (a merge group, say), so there is nothing to comment on; the job summary has the verdict.');

/**
 * Writes the comment or writes over it. Never fails the job: the verdict does not depend on it.
 * @param {{ readonly number: number, readonly head?: { readonly sha?: string } }} pullRequest
 */
async function comment({ number, head }) {
  const record = newRecord();
  const { error, attempts } = await patiently(async () => {
    // Looked for anew each time: a request that seemed to fail may have written it.
    const earlier = await findOwnComment(number);
    const body = bodyOf(head?.sha, record ?? (earlier && lineOf(earlier.body)));
    if (earlier === undefined) await createComment(number, body);
    else await updateComment(earlier.id, body);
  });
  if (error?.kind === 'rights') {
    annotate(
      'notice',
      `No comment was written, because the token may not (a fork's never may): the job summary has the verdict. ${error.message}`,
    );
  } else if (error) {
    annotate('warning', `No comment was written after ${attempts}; the job summary has the verdict. ${error.message}`);
  }
}

/** The line with what the gate remembers now; undefined when it wrote nothing, and then the comment's own stays. */
function newRecord() {
  const path = process.env.DOCKET_EDITIONS;
  if (!path) return undefined;
  const line = lineFor(path);
  if (line === undefined)
    annotate('notice', 'What the editions are accused of is too long for the comment, which keeps what it had; the cache has all of it.');
  return line;
}

/**
 * @param {string | undefined} commit
 * @param {string | undefined} record
 */
function bodyOf(commit, record) {
  const judged = /^[0-9a-f]{40,64}$/.test(commit ?? '') ? `\nJudged at ${commit}.\n` : '';
  const head = record === undefined ? marker() : `${marker()}\n${record}`;
  return withinBytes(`${head}\n${reportText('comment.md')}`, `${judged}${reportLink()}`, limit);
}
