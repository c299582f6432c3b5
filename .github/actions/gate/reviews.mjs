import { ApiError, ask, askAll } from './github-api.mjs';

/**
 * Who approved a pull request, as GitHub tells it. Nothing of the pull request runs in a process that reads this: it has a token.
 * @typedef {{ readonly login: string, readonly commit: string }} Approval
 * @typedef {{ readonly login: string, readonly rules: string }} Confirmation
 * @typedef {{ readonly number: number, readonly approvals: Approval[], readonly confirmations: Confirmation[], readonly notCounted: string[] }} PullRequestReviews
 * @typedef {{ readonly schemaVersion: 1, readonly pullRequests: PullRequestReviews[], readonly fault?: string }} Reviews
 */

/** GitHub lists no more commits of a pull request. */
const mostCommits = 250;
const mostReviews = 3000;
/** More commits of a merge group are not asked after. */
const mostMerged = 100;
const mostConfirmations = 1000;

/** The workflow by which a maintainer confirms rules; its run says what, and GitHub says who. */
const confirming = '.github/workflows/docket-approval.yml';

/**
 * Reads the reviews of what the event is about. What cannot be read is said in `fault`, and then nothing is approved.
 * The event comes from the runner's own variables, not from its file, which every program of the job can write.
 * @param {string | undefined} setting `maintainer`: confirmations are read as well
 * @returns {Promise<Reviews>}
 */
export async function readReviews(setting) {
  try {
    const pullRequests = [];
    for (const number of await pullRequestsOf(process.env)) pullRequests.push(await reviewsOf(number, setting === 'maintainer'));
    return { schemaVersion: 1, pullRequests };
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof TypeError)) throw error;
    return { schemaVersion: 1, pullRequests: [], fault: `The reviews could not be read, so no approval counts: ${error.message}` };
  }
}

/** @returns {Promise<number[]>} */
async function pullRequestsOf({ DOCKET_PULL_REQUEST: pullRequest, DOCKET_GROUP_BASE: base, DOCKET_GROUP_HEAD: head, ...group }) {
  if (/^[1-9]\d{0,9}$/.test(pullRequest ?? '')) return [Number(pullRequest)];
  if (!base || !head) throw refused('this event is of no pull request and of no merge group');
  const target = (group.DOCKET_GROUP_TARGET ?? '').replace(/^refs\/heads\//, '');
  const numbers = new Set();
  const named = /\/pr-(\d{1,10})-[0-9a-f]{40,64}$/.exec(group.DOCKET_GROUP_REF ?? '')?.[1];
  if (named !== undefined) numbers.add(Number(named));
  for (const commit of await askAll(`compare/${sha(base)}...${sha(head)}`, mostMerged, ({ commits }) => commits)) {
    for (const found of await askAll(`commits/${sha(commit.sha)}/pulls`, 1000)) {
      if (Number.isInteger(found.number) && found.state === 'open' && found.base?.ref === target) numbers.add(found.number);
    }
  }
  return [...numbers].sort((one, other) => one - other);
}

/** @param {unknown} text */
function sha(text) {
  if (!isCommit(text)) throw refused(`"${String(text).slice(0, 80)}" is no commit`);
  return String(text);
}

function isCommit(text) {
  return typeof text === 'string' && /^[0-9a-f]{40,64}$/.test(text);
}

function refused(message) {
  return new ApiError(message, 'refused', undefined);
}

/**
 * @param {number} number
 * @param {boolean} confirmed whether confirmations count
 * @returns {Promise<PullRequestReviews>}
 */
async function reviewsOf(number, confirmed) {
  const pull = await ask(`pulls/${number}`);
  const author = pull.user?.login;
  if (typeof author !== 'string') throw refused(`#${number} has no author`);
  const writers = writersOf(await askAll(`pulls/${number}/commits`, mostCommits));
  const approvals = [];
  const notCounted = [];
  for (const { state, user, commit_id: commit } of latestReviews(await askAll(`pulls/${number}/reviews`, mostReviews))) {
    const { login } = user;
    if (state === 'DISMISSED') notCounted.push(`${login}'s review of #${number} was dismissed.`);
    else if (state === 'CHANGES_REQUESTED') notCounted.push(`${login} asked for changes of #${number}.`);
    else {
      const against = isCommit(commit) ? await whyNot(user, author, writers) : 'it names no commit';
      if (against === undefined) approvals.push({ login, commit });
      else notCounted.push(`${login}'s approval of #${number} does not count: ${against}.`);
    }
  }
  const confirmations = [];
  for (const { login, rules } of confirmed ? await confirmationsOf(number, pull) : []) {
    if ((await permissionOf(login)).maintains) confirmations.push({ login, rules });
    else notCounted.push(`${login} confirmed the rules of #${number}, but is no maintainer.`);
  }
  return { number, approvals, confirmations, notCounted };
}

/** The last word of each reviewer; a comment takes nothing back. Without a user it is nobody's any more. */
function latestReviews(reviews) {
  const latest = new Map();
  const words = reviews.filter(
    ({ state, user }) => typeof user?.login === 'string' && ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state),
  );
  for (const review of words.sort((one, other) => timeOf(one) - timeOf(other) || one.id - other.id))
    latest.set(review.user.login.toLowerCase(), review);
  return [...latest.values()];
}

