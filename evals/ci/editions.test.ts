import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadEditions, saveEditions } from '../../src/flows/gate/editions.ts';
import { type Annotation, annotationsIn } from './testing/annotations.ts';
import { GitHubStandIn } from './testing/github-stand-in.ts';

const run = promisify(execFile);
const script = (name: string) => fileURLToPath(new URL(`../../.github/actions/gate/${name}`, import.meta.url));

let folder: string;
let checkout: string;
let github: GitHubStandIn;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docket-remembered-'));
  checkout = join(folder, 'checkout');
  mkdirSync(join(checkout, '.docket'), { recursive: true });
  mkdirSync(join(folder, 'reports'));
  execFileSync('git', ['init', '--quiet', '--template=', '--initial-branch', 'change'], { cwd: checkout });
  writeFileSync(join(folder, 'event.json'), JSON.stringify({ pull_request: { number: 7 } }));
  writeFileSync(join(folder, 'reports/comment.md'), '## Docket\n');
  github = await GitHubStandIn.start();
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

interface StepEnd {
  readonly messages: readonly Annotation[];
  output(name: string): string | undefined;
}

async function step(name: string, more: Readonly<Record<string, string>> = {}): Promise<StepEnd> {
  writeFileSync(join(folder, 'output'), '');
  const { stdout } = await run(process.execPath, [script(name)], {
    cwd: checkout,
    env: {
      PATH: process.env.PATH,
      DOCKET_COMMENT_AUTHOR: 'github-actions[bot]',
      DOCKET_DIRECTORY: '.',
      DOCKET_REPORTS: join(folder, 'reports'),
      DOCKET_TOKEN: 'secret-token',
      GITHUB_API_URL: github.url,
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_REPOSITORY: 'octo/loans',
      GITHUB_WORKSPACE: checkout,
      RUNNER_TEMP: folder,
      ...more,
    },
  });
  const output = readFileSync(join(folder, 'output'), 'utf8');
  return { messages: annotationsIn(stdout), output: (wanted) => new RegExp(`^${wanted}<<(.+)\\n(.*)\\n\\1$`, 'm').exec(output)?.[2] };
}

const context = (environment: NodeJS.ProcessEnv = {}) => ({
  config: { root: checkout },
  mainConfig: { agent: { name: 'clerk' } },
  mode: 'simulated' as const,
  request: { environment },
  candidate: { identity: { fingerprint: 'a'.repeat(64) } },
});

/** A record as the gate leaves it, in a file of its own. */
async function recordOf(...ids: string[]): Promise<string> {
  const accused = { judged: new Set(ids), accused: new Map(ids.map((id) => [id, 7])) };
  saveEditions(context(), await loadEditions(context(), undefined), accused, undefined);
  const path = join(folder, 'record.json');
  writeFileSync(path, readFileSync(join(checkout, '.docket/editions.json')));
  rmSync(join(checkout, '.docket/editions.json'));
  return path;
}

/** What the gate would make of what the comment holds. */
async function read() {
  const { messages, output } = await step('read-editions.mjs');
  const file = output('file');
  const editions = file === undefined ? undefined : await loadEditions(context({ DOCKET_EDITIONS: file }), undefined);
  return { messages, file, cases: editions?.record.cases.map(({ id }) => id), isLost: editions?.isLost };
}

const body = () => github.comments.at(-1)?.body ?? '';

