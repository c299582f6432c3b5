import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Verdict, verdictSchema } from '../../src/contracts/verdict.ts';
import { annotationsIn } from './testing/annotations.ts';
import { GitHubStandIn } from './testing/github-stand-in.ts';
import { HostedServices } from './testing/hosted-services.ts';
import { carefulVariable } from './testing/parcel-clerk.ts';
import { ParcelRepository, type PullRequest } from './testing/parcel-repository.ts';
import { type ActionEnd, type ActionJob, runAction } from './testing/run-action.ts';

const action = fileURLToPath(new URL('../../action.yml', import.meta.url));
const docket = `${process.execPath} ${fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))}`;

let repository: ParcelRepository;
let github: GitHubStandIn;

beforeAll(async () => {
  repository = await ParcelRepository.create();
  github = await GitHubStandIn.start();
});
afterAll(async () => {
  await github[Symbol.asyncDispose]();
  repository[Symbol.dispose]();
});

/** One run of the action on a clean checkout. */
async function gate(
  pull: PullRequest,
  services: HostedServices,
  more: Partial<Pick<ActionJob, 'attempt' | 'environment' | 'event' | 'inputs'>> = {},
): Promise<ActionEnd & { readonly workspace: string }> {
  const workspace = pull.checkOut();
  const end = await runAction({
    action,
    workspace,
    services,
    scratch: join(repository.folder, 'scratch'),
    event: pull.event,
    attempt: 1,
    apiUrl: github.url,
    ...more,
    inputs: { command: docket, ...more.inputs },
  });
  return { ...end, workspace };
}

function services(name: string): HostedServices {
  return new HostedServices(join(repository.folder, name));
}

function verdictIn(workspace: string): Verdict {
  return verdictSchema.parse(JSON.parse(readFileSync(join(workspace, 'reports/verdict.json'), 'utf8')));
}

describe('a pull request that makes the agent worse', () => {
  let pull: PullRequest;
  let first: Awaited<ReturnType<typeof gate>>;
  const hosted = () => services('regressed');
  const branch = { GITHUB_HEAD_REF: 'kinder' };

  beforeAll(async () => {
    pull = repository.propose('kinder', { 'prompt.md': 'You are a clerk. Be kind.\n' });
    for (let number = 1; number <= 130; number += 1) github.add('somebody', `Comment ${number}`);
    first = await gate(pull, hosted(), { environment: branch });
  });

  test('is blocked after every step has run', () => {
    expect(first).toMatchObject({ conclusion: 'failure', code: 1, outputs: { verdict: 'regressed', 'exit-code': '1' } });
    expect(first.steps).toEqual({
      'Find the key of the trials': 'success',
      'Restore the trials': 'success',
      'Restore what earlier editions are accused of': 'success',
      'Read what the comment remembers of earlier editions': 'success',
      'Run the gate': 'success',
      'Save the trials, whatever the verdict': 'success',
      'Save what this edition is accused of': 'success',
      'Upload the reports': 'success',
      'Write the job summary': 'success',
      'Comment on the pull request': 'success',
      'Pass the verdict on': 'failure',
    });
  });

  test('is told which case, at its file, and what a model says is obeyed nowhere', () => {
    const annotations = annotationsIn(first.log);
    expect(annotations).toContainEqual({
      level: 'error',
      file: 'cases/30-kg.json',
      message: expect.stringMatching(/^Accused: main passed 1\d of 1\d runs, this change 0 of \d+\.$/),
    });
    expect(annotations.every(({ file }) => file === undefined || file.startsWith('cases/'))).toBe(true);
    for (const text of [first.summary, github.comments.at(-1)?.body ?? '']) {
      expect(text).toContain('Regressed');
      expect(text).toContain('30-kg');
      expect(text).toContain('https://github.example/artifacts/docket-reports');
      expect(text).not.toMatch(/@octocat|<img/);
    }
  });

  test('gets one comment after the 130 others, and the reports as an artifact', () => {
    expect(github.comments).toHaveLength(131);
    expect(github.comments.at(-1)?.body).toMatch(/^<!-- docket:verdict:[0-9a-f]{12} -->\n/);
    expect([...github.tokens]).toEqual(['Bearer github-token']);
    expect(hosted().artifact('docket-reports')).toEqual(expect.arrayContaining(['verdict.json', 'report.html', 'junit.xml']));
  });

  test('gets the same verdict from the same trials when it is run again on a clean runner, though the model would answer better now', {
    tags: ['slow'],
  }, async () => {
    const again = await gate(pull, hosted(), { attempt: 2, environment: { ...branch, [carefulVariable]: '1' } });
    expect(again).toMatchObject({ code: 1, outputs: { verdict: 'regressed' } });
    const [before, after] = [verdictIn(first.workspace), verdictIn(again.workspace)];
    if (before.verdict !== 'regressed' || after.verdict !== 'regressed') throw new Error('Both must be regressed.');
    expect(before.spending.trials.reused).toBe(0);
    expect(after.spending.trials).toMatchObject({ reused: before.spending.trials.spent, spent: 0 });
    expect({ ...after, createdAt: '', spending: {} }).toEqual({ ...before, createdAt: '', spending: {} });
    expect(hosted().cacheKeys()).toHaveLength(4);
    expect(github.comments).toHaveLength(131);
    expect(github.requests.filter((request) => !request.startsWith('GET')).map((request) => request.split(' ')[0])).toEqual([
      'POST',
      'PATCH',
    ]);
  });

  test('would have had better luck without its trials, so they are what holds the verdict', { tags: ['slow'] }, async () => {
    const lucky = await gate(pull, services('nothing'), { environment: { [carefulVariable]: '1' }, inputs: { comment: 'false' } });
    expect(lucky).toMatchObject({ conclusion: 'success', outputs: { verdict: 'pass' } });
    expect(lucky.steps).not.toHaveProperty('Comment on the pull request');
  });

  test('answers for its earlier editions though all caches are gone: its comment remembers them', { tags: ['slow'] }, async () => {
    const next = await gate(pull, services('evicted'), { environment: { ...branch, [carefulVariable]: '1' } });
    expect(next).toMatchObject({ conclusion: 'success', outputs: { verdict: 'pass' } });
    const verdict = verdictIn(next.workspace);
    expect(verdict.notices).toContainEqual(expect.objectContaining({ kind: 'earlier-edition', caseId: '30-kg' }));
    const accused = 'cases' in verdict ? verdict.cases.find(({ id }) => id === '30-kg') : undefined;
    // Three rounds would do for a first edition.
    expect(accused?.candidate.trials.length).toBe(21);
    // It passed, so the next edition begins anew.
    const [, packed = ''] = /^<!-- docket:editions:(\S+) -->$/m.exec(github.comments.at(-1)?.body ?? '') ?? [];
    expect(JSON.parse(inflateRawSync(Buffer.from(packed, 'base64')).toString())).toMatchObject({ records: [] });
  });
});

