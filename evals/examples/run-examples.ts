/**
 * Are agents of other frameworks put on trial as ours is? Takes each example into a repository of its own, which installs the packed package, and has the gate
 * judge a change that does no harm, a worse prompt and a worse tool: `node evals/examples/run-examples.ts [claims-desk] [pydantic-underwriter]`, both by
 * default. Installs from npm's and Python's registries; without Python it says so, and where `CI` is set ends with 1.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Verdict } from '../../src/contracts/verdict.ts';
import { pythonEnvironment } from '../interop/python-environment.ts';
import { commit, writeManifest } from '../package/installed-checks.ts';
import { packTarball } from '../package/pack-tarball.ts';
import { InstalledProject, managers } from '../package/package-managers.ts';

/** One change of a file: what it says instead of what. */
interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

interface Example {
  /** What `package.json` asks for beside Docket. */
  readonly packages: Readonly<Record<string, string>>;
  readonly python?: true;
  readonly harmless: Change;
  readonly worse: readonly { readonly change: Change; readonly caseId: string; readonly factor: 'prompt' | 'tools' | 'code' }[];
}

const examples: Readonly<Record<string, Example>> = {
  'claims-desk': {
    packages: { ai: '7.0.173', '@ai-sdk/otel': '1.0.173' },
    harmless: { file: 'prompts/desk.md', from: 'Decide each claim', to: 'You decide each claim' },
    worse: [
      {
        change: { file: 'prompts/desk.md', from: 'and any claim above 10,000', to: 'and any claim that looks odd' },
        caseId: 'a-large-claim',
        factor: 'prompt',
      },
      {
        change: { file: 'tools.ts', from: "basic: ['fire', 'water']", to: "basic: ['fire', 'theft']" },
        caseId: 'covered-water',
        factor: 'code',
      },
    ],
  },
  'pydantic-underwriter': {
    packages: {},
    python: true,
    harmless: { file: 'underwriter/prompts/system.md', from: 'to assess the applicant', to: 'and look at the applicant' },
    worse: [
      {
        change: { file: 'underwriter/prompts/system.md', from: 'at most the maximum', to: 'not far over the maximum' },
        caseId: 'dti-at-cap',
        factor: 'prompt',
      },
      {
        change: {
          file: 'underwriter/tools.py',
          from: 'application.total_debt / 12 + payment(application)',
          to: 'application.total_debt / 12',
        },
        caseId: 'good-tier-denied',
        factor: 'tools',
      },
    ],
  },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(examples, name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; expected ${Object.keys(examples).join(', ')}.`);

const scratch = mkdtempSync(join(tmpdir(), 'docket-examples-'));
process.env.XDG_CACHE_HOME = join(scratch, 'cache');
try {
  const tarball = packTarball(scratch);
  for (const [name, example] of Object.entries(examples)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    if (example.python && !takePython(name)) continue;
    const started = performance.now();
    tryExample(name, example, tarball);
    console.log(`ok ${name}: ${Math.round((performance.now() - started) / 1000)} s`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Puts a Python with the example's packages first in the path; false where there is none. */
function takePython(name: string): boolean {
  const requirements = join(import.meta.dirname, name, 'requirements.txt');
  const environment = pythonEnvironment(join(import.meta.dirname, '../../.docket/examples'), requirements);
  if (environment.kind === 'absent') {
    console.log(`${name} skipped: ${environment.reason}`);
    if (process.env.CI) process.exitCode = 1;
    return false;
  }
  process.env.PATH = `${dirname(environment.python)}${delimiter}${process.env.PATH ?? ''}`;
  return true;
}

function tryExample(name: string, { packages, harmless, worse }: Example, tarball: string): void {
  const directory = join(scratch, name);
  cpSync(join(import.meta.dirname, name), directory, { recursive: true });
  const project = new InstalledProject(directory, directory, managers.npm);
  writeManifest(project, tarball, packages);
  writeFileSync(join(directory, '.gitignore'), 'node_modules\n.docket\n__pycache__\nreports/*\n!reports/baseline.json\n');
  project.install();
  commit(directory, 'The agent');
  const { code, output } = project.run('docket', 'baseline', 'accept');
  assert.equal(code, 0, output);
  commit(directory, 'The baseline');
  execFileSync('git', ['switch', '--quiet', '--create', 'change'], { cwd: directory });

  const passed = judged(project, harmless);
  assert.deepEqual([passed.verdict, passed.exitCode], ['pass', 0], passed.reason);
  for (const { change, caseId, factor } of worse) {
    const verdict = judged(project, change);
    assert.deepEqual([verdict.verdict, verdict.exitCode], ['regressed', 1], `${factor}: ${verdict.reason}`);
    if (verdict.verdict !== 'regressed') continue;
    assert.equal(verdict.attribution?.factor, factor, `${factor}: ${verdict.attribution?.reason}`);
    const found = verdict.cases.find((reported) => reported.id === caseId);
    assert.ok(found, `${caseId} is not among the cases that changed`);
    assert.ok(transcribed(found), `${caseId}: its trials have no tool call`);
    console.log(`  ${name}: a worse ${factor === 'tools' ? 'tool' : factor} is blocked by ${caseId}, and named as the cause`);
  }
}

/** True when what the agent did is known: its spans were heard. */
function transcribed(found: Extract<Verdict, { verdict: 'regressed' }>['cases'][number]): boolean {
  return JSON.stringify(found).includes('"tool-call"');
}

/** Judges one change, and takes it back. */
function judged(project: InstalledProject, { file, from, to }: Change): Verdict {
  const path = join(project.directory, file);
  const before = readFileSync(path, 'utf8');
  assert.ok(before.includes(from), `${file} does not say "${from}"`);
  writeFileSync(path, before.replace(from, to));
  const { output } = project.run('docket', 'gate', '--against', 'main');
  writeFileSync(path, before);
  const verdict = join(project.directory, 'reports/verdict.json');
  try {
    return JSON.parse(readFileSync(verdict, 'utf8')) as Verdict;
  } catch {
    throw new Error(`There is no verdict:\n${output}`);
  }
}
