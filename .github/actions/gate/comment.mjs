import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, comments, createComment, updateComment } from './github-api.mjs';
import { reportLink, reportText, withinBytes } from './report-text.mjs';
import { annotate, required } from './workflow-commands.mjs';

/** GitHub refuses a longer one. */
const limit = 65_536;
const mostAttempts = 4;
/** Seconds: a longer wait is not worth it, the job summary says the same. */
const longestWait = 30;

const { pull_request: pullRequest } = JSON.parse(readFileSync(required('GITHUB_EVENT_PATH'), 'utf8'));
if (Number.isInteger(pullRequest?.number)) await comment(pullRequest);
else
  console.log('This event has no pull request (a merge group, say), so there is nothing to comment on; the job summary has the verdict.');

/**
 * Writes the comment or writes over it. Never fails the job: the verdict does not depend on it.
 * @param {{ readonly number: number, readonly head?: { readonly sha?: string } }} pullRequest
 */
async function comment({ number, head }) {
  const body = bodyOf(head?.sha);
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Looked for anew each time: a request that seemed to fail may have written it.
      const earlier = await findEarlier(number);
      if (earlier === undefined) await createComment(number, body);
      else await updateComment(earlier, body);
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.kind === 'rights') {
        annotate(
          'notice',
          `No comment was written, because the token may not (a fork's never may): the job summary has the verdict. ${error.message}`,
        );
        return;
      }
      const seconds = error.waitSeconds ?? 2 ** attempt;
      if (error.kind === 'refused' || attempt === mostAttempts || seconds > longestWait) {
        annotate(
          'warning',
          `No comment was written after ${attempt} of ${mostAttempts} attempts; the job summary has the verdict. ${error.message}`,
        );
        return;
      }
      await wait(seconds * 1000);
    }
  }
}

/**
 * The comment that this action wrote before. Somebody else's comment is never taken for it, whatever it contains.
 * @param {number} number
 * @returns {Promise<number | undefined>}
 */
async function findEarlier(number) {
  for await (const { id, body, user } of comments(number)) {
    if (user?.login === required('DOCKET_COMMENT_AUTHOR') && body?.startsWith(marker())) return id;
  }
  return undefined;
}

/** Unseen first line. One for each folder that is judged, so that two agents of a repository do not write over each other. */
function marker() {
  const folder = createHash('sha256').update(required('DOCKET_DIRECTORY')).digest('hex').slice(0, 12);
  return `<!-- docket:verdict:${folder} -->`;
}

/** @param {string | undefined} commit */
function bodyOf(commit) {
  const judged = /^[0-9a-f]{40,64}$/.test(commit ?? '') ? `\nJudged at ${commit}.\n` : '';
  return withinBytes(`${marker()}\n${reportText('comment.md')}`, `${judged}${reportLink()}`, limit);
}
