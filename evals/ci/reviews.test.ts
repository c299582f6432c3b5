import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Reviews, reviewsSchema } from '../../src/contracts/approval.ts';
import { annotationsIn } from './testing/annotations.ts';
import { GitHubStandIn } from './testing/github-stand-in.ts';
import { confirmingRun, reviewedPullRequest } from './testing/reviewed-pull-request.ts';

const script = (name: string) => new URL(`../../.github/actions/gate/${name}`, import.meta.url);
/** JavaScript, as the action runs it. */
const { readReviews } = (await import(script('reviews.mjs').href)) as { readReviews(setting: string): Promise<unknown> };
const { approvalFault } = (await import(script('approval-fault.mjs').href)) as {
  approvalFault(verdict: object | undefined, reviews: Reviews): string | undefined;
};
const run = promisify(execFile);

const commit = 'c'.repeat(40);
const rules = 'd'.repeat(64);
const pullRequest = { DOCKET_PULL_REQUEST: '7' };
type Environment = Readonly<Record<string, string>>;

let github: GitHubStandIn;
beforeEach(async () => {
  github = await GitHubStandIn.start();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await github[Symbol.asyncDispose]();
});

const surroundings = (event: Environment): Environment => ({
  DOCKET_TOKEN: 'secret-token',
  GITHUB_API_URL: github.url,
  GITHUB_REPOSITORY: 'octo/loans',
  ...event,
});

async function read(event: Environment = pullRequest, setting = 'another'): Promise<Reviews> {
  for (const [name, value] of Object.entries(surroundings(event))) vi.stubEnv(name, value);
  return reviewsSchema.parse(await readReviews(setting));
}

async function only(event: Environment = pullRequest, setting = 'another') {
  const { pullRequests, fault } = await read(event, setting);
  expect(fault).toBeUndefined();
  return pullRequests[0];
}

test('a person with write access who wrote none of it approves, at the commit that was reviewed', async () => {
  reviewedPullRequest(github, { reviews: [{ login: 'ada' }] });
  expect(await only()).toEqual({ number: 7, approvals: [{ login: 'ada', commit }], confirmations: [], notCounted: [] });
});

describe('an approval does not count', () => {
  test.each([
    ['of the author', { reviews: [{ login: 'Grace' }] }, 'their own'],
    ['of a committer', { reviews: [{ login: 'ada' }], commits: [{ author: 'grace' }, { author: 'ADA' }] }, 'wrote one of its commits'],
    [
      'of a co-author by GitHub address',
      { reviews: [{ login: 'ada' }], commits: [{ author: 'grace', message: 'x\n\nCo-authored-by: A <12+ada@users.noreply.github.com>' }] },
      'wrote one',
    ],
    [
      'of a co-author by name',
      { reviews: [{ login: 'ada' }], commits: [{ author: 'grace', message: 'x\n\nco-authored-by: Ada of Docket <a@b.c>' }] },
      'wrote one',
    ],
    [
      'of a writer whom GitHub does not know, by address',
      { reviews: [{ login: 'ada' }], commits: [{ email: 'ADA@example.org' }] },
      'wrote one',
    ],
    ['of a bot', { reviews: [{ login: 'helper[bot]', type: 'Bot' }] }, 'no person'],
    ['of a bot that says that it is a user', { reviews: [{ login: 'helper[bot]' }] }, 'no person'],
    ['of a passer-by', { reviews: [{ login: 'ada' }], permissions: { ada: { permission: 'read' } } }, 'may not write'],
    [
      'of somebody who may triage',
      { reviews: [{ login: 'ada' }], permissions: { ada: { permission: 'read', role_name: 'triage' } } },
      'may not write',
    ],
    ['that was dismissed', { reviews: [{ login: 'ada', state: 'DISMISSED' }] }, 'was dismissed'],
    ['before changes were asked for', { reviews: [{ login: 'ada' }, { login: 'ada', state: 'CHANGES_REQUESTED' }] }, 'asked for changes'],
    [
      'of a co-author on a line without end',
      { reviews: [{ login: 'ada' }], commits: [{ author: 'grace', message: `Co-authored-by:${' '.repeat(60_000)}Ada of Docket<x@y>` }] },
      'wrote one',
    ],
    ['of no commit', { reviews: [{ login: 'ada', commit: '' }] }, 'names no commit'],
  ] as const)('%s', async (_, given, reason) => {
    reviewedPullRequest(github, given);
    const found = await only();
    expect(found?.approvals).toEqual([]);
    expect(found?.notCounted.join()).toContain(reason);
  });
});

test('a comment takes no approval back, and the last word is found on the second page', async () => {
  const early = { login: 'ada', state: 'CHANGES_REQUESTED' } as const;
  const talk = Array.from({ length: 150 }, () => ({ login: 'ada', state: 'COMMENTED' }) as const);
  reviewedPullRequest(github, { reviews: [early, ...talk.slice(0, 110), { login: 'ada' }, ...talk] });
  expect(await only()).toMatchObject({ approvals: [{ login: 'ada' }], notCounted: [] });
});

