import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError, comments } from './github-api.mjs';
import { required } from './workflow-commands.mjs';

const mostAttempts = 4;
/** Seconds: a longer wait is not worth it. */
const longestWait = 30;

/** Unseen first line. One for each folder that is judged, so that two agents of a repository do not write over each other. */
export function marker() {
  const folder = createHash('sha256').update(required('DOCKET_DIRECTORY')).digest('hex').slice(0, 12);
  return `<!-- docket:verdict:${folder} -->`;
}

/**
 * The comment that this action wrote before. Somebody else's comment is never taken for it, whatever it contains.
 * @param {number} number of the pull request
 * @returns {Promise<{ readonly id: number, readonly body: string } | undefined>}
 */
export async function findOwnComment(number) {
  for await (const { id, body, user } of comments(number)) {
    if (user?.login === required('DOCKET_COMMENT_AUTHOR') && typeof body === 'string' && body.startsWith(marker())) return { id, body };
  }
  return undefined;
}

/**
 * Asks GitHub, again where it is in passing trouble.
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<{ readonly answer: T } | { readonly error: ApiError, readonly attempts: string }>}
 */
export async function patiently(ask) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { answer: await ask() };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const seconds = error.waitSeconds ?? 2 ** attempt;
      const isLasting = error.kind === 'rights' || error.kind === 'refused';
      if (isLasting || attempt === mostAttempts || seconds > longestWait)
        return { error, attempts: `${attempt} of ${mostAttempts} attempts` };
      await wait(seconds * 1000);
    }
  }
}
