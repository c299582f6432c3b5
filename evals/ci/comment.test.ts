import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Annotation, annotationsIn } from './testing/annotations.ts';
import { GitHubStandIn } from './testing/github-stand-in.ts';

const script = fileURLToPath(new URL('../../.github/actions/gate/comment.mjs', import.meta.url));
const run = promisify(execFile);

let folder: string;
let github: GitHubStandIn;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docket-comment-'));
  mkdirSync(join(folder, 'reports'));
  github = await GitHubStandIn.start();
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const report = '<!-- docket:verdict -->\n## ✓ Docket: Pass\n';

/** Runs the step; it must end well whatever GitHub says. */
async function comment({ text = report, directory = '.', event = { pull_request: { number: 7 } as object } } = {}): Promise<Annotation[]> {
  writeFileSync(join(folder, 'reports/comment.md'), text);
  writeFileSync(join(folder, 'event.json'), JSON.stringify(event));
  const { stdout } = await run(process.execPath, [script], {
    cwd: folder,
    env: {
      DOCKET_COMMENT_AUTHOR: 'github-actions[bot]',
      DOCKET_DIRECTORY: directory,
      DOCKET_REPORTS: join(folder, 'reports'),
      DOCKET_TOKEN: 'secret-token',
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      GITHUB_REPOSITORY: 'octo/loans',
    },
  });
  expect(stdout).not.toContain('secret-token');
  return annotationsIn(stdout);
}

describe('the one comment', () => {
  test('is written over, also when it stands on the second page', async () => {
    for (let number = 1; number <= 110; number += 1) github.add('somebody', `Comment ${number}`);
    await comment();
    for (let number = 1; number <= 20; number += 1) github.add('somebody', `Later ${number}`);
    await comment({ text: `${report}Better than before.\n` });
    expect(github.comments).toHaveLength(131);
    expect(github.comments[110]?.body).toContain('Better than before.');
  });

  test("is never somebody else's, even if it begins in the same way or is quoted", async () => {
    await comment();
    const [own] = github.comments.splice(0);
    const forged = github.add('mallory', own?.body ?? '');
    const quoted = github.add('github-actions[bot]', `> ${own?.body}`);
    await comment({ text: `${report}New.\n` });
    expect([forged.body, quoted.body].join()).not.toContain('New.');
    expect(github.comments).toHaveLength(3);
  });

  test('is one for each folder that is judged', { tags: ['slow'] }, async () => {
    await comment({ directory: 'loans' });
    await comment({ directory: 'claims' });
    await comment({ directory: 'loans' });
    expect(github.comments).toHaveLength(2);
  });

  test('names the commit that was judged', async () => {
    await comment({ event: { pull_request: { number: 7, head: { sha: 'a'.repeat(40) } } } });
    expect(github.comments[0]?.body).toContain(`Judged at ${'a'.repeat(40)}.`);
  });

  test.each([
    ['short lines', '| a case | it failed |\n'.repeat(5000)],
    ['characters of several bytes', `${'é🧾'.repeat(400)}\n`.repeat(60)],
  ])('is cut after a line where GitHub would refuse it: %s', async (_, lines) => {
    expect(await comment({ text: `${report}${lines}` })).toEqual([]);
    const body = github.comments[0]?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_536);
    expect(body).toMatch(/\n\nThe rest did not fit here; the reports have it\.\n$/);
    expect(body).not.toContain('\ufffd');
  });
});

describe('when GitHub refuses', () => {
  test('without permission there is a notice and no second attempt', async () => {
    github.refusal = { status: 403 };
    expect(await comment()).toEqual([{ level: 'notice', message: expect.stringContaining('the token may not') }]);
    expect(github.requests).toHaveLength(1);
  });

  test.each([
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 403, headers: { 'retry-after': '0' } },
    { status: 502, headers: { 'retry-after': '0' } },
  ])('%o is tried again', async (refusal) => {
    github.refusal = { ...refusal, times: 2 };
    expect(await comment()).toEqual([]);
    expect(github.comments).toHaveLength(1);
  });

  test('a storm ends after four attempts with a warning', async () => {
    github.refusal = { status: 429, headers: { 'retry-after': '0' } };
    expect(await comment()).toEqual([{ level: 'warning', message: expect.stringContaining('after 4 of 4 attempts') }]);
    expect(github.requests).toHaveLength(4);
  });

  test('it does not wait an hour', async () => {
    github.refusal = { status: 429, headers: { 'retry-after': '3600' } };
    expect(await comment()).toEqual([{ level: 'warning', message: expect.stringContaining('after 1 of 4 attempts') }]);
  });

  test('a comment that was written in spite of an error is found, not doubled', async () => {
    github.refusal = { status: 502, headers: { 'retry-after': '0' }, method: 'POST', times: 1, done: true };
    expect(await comment()).toEqual([]);
    expect(github.comments).toHaveLength(1);
  });
});

test('without a pull request nothing is asked of GitHub', async () => {
  expect(await comment({ event: { pull_request: undefined as unknown as object } })).toEqual([]);
  expect(github.requests).toEqual([]);
});