function timeOf({ submitted_at: at }) {
  return Date.parse(at ?? '') || 0;
}

/** Everybody who wrote a commit, by login where GitHub knows it, else by name and address. */
function writersOf(commits) {
  const logins = new Set();
  const others = new Set();
  for (const { author, committer, commit } of commits) {
    for (const [user, person] of [
      [author, commit?.author],
      [committer, commit?.committer],
    ]) {
      if (user?.login) logins.add(user.login.toLowerCase());
      else if (person?.name || person?.email) addPerson(person.name, person.email);
      else throw refused('a commit names nobody who wrote it');
    }
    for (const [, name, email] of String(commit?.message ?? '').matchAll(/^co-authored-by:([^<\n]*)<([^>\n]*)>/gim)) addPerson(name, email);
  }
  return { logins, others };

  function addPerson(name, email) {
    const known = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/i.exec(email?.trim() ?? '')?.[1];
    if (known !== undefined) logins.add(known.toLowerCase());
    for (const text of [name?.trim(), email?.trim()]) if (text) others.add(text.toLowerCase());
  }
}

/**
 * Why somebody's approval does not count; undefined when it does.
 * @returns {Promise<string | undefined>}
 */
async function againstApprover({ login, type }, author, { logins, others }) {
  if (isBot(login, type)) return 'no person gave it';
  if (login.toLowerCase() === author.toLowerCase()) return 'the pull request is their own';
  if (logins.has(login.toLowerCase())) return 'they wrote one of its commits';
  if (others.size > 0) {
    const { name, email } = await ask(`/users/${encodeURIComponent(login)}`);
    if ([login, name, email].some((text) => typeof text === 'string' && others.has(text.trim().toLowerCase())))
      return 'they wrote one of its commits';
  }
  const { writes } = await permissionOf(login);
  return writes ? undefined : 'they may not write to the repository';
}

/** The same; somebody whom GitHub no longer tells of counts for nothing, and leaves the others their word. */
async function whyNot(user, author, writers) {
  try {
    return await againstApprover(user, author, writers);
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind !== 'rights') throw error;
    return `GitHub does not say whether they may write (${error.message})`;
  }
}

function isBot(login, type) {
  return type !== 'User' || /\[bot\]$/i.test(login);
}

async function permissionOf(login) {
  const { permission, role_name: role } = await ask(`collaborators/${encodeURIComponent(login)}/permission`);
  return { writes: ['admin', 'write'].includes(permission), maintains: permission === 'admin' || ['admin', 'maintain'].includes(role) };
}

/**
 * Who started the default branch's own confirming workflow since the pull request was opened, and for which rules. A run of another branch's file
 * says what that branch wants; and who merely started somebody else's run again confirmed nothing.
 */
async function confirmationsOf(number, { base, created_at: opened }) {
  const branch = base?.repo?.default_branch;
  if (typeof branch !== 'string' || !(Date.parse(opened) > 0))
    throw refused(`#${number} says neither its default branch nor when it was opened`);
  const query = new URLSearchParams({ event: 'workflow_dispatch', branch, created: `>=${opened}` });
  const path = `actions/workflows/${confirming.split('/').at(-1)}/runs?${query}`;
  const confirmations = [];
  for (const run of await askAll(path, mostConfirmations, (answer) => answer.workflow_runs)) {
    const [, rules, of] = /^Confirm rules ([0-9a-f]{64}) of #(\d+)$/.exec(run.display_title ?? '') ?? [];
    const own =
      run.event === 'workflow_dispatch' &&
      run.head_branch === branch &&
      // Under way, or ended well: one that was cancelled is taken back.
      [null, 'success'].includes(run.conclusion) &&
      String(run.path).split('@')[0] === confirming;
    const { login, type } = run.actor ?? {};
    if (rules === undefined || Number(of) !== number || !own || typeof login !== 'string' || isBot(login, type)) continue;
    confirmations.push({ login, rules });
  }
  return confirmations;
}
