import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { holds, interpolate } from './testing/expression.ts';

interface Workflow {
  readonly 'run-name': string;
  readonly on: Readonly<Record<string, object>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly if: string;
        readonly permissions: object;
        readonly steps: readonly { readonly run: string; readonly env: Readonly<Record<string, string>>; readonly uses?: string }[];
      }
    >
  >;
}

const read = (file: string) => parse(readFileSync(new URL(`../../.github/workflows/${file}`, import.meta.url), 'utf8')) as Workflow;
const approval = read('docket-approval.yml');
const job = approval.jobs.rerun;
const head = 'c'.repeat(40);
const rules = 'd'.repeat(64);
const runs = `api repos/octo/loans/actions/workflows/gate.yml/runs?event=pull_request&head_sha=${head}&per_page=1 --jq`;
const rerun = 'api --method POST repos/octo/loans/actions/runs/12/rerun';

const repository = { default_branch: 'main' };
const reviewed = { event_name: 'workflow_run', event: { repository, workflow_run: { event: 'pull_request_review', head_sha: head } } };
const dispatched = (inputs: object, ref = 'main') => ({
  github: { event_name: 'workflow_dispatch', ref_name: ref, event: { repository }, token: 'token' },
  inputs: { 'pull-request': '7', rules, ...inputs },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-workflow-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the job's script with a `gh` that answers these lines in turn, and returns what it was asked. */
function start(contexts: Readonly<Record<string, unknown>>, answers: readonly string[]) {
  const step = job?.steps[0];
  const program = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program('gh', 'echo "$*" >> "$ASKED"; sed -n "$(wc -l < "$ASKED")p" "$ANSWERS"');
  program('sleep', ':');
  const [asked, given] = [join(folder, 'asked'), join(folder, 'answers')];
  writeFileSync(given, `${answers.join('\n')}\n`);
  writeFileSync(asked, '');
  const environment = Object.fromEntries(Object.entries(step?.env ?? {}).map(([name, text]) => [name, interpolate(text, contexts)]));
  let code = 0;
  let stdout = '';
  try {
    stdout = execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? 'exit 99'], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, GITHUB_REPOSITORY: 'octo/loans', ASKED: asked, ANSWERS: given, ...environment },
    });
  } catch (error) {
    ({ status: code, stdout } = error as { status: number; stdout: string });
  }
  return { code, stdout, asked: readFileSync(asked, 'utf8').trim().split('\n').filter(Boolean) };
}

const inputsOf = { inputs: {} };

describe('the workflow that runs the gate again', () => {
  test("is the default branch's, checks nothing out and may do nothing but that", () => {
    expect(Object.keys(approval.on)).toEqual(['workflow_run', 'workflow_dispatch']);
    expect(job?.permissions).toEqual({ actions: 'write', 'pull-requests': 'read' });
    expect(job?.steps.map(({ uses }) => uses)).toEqual([undefined]);
    const review = read('docket-review.yml');
    expect(review.on).toEqual({ pull_request_review: { types: ['submitted', 'dismissed'] } });
    expect(Object.values(review.jobs).map(({ permissions }) => permissions)).toEqual([{}]);
  });

  test('begins after a review, and after nothing else that calls itself one', () => {
    expect(holds(job?.if, { github: reviewed }, 'success')).toBe(true);
    expect(holds(job?.if, dispatched({}), 'success')).toBe(true);
    const pushed = { ...reviewed, event: { workflow_run: { event: 'push', head_sha: head } } };
    expect(holds(job?.if, { github: pushed }, 'success')).toBe(false);
  });

  test('waits for the run that is under way, and starts it again', () => {
    const ended = start({ github: reviewed, ...inputsOf }, ['12 in_progress', '12 queued', '12 completed']);
    expect(ended.code).toBe(0);
    expect(ended.asked.map((line) => line.slice(0, runs.length))).toEqual([runs, runs, runs, rerun]);
  });

  test('has nothing to do where the gate did not run, and does not wait for ever', { tags: ['slow'] }, () => {
    expect(start({ github: reviewed, ...inputsOf }, [''])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing to run again'),
    });
    const ended = start(
      { github: reviewed, ...inputsOf },
      Array.from({ length: 200 }, () => '12 queued'),
    );
    expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('still running') });
    expect(ended.asked).toHaveLength(90);
  });

  test('says in its title what a maintainer confirms', () => {
    expect(interpolate(approval['run-name'], dispatched({}))).toBe(`Confirm rules ${rules} of #7`);
    expect(interpolate(approval['run-name'], { github: reviewed, inputs: {} })).toBe('Judge again after a review');
    const ended = start(dispatched({}), [head, '12 completed']);
    expect(ended).toMatchObject({ code: 0, asked: [`api repos/octo/loans/pulls/7 --jq .head.sha`, expect.stringContaining(runs), rerun] });
  });

  test.each([
    ['another branch than the default one', dispatched({}, 'mine'), 'Start this from main'],
    ['no number', dispatched({ 'pull-request': '7/../8' }), 'is a number'],
    ['a number with a command', dispatched({ 'pull-request': '7; gh x' }), 'is a number'],
    ['the beginning of a hash', dispatched({ rules: rules.slice(0, 12) }), '64 digits'],
    ['a hash with more behind it', dispatched({ rules: `${rules} of #8` }), '64 digits'],
    ['nothing', dispatched({ rules: '' }), '64 digits'],
  ])('refuses %s before it asks anything', (_, contexts, message) => {
    expect(start(contexts, [])).toEqual({ code: 1, asked: [], stdout: expect.stringContaining(message) });
  });

  test.each(['', 'null', '../x'])('refuses what is no commit: %j', (answer) => {
    expect(start(dispatched({}), [answer])).toMatchObject({ code: 1, stdout: expect.stringContaining('no commit') });
  });
});
