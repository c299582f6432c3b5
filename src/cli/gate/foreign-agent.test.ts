import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateProject, gateProject } from '../testing/gate-project.ts';
import { changing, judge } from '../testing/judge.ts';
import { runHere } from '../testing/run-here.ts';

const docket = new URL('../../index.ts', import.meta.url).href;
const whole = gateProject();
const folder = 'services/counter';

/** A counter in Python, in one folder of a repository, with a package of another folder. */
const files: Readonly<Record<string, string>> = {
  [`${folder}/counter.py`]: `
import json, pathlib, sys
here = pathlib.Path(__file__).parent
sys.path += [str(here), str(here.parents[1] / 'packages' / 'tariff')]
from tools.scales import limit
from tariff import fee
weight = json.load(sys.stdin)['weight']
prompt = (here / 'prompts' / 'clerk.txt').read_text()
accepted = weight <= limit() if 'over the limit' in prompt else True
print(json.dumps({'accepted': accepted, 'fee': fee(weight) if accepted else 0, 'reason': 'As weighed.'}))
`,
  [`${folder}/prompts/clerk.txt`]: 'Take no parcel over the limit.\n',
  [`${folder}/tools/scales.py`]: 'def limit():\n    return 20\n',
  'packages/tariff/tariff.py': 'def fee(weight):\n    return weight * 2\n',
  [`${folder}/scorers.ts`]: `import { expectedDecision } from '${docket}';\nexport const scorers = [expectedDecision({ approvalField: 'accepted' })];\n`,
  [`${folder}/agent.ts`]: `
import { z } from 'zod';
import { commandAgent } from '${docket}';
import { scorers } from './scorers.ts';
export const parcelCounter = commandAgent({
  name: 'parcel-counter',
  command: ['python3', 'counter.py'],
  source: import.meta.url,
  input: z.strictObject({ weight: z.number().positive() }),
  decision: z.strictObject({ accepted: z.boolean(), fee: z.number(), reason: z.string() }),
  versions: { v1: { factors: { prompt: ['prompts/**'], tools: ['tools/**'] } } },
  scorers,
  scorersSource: new URL('scorers.ts', import.meta.url).href,
});
`,
};
const at = (project: GateProject) => ({ ...project, directory: join(project.directory, folder) });

beforeAll(async () => {
  for (const path of ['clerk.ts', 'scales.ts', 'user-message.txt', 'prompts/v1.md', 'agent.ts']) whole.remove(path);
  mkdirSync(join(whole.directory, folder), { recursive: true });
  for (const path of ['cases', 'docket.config.ts']) renameSync(join(whole.directory, path), join(whole.directory, folder, path));
  for (const [path, text] of Object.entries(files)) whole.write(path, text);
  whole.write('.gitignore', 'node_modules\n.docket\nreports/*\n!reports/baseline.json\n');
  const { code, stderr } = await runHere(['baseline', 'accept', '--trials', '5'], at(whole));
  if (code !== 0) throw new Error(stderr);
  // Main has moved since its baseline, so it is run as well, in its own checkout.
  whole.write(`${folder}/tools/scales.py`, 'def limit():\n    return 20.0\n');
  whole.commit('A counter in Python');
});
afterAll(() => whole[Symbol.dispose]());

describe('an agent in another language', () => {
  it('is put down to the part that did it: a prompt, beside harmless tools and other code', { tags: ['slow'] }, async () => {
    using project = changing(whole, {
      [`${folder}/prompts/clerk.txt`]: 'Be kind.\n',
      [`${folder}/tools/scales.py`]: 'def limit():\n    return 20.5\n',
      'packages/tariff/tariff.py': 'def fee(weight):\n    return 2 * weight\n',
    });
    const { verdict } = await judge(at(project));
    if (verdict.verdict !== 'regressed' || !verdict.attribution) throw new Error(`${verdict.verdict}`);
    const { factor, reason, contrasts, diffs } = verdict.attribution;
    expect({ factor, reason }).toMatchObject({ factor: 'prompt', reason: expect.stringContaining('0 of 3') });
    expect(contrasts.map(({ factors }) => factors)).toEqual([['prompt'], ['tools'], ['rest']]);
    expect(diffs).toMatchObject([{ factor: 'prompt', lines: [{ kind: 'removed' }, { kind: 'added', text: 'Be kind.' }] }]);
    expect(readdirSync(project.directory).sort()).toEqual(readdirSync(whole.directory).sort());
  });

  it('is blocked by a package of its repository, in another folder that no pattern names', { tags: ['slow'] }, async () => {
    using project = changing(whole, { 'packages/tariff/tariff.py': 'def fee(weight):\n    raise ValueError(weight)\n' });
    const { verdict } = await judge(at(project));
    // Main's side imports main's own.
    expect(verdict).toMatchObject({
      verdict: 'regressed',
      attribution: { factor: 'rest', diffs: [{ title: 'packages/tariff/tariff.py' }] },
    });
  });
});

it('that may load any package has main installed its own where a lockfile says something else', { tags: ['slow'] }, async () => {
  using project = whole.branch();
  const lockfile = (version: string) => ({ lockfileVersion: 3, packages: { 'node_modules/weights': { version } } });
  project.write(`${folder}/agent.ts`, (files[`${folder}/agent.ts`] ?? '').replace("'python3', 'counter.py'", "'sh', 'counter.sh'"));
  project.write(`${folder}/counter.sh`, 'exec python3 counter.py\n');
  project.write('package-lock.json', lockfile('1.0.0'));
  project.commit('A shell script, which nobody knows what it starts');
  project.git('branch', '--force', 'main');
  project.write('package-lock.json', lockfile('2.0.0'));
  const { verdict, stderr } = await judge(at(project));
  // The lockfile is no real one, so npm refuses it: what counts is that it was asked, and why.
  expect(stderr).toContain("package-lock.json is not main's, and nobody can say which packages the agent's program loads.");
  expect(verdict).toMatchObject({ verdict: 'error', exitCode: 2 });
});