test.each([401, 403, 404, 422, 500, 503])('where GitHub answers %i nothing is approved, and that is said', async (status) => {
  reviewedPullRequest(github, { reviews: [{ login: 'ada' }] });
  github.refusal = { status, headers: { 'retry-after': '0' } };
  const { pullRequests, fault } = await read();
  expect(pullRequests).toEqual([]);
  expect(fault).toMatch(new RegExp(`could not be read, so no approval counts: .*${status}`));
});

test('a passing fault is asked about again', async () => {
  reviewedPullRequest(github, { reviews: [{ login: 'ada' }] });
  github.refusal = { status: 502, headers: { 'retry-after': '0' }, times: 2 };
  expect(await only()).toMatchObject({ approvals: [{ login: 'ada' }] });
});

test.each(['', '<html>', '{"message": "hello"}', '[{}]', '[null]', '"x"', 'null'])(
  'an answer that makes no sense approves nothing: %s',
  async (text) => {
    reviewedPullRequest(github, { reviews: [{ login: 'ada' }] });
    for (const path of ['pulls/7', 'pulls/7/commits', 'pulls/7/reviews', 'collaborators/ada/permission']) {
      github.garbage.clear();
      github.garbage.set(`/repos/octo/loans/${path}`, text);
      expect((await read()).pullRequests.flatMap(({ approvals }) => approvals)).toEqual([]);
    }
  },
);

test('a review of somebody who is gone, and one that is not handed in, are none', async () => {
  reviewedPullRequest(github, { reviews: [{ login: '' }, { login: 'ada', state: 'PENDING' }] });
  expect(await only()).toMatchObject({ approvals: [], notCounted: [] });
});

test('somebody whom GitHub does not know any more takes nothing from the others', async () => {
  reviewedPullRequest(github, { reviews: [{ login: 'bob' }, { login: 'ada' }] });
  github.answers.delete('/repos/octo/loans/collaborators/bob/permission');
  const found = await only();
  expect(found?.approvals).toEqual([{ login: 'ada', commit }]);
  expect(found?.notCounted).toEqual([
    expect.stringContaining("bob's approval of #7 does not count: GitHub does not say whether they may write"),
  ]);
});

test('a pull request of more commits than GitHub lists is approved by nobody', async () => {
  reviewedPullRequest(github, { reviews: [{ login: 'ada' }], commits: Array.from({ length: 250 }, () => ({ author: 'grace' })) });
  expect((await read()).fault).toContain('250 or more');
});

describe('a merge group', () => {
  const [base, head] = ['a'.repeat(40), 'b'.repeat(40)];
  const event = {
    DOCKET_GROUP_BASE: base,
    DOCKET_GROUP_HEAD: head,
    DOCKET_GROUP_REF: `refs/heads/gh-readonly-queue/main/pr-8-${base}`,
    DOCKET_GROUP_TARGET: 'refs/heads/main',
  };

  test('carries the reviews of the pull requests in it: of its name, and of its commits', async () => {
    reviewedPullRequest(github, { reviews: [{ login: 'ada' }] });
    reviewedPullRequest(github, { number: 8, reviews: [{ login: 'bob' }] });
    github.answers.set(`/repos/octo/loans/compare/${base}...${head}`, { commits: [{ sha: commit }] });
    const other = { number: 9, state: 'open', base: { ref: 'release' } };
    const merged = { number: 10, state: 'closed', base: { ref: 'main' } };
    github.answers.set(`/repos/octo/loans/commits/${commit}/pulls`, [{ number: 7, state: 'open', base: { ref: 'main' } }, other, merged]);
    expect((await read(event)).pullRequests.map(({ number, approvals }) => [number, approvals[0]?.login])).toEqual([
      [7, 'ada'],
      [8, 'bob'],
    ]);
  });

  test('whose commits cannot be read, or that says none, is approved by nobody', async () => {
    reviewedPullRequest(github, { number: 8, reviews: [{ login: 'bob' }] });
    expect(await read(event)).toMatchObject({ pullRequests: [], fault: expect.stringContaining('404') });
    expect((await read({ ...event, DOCKET_GROUP_HEAD: '../../x' })).fault).toContain('is no commit');
    expect((await read({ ...event, DOCKET_GROUP_HEAD: '' })).fault).toContain('of no pull request and of no merge group');
  });
});

