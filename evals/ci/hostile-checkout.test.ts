import { execFile, execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { annotationsIn } from './testing/annotations.ts';
import { GitHubStandIn } from './testing/github-stand-in.ts';

const run = promisify(execFile);
const script = (name: string) => fileURLToPath(new URL(`../../.github/actions/gate/${name}`, import.meta.url));

const secret = 'the secret of the runner';
const pass = JSON.stringify({ kind: 'verdict', verdict: 'pass', exitCode: 0, reason: 'Fine.', cases: [] });

let runner: string;
let workspace: string;
let github: GitHubStandIn;

beforeEach(async () => {
  runner = realpathSync(mkdtempSync(join(tmpdir(), 'docket-hostile-')));
  workspace = join(runner, 'work');
  mkdirSync(join(workspace, 'reports'), { recursive: true });
  mkdirSync(join(runner, 'temp'));
  writeFileSync(join(runner, 'secret'), secret);
  writeFileSync(join(runner, 'event.json'), JSON.stringify({ pull_request: { number: 7 } }));
  github = await GitHubStandIn.start();
});
afterEach(async () => {
  await github[Symbol.asyncDispose]();
  rmSync(runner, { recursive: true, force: true });
});

const at = (...path: string[]) => join(workspace, ...path);

interface Ran {
  readonly code: string | undefined;
  readonly verdict: string | undefined;
  readonly messages: readonly string[];
  /** Everything that leaves the machine: comment, summary, artifact. */
  readonly posted: string;
  readonly artifact: readonly string[];
}

/** The steps after the search for a key, with a command in the place of Docket that does something to the checkout and ends with 0. */
async function judge(plant: string, directory = workspace): Promise<Ran> {
  writeFileSync(join(runner, 'plant.sh'), plant);
  for (const file of ['output', 'summary']) writeFileSync(join(runner, file), '');
  const environment: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    DOCKET_COMMAND: `bash ${join(runner, 'plant.sh')}`,
    DOCKET_COMMENT_AUTHOR: 'github-actions[bot]',
    DOCKET_DIRECTORY: '.',
    DOCKET_TOKEN: 'token',
    GITHUB_API_URL: github.url,
    GITHUB_EVENT_PATH: join(runner, 'event.json'),
    GITHUB_OUTPUT: join(runner, 'output'),
    GITHUB_REPOSITORY: 'octo/loans',
    GITHUB_STEP_SUMMARY: join(runner, 'summary'),
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: join(runner, 'temp'),
  };
  const step = async (name: string) => (await run(process.execPath, [script(name)], { cwd: directory, env: environment })).stdout;
  const gate = await step('run-gate.mjs');
  const output = readFileSync(join(runner, 'output'), 'utf8');
  const value = (name: string) => new RegExp(`^${name}<<(.+)\\n(.*)\\n\\1$`, 'm').exec(output)?.[2];
  environment.DOCKET_EXIT_CODE = value('exit-code');
  environment.DOCKET_REPORTS = value('reports');
  const later = (await step('summarise.mjs')) + (await step('comment.mjs'));
  const folder = value('reports') ?? '';
  const artifact = folder === '' ? [] : readdirSync(folder).sort();
  return {
    code: value('exit-code'),
    verdict: value('verdict'),
    messages: annotationsIn(gate + later).map(({ message }) => message),
    artifact,
    posted: [
      github.comments.map(({ body }) => body).join(),
      readFileSync(join(runner, 'summary'), 'utf8'),
      ...artifact.map((name) => readFileSync(join(folder, name), 'latin1')),
    ].join('\n'),
  };
}

const writes = (name: string, text: string) => `rm -rf reports/${name}; printf '%s' '${text}' > reports/${name}\n`;
const sound = writes('verdict.json', pass) + writes('comment.md', '## Fine') + writes('summary.md', '## All of it');

test('reports are taken out of the checkout once, and posted from there', async () => {
  writeFileSync(at('reports/other.txt'), secret);
  const ran = await judge(sound);
  expect(ran).toMatchObject({ code: '0', verdict: 'pass', messages: [], artifact: ['comment.md', 'summary.md', 'verdict.json'] });
  expect(github.comments[0]?.body).toContain('## Fine');
  expect(ran.posted).toContain('## All of it');
  expect(ran.posted).not.toContain(secret);
});