describe('what the comment remembers', () => {
  test('is what the gate wrote, to the byte, unseen, and stays where a later gate writes nothing', async () => {
    const record = await recordOf('heavy', 'light -->');
    await step('comment.mjs', { DOCKET_EDITIONS: record });
    expect(body()).toMatch(/^<!-- docket:verdict:[0-9a-f]{12} -->\n<!-- docket:editions:[A-Za-z0-9+/=]+ -->\n## Docket\n/);
    const first = await read();
    expect(first).toMatchObject({ messages: [], cases: ['heavy', 'light -->'], isLost: false });
    expect(readFileSync(first.file ?? '')).toEqual(readFileSync(record));
    writeFileSync(join(folder, 'reports/comment.md'), `${'A long line of a report.\n'.repeat(5000)}`);
    await step('comment.mjs', { DOCKET_EDITIONS: '' });
    expect(github.comments).toHaveLength(1);
    expect(body()).toContain('The rest did not fit here');
    expect(await read()).toMatchObject({ cases: ['heavy', 'light -->'] });
    // A web form ends lines in its own way.
    const [comment] = github.comments;
    if (comment) comment.body = comment.body.replaceAll('\n', '\r\n');
    expect(await read()).toMatchObject({ cases: ['heavy', 'light -->'], isLost: false });
  });

  test("is never somebody else's, nor what a model says below it", { tags: ['slow'] }, async () => {
    await step('comment.mjs', { DOCKET_EDITIONS: await recordOf('heavy') });
    const [own] = github.comments.splice(0);
    const line = own?.body.split('\n')[1] ?? '';
    github.add('mallory', own?.body ?? '');
    github.add('github-actions[bot]', `> ${own?.body}`);
    writeFileSync(join(folder, 'reports/comment.md'), `## Docket\n${line}\n`);
    await step('comment.mjs');
    expect(body()).toContain(line);
    expect(await read()).toMatchObject({ messages: [], file: undefined });
  });

  test('is lost, and makes no pass, where it is damaged or forged, and the next comment does not make it good', {
    tags: ['slow'],
  }, async () => {
    await step('comment.mjs', { DOCKET_EDITIONS: await recordOf('heavy') });
    const [comment] = github.comments;
    const sound = comment?.body ?? '';
    const packed = (text: string) => deflateRawSync(text).toString('base64');
    const damaged: Readonly<Record<string, string>> = {
      nothing: '',
      'no base64': '&lt;script&gt;',
      'base64 of nothing packed': Buffer.from('{"format":1}').toString('base64'),
      'a part of it': packed('{"format":1,"records":[],"seal":""}').slice(0, 9),
      'no JSON': packed('nothing is accused'),
      'a forged seal': packed('{"format":1,"records":[],"seal":""}'),
      'what is two megabytes when unpacked': packed(' '.repeat(2 * 1024 * 1024)),
      'what is longer than a line may be': 'A'.repeat(50_000),
    };
    for (const [what, content] of Object.entries(damaged)) {
      if (comment) comment.body = sound.replace(/editions:\S*/, `editions:${content}`);
      expect(await read(), what).toMatchObject({ cases: [], isLost: true });
    }
    await step('comment.mjs');
    expect(await read()).toMatchObject({ isLost: true });
  });

  test('is kept, and said, where the new one is too long', { tags: ['slow'] }, async () => {
    await step('comment.mjs', { DOCKET_EDITIONS: await recordOf('heavy') });
    const many = await recordOf(...Array.from({ length: 3000 }, (_, index) => `${Math.sin(index + 1)}`));
    const { messages } = await step('comment.mjs', { DOCKET_EDITIONS: many });
    expect(messages).toEqual([{ level: 'notice', message: expect.stringContaining('too long for the comment') }]);
    expect(await read()).toMatchObject({ cases: ['heavy'] });
  });
});

describe('where the comment cannot be read', () => {
  test('because the token may not, the cache is what remembers', async () => {
    github.refusal = { status: 403 };
    expect(await read()).toEqual({ messages: [{ level: 'notice', message: expect.stringContaining('the token may not') }] });
  });

  test.each([
    ['GitHub is in trouble', { status: 502, headers: { 'retry-after': '0' } }],
    ['too many ask', { status: 429, headers: { 'retry-after': '3600' } }],
    ['what comes is no list', { status: 200 }],
  ])(
    'because %s, what it held is unknown, and makes no pass',
    async (_, refusal) => {
      github.refusal = refusal;
      const found = await read();
      expect(found).toMatchObject({
        isLost: true,
        messages: [{ level: 'warning', message: expect.stringMatching(/after [14] of 4 attempts/) }],
      });
      expect(existsSync(found.file ?? '')).toBe(false);
    },
    30_000,
  );

  test('because there is no pull request, nothing is asked', async () => {
    writeFileSync(join(folder, 'event.json'), JSON.stringify({ merge_group: {} }));
    expect(await read()).toEqual({ messages: [] });
    expect(github.requests).toEqual([]);
  });
});

describe('a record in the checkout', () => {
  const gate = async (command: string) => {
    writeFileSync(join(folder, 'docket.sh'), `mkdir -p .docket\n${command}\n`);
    const environment = { DOCKET_COMMAND: `bash ${join(folder, 'docket.sh')}`, DOCKET_KEEPS_EDITIONS: '.docket/editions.json' };
    const { messages, output } = await step('run-gate.mjs', environment);
    const copy = output('editions');
    return { text: copy ? readFileSync(copy, 'utf8') : copy, messages: messages.map(({ message }) => message).join() };
  };

  test('is carried on only where this gate wrote it, as a file', async () => {
    expect(await gate('printf new > .docket/editions.json')).toMatchObject({ text: 'new' });
    expect(await gate('true')).toMatchObject({ text: '' });
    expect(await gate('rm -r .docket; touch .docket')).toMatchObject({ text: '' });
    expect(await gate('true')).toMatchObject({ text: '' });
    rmSync(join(checkout, '.docket'));
    writeFileSync(join(folder, 'secret'), 'the secret of the runner');
    expect(await gate('ln -sf ../../secret .docket/editions.json')).toMatchObject({
      text: '',
      messages: expect.stringContaining('is a link'),
    });
  });

  test('is not carried on where git tracks it: a change brought it', async () => {
    const branch = async () => {
      const { output, messages } = await step('find-key.mjs', { DOCKET_COMMAND: 'false', GITHUB_HEAD_REF: 'change' });
      const said = messages.some(({ message }) => message.includes('is not carried from run to run'));
      expect(said).toBe(output('branch') === undefined);
      return output('branch');
    };
    writeFileSync(join(checkout, '.docket/editions.json'), '{}');
    expect(await branch()).toMatch(/^[0-9a-f]{32}$/);
    execFileSync('git', ['add', '--force', '.docket/editions.json'], { cwd: checkout });
    expect(await branch()).toBeUndefined();
    execFileSync('git', ['mv', '.docket/editions.json', '.docket/Editions.json'], { cwd: checkout });
    expect(await branch()).toBeUndefined();
  });
});
