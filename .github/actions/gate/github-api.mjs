import { setTimeout as wait } from 'node:timers/promises';
import { required } from './workflow-commands.mjs';

/** Most milliseconds that an answer may take; a slow server of one's own may be given other seconds. */
const patience = 1000 * (Number(process.env.DOCKET_API_PATIENCE) || 20);
/** Most comments of a pull request that are looked through: a hundred pages of a hundred. */
const mostPages = 100;
/** How often a question is asked, and the longest wait in between, in seconds. */
const mostAttempts = 3;
const longestWait = 10;

/** GitHub did not do what was asked. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {'rights' | 'limit' | 'trouble' | 'refused'} kind `rights`: the token may not; `limit`: too many requests; `trouble`: a passing fault of the server or the network
   * @param {number | undefined} waitSeconds what GitHub asked to wait
   */
  constructor(message, kind, waitSeconds) {
    super(message);
    this.kind = kind;
    this.waitSeconds = waitSeconds;
  }
}

/**
 * All comments of a pull request, oldest first.
 * @param {number} number
 * @returns {AsyncGenerator<{ readonly id: number, readonly body?: string, readonly user?: { readonly login?: string } }>}
 */
export async function* comments(number) {
  // Counted, not followed: a link in an answer could lead the token elsewhere.
  for (let page = 1; page <= mostPages; page += 1) {
    const found = await request('GET', `/repos/${repository()}/issues/${number}/comments?per_page=100&page=${page}`);
    if (!Array.isArray(found)) throw new ApiError('GET comments: the answer is no list', 'refused', undefined);
    yield* found;
    if (found.length < 100) return;
  }
}

/**
 * @param {number} number
 * @param {string} body
 */
export function createComment(number, body) {
  return request('POST', `/repos/${repository()}/issues/${number}/comments`, { body });
}

/**
 * @param {number} id
 * @param {string} body
 */
export function updateComment(id, body) {
  return request('PATCH', `/repos/${repository()}/issues/comments/${id}`, { body });
}

/**
 * Asks, and asks again where the server or the network had a passing fault.
 * @param {string} path below the repository, or from the top where it begins with `/`
 */
export async function ask(path) {
  const from = path.startsWith('/') ? path : `/repos/${repository()}/${path}`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request('GET', from);
    } catch (error) {
      const passing = error instanceof ApiError && (error.kind === 'trouble' || error.kind === 'limit');
      const seconds = error.waitSeconds ?? attempt;
      if (!passing || attempt === mostAttempts || seconds > longestWait) throw error;
      await wait(seconds * 1000);
    }
  }
}

/**
 * All entries of a list; a list that is longer than `most` is not read to its end, which is an error.
 * @param {string} path below the repository, with `?` where it has a query
 * @param {number} most
 * @param {(answer: any) => unknown} [listIn] where the list is in an answer
 * @returns {Promise<any[]>}
 */
export async function askAll(path, most, listIn = (answer) => answer) {
  const entries = [];
  // Counted, not followed: a link in an answer could lead the token elsewhere.
  for (let page = 1; ; page += 1) {
    const found = listIn(await ask(`${path}${path.includes('?') ? '&' : '?'}per_page=100&page=${page}`));
    if (!Array.isArray(found)) throw new ApiError(`GET ${path}: the answer is no list`, 'refused', undefined);
    entries.push(...found);
    if (entries.length >= most)
      throw new ApiError(`GET ${path}: there are ${most} or more, which is more than is looked through`, 'refused', undefined);
    if (found.length < 100) return entries;
  }
}

function repository() {
  return required('GITHUB_REPOSITORY');
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [content]
 */
async function request(method, path, content) {
  let response;
  let text;
  try {
    response = await fetch(`${required('GITHUB_API_URL')}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${required('DOCKET_TOKEN')}`,
        'content-type': 'application/json',
        'user-agent': 'docket-gate',
        'x-github-api-version': '2022-11-28',
      },
      ...(content ? { body: JSON.stringify(content) } : {}),
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
    text = await response.text();
  } catch (cause) {
    throw new ApiError(`${method} ${path}: no answer (${cause instanceof Error ? cause.message : cause})`, 'trouble', undefined);
  }
  if (response.ok) {
    try {
      return JSON.parse(text);
    } catch {
      throw new ApiError(`${method} ${path}: the answer is no JSON`, 'refused', undefined);
    }
  }
  throw new ApiError(`${method} ${path}: ${response.status} ${messageOf(text)}`, kindOf(response), waitOf(response));
}

/** @param {Response} response */
function kindOf({ status, headers }) {
  // Too many requests are answered with 403 as well, and then the headers say so.
  if (status === 429 || (status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0'))) return 'limit';
  if (status === 401 || status === 403 || status === 404) return 'rights';
  return status >= 500 ? 'trouble' : 'refused';
}

/** @param {Response} response */
function waitOf({ headers }) {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** @param {string} text */
function messageOf(text) {
  try {
    return String(JSON.parse(text).message).slice(0, 200);
  } catch {
    return '';
  }
}