describe('what a pull request may put in the place of a report', () => {
  const planted: [what: string, plant: string, fault: string][] = [
    ['a link', 'ln -sf ../../secret reports/comment.md', 'is a link'],
    ['a named pipe', 'rm -f reports/comment.md; mkfifo reports/comment.md', 'is no file'],
    ['a gigabyte', 'truncate -s 1G reports/comment.md', 'has more than 1,048,576 bytes'],
    ['a link that is absolute', 'ln -sf "$(realpath ../secret)" reports/comment.md', 'is a link'],
    ['a link within the checkout', 'mkdir .git; cp ../secret .git/config; ln -sf ../.git/config reports/comment.md', 'is a link'],
    ['a hard link', 'ln -f ../secret reports/comment.md', 'is another file as well'],
    ['a folder', 'rm -f reports/comment.md; mkdir reports/comment.md; cp ../secret reports/comment.md', 'is no file'],
    ['a device', 'ln -sf /dev/zero reports/comment.md', 'is a link'],
  ];
  const isNamed = async (...[, plant, fault]: (typeof planted)[number]) => {
    const ran = await judge(`${sound}${plant}`);
    expect(ran.posted).not.toContain(secret);
    expect(ran).toMatchObject({ code: '0', verdict: 'pass', artifact: ['summary.md', 'verdict.json'] });
    expect(ran.messages).toEqual([expect.stringContaining(`reports/comment.md ${fault}`)]);
    expect(github.comments[0]?.body).toContain('pass, without a report');
  };
  test.each(planted.slice(0, 3))('%s is neither read nor waited for, and is named', isNamed);
  test.each(planted.slice(3))('%s is neither read nor waited for, and is named', { tags: ['slow'] }, isNamed);

  const noVerdicts = [
    'ln -sf ../../forged reports/verdict.json',
    'rm reports/verdict.json; mkfifo reports/verdict.json',
    "printf '\\377\\376' > reports/verdict.json",
  ];
  const passesNothing = async (plant: string) => {
    writeFileSync(join(runner, 'forged'), pass);
    expect(await judge(`${sound}${plant}`)).toMatchObject({ code: '70', verdict: '' });
  };
  test.each(noVerdicts.slice(0, 1))('without a verdict.json of its own nothing passes: %s', passesNothing);
  test.each(noVerdicts.slice(1))('without a verdict.json of its own nothing passes: %s', { tags: ['slow'] }, passesNothing);

  test('text that is no UTF-8 is not posted', { tags: ['slow'] }, async () => {
    const ran = await judge(`${sound}printf '## \\377\\376' > reports/comment.md`);
    expect(ran.code).toBe('0');
    expect(github.comments[0]?.body).toContain('without a report');
  });

  test('a folder of reports that is a link: nothing behind it is removed, read or posted', async () => {
    rmSync(at('reports'), { recursive: true });
    mkdirSync(join(runner, 'behind'));
    for (const name of ['verdict.json', 'comment.md', 'summary.md'])
      writeFileSync(join(runner, 'behind', name), name === 'verdict.json' ? pass : secret);
    symlinkSync('../behind', at('reports'));
    const ran = await judge('true');
    expect(ran).toMatchObject({ code: '70', verdict: '', artifact: [] });
    expect(ran.posted).not.toContain(secret);
    expect(ran.messages).toContainEqual('reports/verdict.json is not reached: reports is a link; it is neither shown nor uploaded.');
    expect(readdirSync(join(runner, 'behind'))).toHaveLength(3);
  });

  test('a folder that becomes a link while the gate runs', async () => {
    mkdirSync(join(runner, 'behind'));
    linkSync(join(runner, 'secret'), join(runner, 'behind', 'comment.md'));
    const ran = await judge(`${sound}mv reports elsewhere; ln -s ../behind reports`);
    expect(ran).toMatchObject({ code: '70', artifact: [] });
    expect(ran.posted).not.toContain(secret);
  });

  test('a working directory that leads out of the checkout', async () => {
    mkdirSync(join(runner, 'away/reports'), { recursive: true });
    writeFileSync(join(runner, 'away/reports/comment.md'), secret);
    symlinkSync('../away', at('loans'));
    const ran = await judge(sound, at('loans'));
    expect(ran).toMatchObject({ code: '70', verdict: '', artifact: [] });
    expect(ran.posted).not.toContain(secret);
  });
});

test('a folder in the place of the verdict is no verdict, and does not end the step', async () => {
  mkdirSync(at('reports/verdict.json/inside'), { recursive: true });
  const ran = await judge('true');
  expect(ran).toMatchObject({ code: '70', verdict: '' });
});

test('a verdict of another kind sets no output', { tags: ['slow'] }, async () => {
  const forged = JSON.stringify({ kind: 'verdict', verdict: 'pass\nexit-code=0', exitCode: 0, reason: 'x', cases: [] });
  writeFileSync(join(runner, 'forged'), forged);
  expect(await judge('cp ../forged reports/verdict.json')).toMatchObject({ code: '70', verdict: '' });
});

test('cases of a verdict that are none do not end the summary', async () => {
  const odd = JSON.stringify({
    kind: 'verdict',
    verdict: 'regressed',
    exitCode: 1,
    reason: '::error::x\n::set-output',
    cases: [null, 7, { id: {} }, { id: '../x', baseline: 1 }],
  });
  writeFileSync(join(runner, 'odd'), odd);
  const ran = await judge(`${sound}cp ../odd reports/verdict.json`);
  expect(ran.messages).toContainEqual('::error::x ::set-output');
});

test('a store behind a link is not carried from run to run', async () => {
  const key = async (store: string, plant = 'true') => {
    execFileSync('bash', ['-c', plant], { cwd: workspace });
    writeFileSync(join(runner, 'say.sh'), `echo '${JSON.stringify({ key: 'k', store })}'`);
    writeFileSync(join(runner, 'output'), '');
    await run(process.execPath, [script('find-key.mjs')], {
      cwd: workspace,
      env: {
        PATH: process.env.PATH,
        DOCKET_COMMAND: `bash ${join(runner, 'say.sh')}`,
        DOCKET_DIRECTORY: '.',
        GITHUB_OUTPUT: join(runner, 'output'),
        GITHUB_WORKSPACE: workspace,
        RUNNER_TEMP: runner,
      },
    });
    return readFileSync(join(runner, 'output'), 'utf8').includes('path<<');
  };
  expect(await key('.docket/docket.db')).toBe(true);
  expect(await key('../secret')).toBe(false);
  expect(await key('a/../../secret')).toBe(false);
  expect(await key('/etc/passwd')).toBe(false);
  expect(await key('.docket/docket.db', 'mkdir .docket; ln -s ../../secret .docket/docket.db')).toBe(false);
  expect(await key('linked/docket.db', 'ln -s .. linked')).toBe(false);
  truncateSync(join(runner, 'secret'), 0);
});
