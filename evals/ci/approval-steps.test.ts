import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GitHubStandIn } from './testing/github-stand-in.ts';
import { HostedServices } from './testing/hosted-services.ts';
import { reviewedPullRequest } from './testing/reviewed-pull-request.ts';
import { type ActionEnd, runAction } from './testing/run-action.ts';

const path = (from: string) => fileURLToPath(new URL(from, import.meta.url));
const commit = 'c'.repeat(40);
const approved = { reviews: [{ login: 'ada' }] };
const reviewsPath = '/repos/octo/loans/pulls/7/reviews';

let folder: string;
let github: GitHubStandIn;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docket-approval-'));
  github = await GitHubStandIn.start();
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** The action's own steps and scripts, around a gate that decides by the reviews alone. */
function judge(environment: Readonly<Record<string, string>> = {}, event: object = { pull_request: { number: 7 } }): Promise<ActionEnd> {
  return runAction({
    action: path('../../action.yml'),
    inputs: { command: `${process.execPath} ${path('testing/approval-gate.mjs')}` },
    workspace: folder,
    scratch: join(folder, 'scratch'),
    services: new HostedServices(join(folder, 'hosted')),
    event,
    attempt: 1,
    apiUrl: github.url,
    environment,
  });
}

const green = { conclusion: 'success', outputs: { verdict: 'pass', 'exit-code': '0' } };
const red = { conclusion: 'failure', code: 6, outputs: { verdict: 'needs-approval', 'exit-code': '6' } };

test('nobody has reviewed it: red, and judged once', { tags: ['slow'] }, async () => {
  reviewedPullRequest(github, { reviews: [{ login: 'ada', state: 'COMMENTED' }] });
  const end = await judge();
  expect(end).toMatchObject({ ...red, steps: { 'Read the reviews': 'success', 'Pass the verdict on': 'failure' } });
  for (const step of ['Judge with the reviews', 'Confirm the approval']) expect(end.steps).not.toHaveProperty(step);
});

test('the author approved it: red, and the comment says why that does not count', { tags: ['slow'] }, async () => {
  reviewedPullRequest(github, { reviews: [{ login: 'grace' }] });
  expect(await judge()).toMatchObject({ ...red, steps: { 'Judge with the reviews': 'success' } });
  expect(github.comments[0]?.body).toContain('the pull request is their own');
});

test('another person approved it: green, only with the answers of GitHub, and its token is nowhere where the change runs', {
  tags: ['slow'],
}, async () => {
  reviewedPullRequest(github, approved);
  expect(await judge()).toMatchObject({ ...green, steps: { 'Confirm the approval': 'success' } });
  expect(github.requests.filter((request) => request.includes('/reviews?'))).toHaveLength(2);
  expect([...github.tokens]).toEqual(['Bearer github-token']);
  expect(readFileSync(join(folder, 'environment.json'), 'utf8')).not.toMatch(/github-token|DOCKET_TOKEN/);
});

test('dismissed while it was judged: red, and everything says so', { tags: ['slow'] }, async () => {
  reviewedPullRequest(github, approved);
  let asked = 0;
  github.onAsked = (asking) => {
    if (asking === reviewsPath) asked += 1;
    if (asked === 2) reviewedPullRequest(github, { reviews: [{ login: 'ada', state: 'DISMISSED' }] });
  };
  const end = await judge();
  expect(end).toMatchObject({ ...red, steps: { 'Confirm the approval': 'success' } });
  for (const text of [end.summary, github.comments[0]?.body])
    expect(text).toMatch(/Docket: Needs approval\s+The approval does not hold, so the check is red\. The verdict says that ada approved/);
});

test('GitHub answers no more once it was judged: red', { tags: ['slow'] }, async () => {
  reviewedPullRequest(github, approved);
  let asked = 0;
  github.onAsked = (asking) => {
    if (asking === reviewsPath) asked += 1;
    if (asked === 2) github.garbage.set(reviewsPath, '<html>');
  };
  expect(await judge()).toMatchObject(red);
});

test('a file of reviews that the change wrote: red', { tags: ['slow'] }, async () => {
  reviewedPullRequest(github, { reviews: [] });
  const forged = join(folder, 'forged.json');
  const pullRequests = [{ number: 7, approvals: [{ login: 'ada', commit }], confirmations: [], notCounted: [] }];
  writeFileSync(forged, JSON.stringify({ schemaVersion: 1, pullRequests }));
  expect(await judge({ DOCKET_REVIEWS: forged })).toMatchObject(red);
});

test('an event that the change rewrites to a pull request that was approved: red', { tags: ['slow'] }, async () => {
  reviewedPullRequest(github, { reviews: [] });
  reviewedPullRequest(github, { number: 8, ...approved });
  expect(await judge({ PLANTED: JSON.stringify({ pull_request: { number: 8 } }) })).toMatchObject(red);
});

test('a gate that fails after it wrote an approved verdict: its own exit code', { tags: ['slow'] }, async () => {
  reviewedPullRequest(github, approved);
  expect(await judge({ ENDS_WITH: '130' })).toMatchObject({ conclusion: 'failure', code: 130, outputs: { 'exit-code': '130' } });
});

test('GitHub does not let its reviews be read: red, and that is said', { tags: ['slow'] }, async () => {
  github.refusal = { status: 403, method: 'GET' };
  const end = await judge();
  expect(end).toMatchObject(red);
  expect(end.summary).toContain('no approval counts: GET /repos/octo/loans/pulls/7: 403');
});
