import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf, recordIn, written } from './editions.mjs';
import { findOwnComment, patiently } from './own-comment.mjs';
import { annotate, required, setOutput } from './workflow-commands.mjs';

const { pull_request: pullRequest } = JSON.parse(readFileSync(required('GITHUB_EVENT_PATH'), 'utf8'));
const file = Number.isInteger(pullRequest?.number) ? await remembered(pullRequest.number) : undefined;
if (file !== undefined) setOutput('file', file);

/**
 * A file with what the action's own comment remembers. Docket judges it: one that it cannot use makes no pass.
 * @param {number} number
 * @returns {Promise<string | undefined>} undefined when nothing is remembered
 */
async function remembered(number) {
  const { answer, error, attempts } = await patiently(() => findOwnComment(number));
  if (error?.kind === 'rights') {
    annotate('notice', `The comment is not read, because the token may not: the cache remembers the editions. ${error.message}`);
    return undefined;
  }
  if (error) {
    annotate('warning', `What the comment remembers of earlier editions could not be read after ${attempts}. ${error.message}`);
    // A file that is not there: what it would have held is unknown.
    return join(required('RUNNER_TEMP'), 'docket-editions-unread.json');
  }
  const line = answer && lineOf(answer.body);
  return line === undefined ? undefined : written(recordIn(line) ?? 'damaged');
}