describe("a maintainer confirms by a run of main's own workflow", () => {
  const confirmation = (more: object = {}) => confirmingRun(rules, more);
  const confirmedBy = async (run: object, permission: object, setting = 'maintainer') => {
    reviewedPullRequest(github, { reviews: [] });
    github.answers.set('/repos/octo/loans/actions/workflows/docket-approval.yml/runs', { workflow_runs: [run] });
    github.answers.set('/repos/octo/loans/collaborators/grace/permission', permission);
    github.answers.set('/repos/octo/loans/collaborators/linus/permission', { permission: 'write', role_name: 'write' });
    return (await only(pullRequest, setting))?.confirmations;
  };

  test('where main allows it', async () => {
    const confirmed = [{ login: 'grace', rules }];
    expect(await confirmedBy(confirmation(), { permission: 'write', role_name: 'maintain' })).toEqual(confirmed);
    expect(await confirmedBy(confirmation(), { permission: 'admin' })).toEqual(confirmed);
    expect(await confirmedBy(confirmation(), { permission: 'admin' }, 'another')).toEqual([]);
  });

  test.each([
    ['by somebody who only writes', {}, { permission: 'write', role_name: 'write' }],
    ['of another pull request', { display_title: `Confirm rules ${rules} of #70` }, { permission: 'admin' }],
    ['in a title with more in it', { display_title: `x Confirm rules ${rules} of #7` }, { permission: 'admin' }],
    ["from a branch of one's own", { head_branch: 'mine' }, { permission: 'admin' }],
    ['by another workflow', { path: '.github/workflows/other.yml' }, { permission: 'admin' }],
    ['by another event', { event: 'push' }, { permission: 'admin' }],
    ['that was cancelled', { conclusion: 'cancelled' }, { permission: 'admin' }],
    ['that never began', { conclusion: 'startup_failure' }, { permission: 'admin' }],
    [
      'that somebody else began and a maintainer only ran again',
      { actor: { login: 'linus', type: 'User' }, triggering_actor: { login: 'grace', type: 'User' } },
      { permission: 'admin' },
    ],
    ['by a bot', { actor: { login: 'helper[bot]', type: 'Bot' } }, { permission: 'admin' }],
  ])('and not %s', async (_, more, permission) => {
    expect(await confirmedBy(confirmation(more), permission)).toEqual([]);
  });
});

test('a server that says nothing is waited for no longer than it may take', { tags: ['slow'] }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docket-reviews-'));
  mkdirSync(join(folder, 'reports'));
  reviewedPullRequest(github, { reviews: [{ login: 'ada' }] });
  github.silent.add('/repos/octo/loans/pulls/7/reviews');
  writeFileSync(join(folder, 'output'), '');
  const environment = {
    ...surroundings(pullRequest),
    DOCKET_API_PATIENCE: '0.05',
    GITHUB_OUTPUT: join(folder, 'output'),
    RUNNER_TEMP: folder,
  };
  const { stdout } = await run(process.execPath, [fileURLToPath(script('read-reviews.mjs'))], { cwd: folder, env: environment });
  const output = readFileSync(join(folder, 'output'), 'utf8');
  const [, file = ''] = /^file<<.*\n(.*)$/m.exec(output) ?? [];
  expect(reviewsSchema.parse(JSON.parse(readFileSync(file, 'utf8')))).toMatchObject({
    pullRequests: [],
    fault: expect.stringContaining('no answer'),
  });
  expect(annotationsIn(stdout)).toEqual([{ level: 'warning', message: expect.stringContaining('no approval counts') }]);
  expect(stdout + output).not.toContain('secret-token');
  rmSync(folder, { recursive: true });
});

describe('a verdict that rests on an approval', () => {
  const ada = { name: 'ada', by: 'review', pullRequest: 7, commit };
  const grace = { name: 'grace', by: 'self', pullRequest: 7 };
  const known: Reviews = {
    schemaVersion: 1,
    pullRequests: [
      { number: 7, approvals: [{ login: 'ada', commit }], confirmations: [{ login: 'grace', rules }], notCounted: [] },
      { number: 8, approvals: [], confirmations: [], notCounted: [] },
    ],
  };
  const faultOf = (approvedBy: readonly object[], reviews = known, more: object = {}) =>
    approvalFault({ exitCode: 0, proposal: { rules, setting: 'another', approvedBy }, ...more }, reviews);

  test('holds where GitHub says the same', () => {
    expect(faultOf([ada])).toBeUndefined();
    expect(faultOf([ada, grace])).toBeUndefined();
  });

  test.each([
    ['of another commit', [{ ...ada, commit: 'e'.repeat(40) }]],
    ['of somebody else', [{ ...ada, name: 'bob' }]],
    ['with one that is made up', [ada, { ...ada, name: 'bob' }]],
    ['of another pull request', [{ ...ada, pullRequest: 8 }]],
    ['of none', [{ ...ada, pullRequest: undefined }]],
    ['from a command line', [{ name: 'ada', by: 'command' }]],
    ['of a maintainer, who confirmed nothing', [{ ...grace, name: 'ada' }]],
    ['of nobody', []],
    ['that is no approval', [{ name: 'ada' }]],
  ])('does not hold: %s', (_, approvedBy) => {
    expect(faultOf(approvedBy)).toEqual(expect.any(String));
  });

  test('does not hold when other rules were confirmed, GitHub could not be read to the end, or the verdict is red', () => {
    expect(faultOf([grace], known, { proposal: { rules: 'e'.repeat(64), setting: 'maintainer', approvedBy: [grace] } })).toContain('grace');
    expect(faultOf([ada], { ...known, fault: 'GitHub answered 500.' })).toBe('GitHub answered 500.');
    expect(faultOf([ada], known, { exitCode: 5 })).toContain('red');
    expect(approvalFault(undefined, known)).toContain('red');
  });
});