it("whose set-up fails in main's checkout ends the gate with what that said", async () => {
  using project = whole.branch();
  project.write(
    `${folder}/agent.ts`,
    (files[`${folder}/agent.ts`] ?? '').replace('scorers,', "scorers, setup: ['python3', 'install.py'],"),
  );
  project.write(`${folder}/install.py`, "raise SystemExit('no wheel for scales')\n");
  project.commit('A set-up that fails');
  project.git('branch', '--force', 'main');
  project.write(`${folder}/prompts/clerk.txt`, 'Be kind.\n');
  const { verdict } = await judge(at(project));
  expect(verdict).toMatchObject({
    verdict: 'error',
    exitCode: 2,
    reason: expect.stringMatching(
      /^Main's set-up failed: "python3 install\.py" ended with exit code 1 in .*services\/counter\. It printed: no wheel for scales/,
    ),
  });
});

it('is unchanged by documents and by what another agent is judged by, but for a document that it opens', { tags: ['slow'] }, async () => {
  using project = whole.branch();
  project.write(`${folder}/tools/scales.py`, "def limit():\n    return float(open('docs/limit.txt').read())\n");
  project.write(`${folder}/docs/limit.txt`, '20');
  project.write('services/desk/docket.config.ts', 'export default {};\n');
  await runHere(['baseline', 'accept', '--trials', '5'], at(project));
  project.commit('A limit in a document, and another agent');
  project.git('branch', '--force', 'main');
  using idle = changing(project, {
    [`${folder}/README.md`]: 'Read me',
    'services/desk/cases/one.json': '{}',
    'services/desk/reports/baseline.json': '{}',
  });
  expect((await judge(at(idle))).verdict).toMatchObject({ verdict: 'pass', basis: 'unchanged' });
  using opened = changing(project, { [`${folder}/docs/limit.txt`]: '90' });
  expect((await judge(at(opened))).verdict).toMatchObject({ verdict: 'regressed', attribution: { factor: 'rest' } });
});

it('blames nothing for a file that was renamed together with who imports it', { tags: ['slow'] }, async () => {
  using project = changing(whole, {
    [`${folder}/tools/weights.py`]: 'def limit():\n    return 90\n',
    [`${folder}/counter.py`]: (files[`${folder}/counter.py`] ?? '').replace('tools.scales', 'tools.weights'),
  });
  project.remove(`${folder}/tools/scales.py`);
  const { verdict } = await judge(at(project));
  if (verdict.verdict !== 'regressed' || !verdict.attribution) throw new Error(verdict.verdict);
  const { factor, notDecidable } = verdict.attribution;
  expect({ factor, parts: notDecidable.map(({ factors }) => factors).sort() }).toEqual({ factor: 'unclear', parts: [['rest'], ['tools']] });
  expect(notDecidable[0]?.reason).toMatch(/does not run: it gives no decision, as neither side does by itself \(.*ModuleNotFoundError/);
});

/** Which trials a gate would take for this checkout's. */
async function keyOf(project: GateProject, environment: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { code, stdout, stderr } = await runHere(['fingerprint', '--json'], { ...at(project), environment });
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { readonly key: unknown }).key;
}

it('counts what it opens where nothing else is looked for', { tags: ['slow'] }, async () => {
  using project = whole.branch();
  project.write(`${folder}/tools/scales.py`, "def limit():\n    return float(open('reports/limit.txt').read())\n");
  for (const path of ['reports/limit.txt', 'docs/most.txt', 'docs/other.txt', 'tools/__pycache__/scales.cpython-311.pyc'])
    project.write(`${folder}/${path}`, '20');
  project.git('add', '--force', `${folder}/reports/limit.txt`, `${folder}/tools/__pycache__`);
  project.commit('Files in unusual places');
  project.git('branch', '--force', 'main');
  for (const [path, variables, counts] of [
    ['reports/limit.txt', {}, true],
    ['reports/verdict.json', {}, false],
    ['docs/most.txt', {}, false],
    ['docs/most.txt', { LIMIT: '/nowhere:@/docs/most.txt', OTHERS: 'docs/others' }, true],
    ['docs/most.txt', { LIMIT: 'docs' }, true],
    ['docs/other.txt', { LIMIT: '/nowhere:@/docs/most.txt' }, false],
    ['tools/__pycache__/scales.cpython-311.pyc', {}, true],
    ['tools/__pycache__/others.cpython-311.pyc', {}, false],
  ] as const) {
    using change = project.branch();
    const environment = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replace('@', join(change.directory, folder))]),
    );
    const before = await keyOf(change, environment);
    change.write(`${folder}/${path}`, '90');
    expect((await keyOf(change, environment)) !== before, `${path} ${JSON.stringify(environment)}`).toBe(counts);
  }
});

it("is main's own on main's side, where the environment leads to its files by their whole path", { tags: ['slow'] }, async () => {
  using project = whole.branch();
  const counter = files[`${folder}/counter.py`] ?? '';
  project.write(`${folder}/counter.py`, counter.replace("str(here), str(here.parents[1] / 'packages' / 'tariff')", 'str(here)'));
  project.commit('A package that the environment leads to, and no baseline of it');
  project.git('branch', '--force', 'main');
  project.write('packages/tariff/tariff.py', 'def fee(weight):\n    raise ValueError(weight)\n');
  const { verdict } = await judge(at(project), [], { PYTHONPATH: join(project.directory, 'packages/tariff') });
  expect(verdict).toMatchObject({ verdict: 'regressed', attribution: { factor: 'rest' } });
});