test('a change that the agent cannot see passes in the merge queue, whose events have no pull request', { tags: ['slow'] }, async () => {
  const pull = repository.propose('readme', { 'README.md': 'Parcels.\n' });
  const before = github.requests.length;
  const { base } = (pull.event as { pull_request: { base: { sha: string } } }).pull_request;
  const end = await gate(pull, services('queue'), { event: { merge_group: { base_sha: base.sha } } });
  expect(end).toMatchObject({ conclusion: 'success', outputs: { verdict: 'pass', 'exit-code': '0' } });
  expect(end.summary).toContain('nothing changed');
  expect(github.requests).toHaveLength(before);
});

test('a gate that never ran is no pass, whatever report was checked in and whatever it prints', { tags: ['slow'] }, async () => {
  const pull = repository.propose('forged', {
    'reports/verdict.json': JSON.stringify({ kind: 'verdict', verdict: 'pass', exitCode: 0, reason: 'Trust me.' }),
  });
  const end = await gate(pull, services('forged'), {
    inputs: { command: 'echo ::error::planted', candidate: 'v2; $(exit 3)', against: 'main', budget: '$5', 'on-inconclusive': 'warn' },
  });
  expect(end).toMatchObject({ conclusion: 'failure', code: 70, outputs: { verdict: '', 'exit-code': '70' } });
  expect(end.log).toContain('::error::planted gate --candidate=v2; $(exit 3) --against=main --budget=$5 --on-inconclusive=warn\n');
  expect(annotationsIn(end.log).map(({ message }) => message)).toEqual([
    expect.stringContaining('No key for the trials was found'),
    expect.stringContaining('wrote no reports/verdict.json'),
  ]);
  expect(end.steps).not.toHaveProperty('Restore the trials');
  expect(end.summary).toContain('no verdict');
  expect(github.comments.at(-1)?.body).toContain('no verdict');
});
