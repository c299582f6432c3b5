import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Ended, type InstalledProject, installedVersion } from './package-managers.ts';

/** What `package.json` of a project asks for, beside the tarball. */
export type Wanted = Readonly<Record<string, string>>;

const vitestConfig = `import { refuseEmptyRuns } from 'docket-evals/vitest/plugin';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [refuseEmptyRuns()],
  test: { include: ['evals/**/*.eval.ts'], reporters: ['docket-evals/vitest/reporter'] },
});
`;
/** As strict as a project can be: the package's own declarations are checked too. */
const compilerOptions = {
  module: 'nodenext',
  target: 'es2024',
  strict: true,
  noEmit: true,
  types: ['node'],
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: false,
};

/** Writes the project's manifest; the tarball lies inside it, so that a clone elsewhere has it too. */
export function writeManifest(project: InstalledProject, tarball: string, wanted: Wanted, overrides: Wanted = {}): void {
  copyFileSync(tarball, join(project.directory, basename(tarball)));
  const devDependencies = {
    'docket-evals': `file:./${basename(tarball)}`,
    zod: '^4.0.0',
    ...(project.manager.bringsNode ? { node: '24' } : {}),
    '@types/node': '24',
    ...wanted,
  };
  const manifest = { name: 'installed', version: '1.0.0', private: true, type: 'module', devDependencies, overrides };
  writeFileSync(join(project.directory, 'package.json'), JSON.stringify(manifest, null, 2));
}

/** Copies the example that the package brings into the project, and makes a repository of it. */
export function takeExample(project: InstalledProject): void {
  const { directory } = project;
  cpSync(join(directory, 'node_modules/docket-evals/dist/examples/underwriter'), directory, { recursive: true });
  writeFileSync(join(directory, 'vitest.config.ts'), vitestConfig);
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['docket.config.ts', 'vitest.config.ts', 'evals'] }),
  );
  writeFileSync(join(directory, '.gitignore'), 'node_modules\n.docket\n.yarn\nreports/*\n!reports/baseline.json\n');
  commit(directory, 'init');
}

/** Neither vitest nor promptfoo is asked for by a project that has none of them, and the command line does its work. */
export function worksAlone(project: InstalledProject): void {
  for (const name of ['vitest', 'promptfoo']) assert.equal(installedVersion(project.directory, name), undefined, `${name} came along`);
  expect(project.run('docket', 'eval', '3', '--trials', '2'), 0, /✓ v2 03-score-exactly-740: 2\/2 passed/);
  expect(project.run('docket', 'doctor'), 0, /ok +config/);
}

/** What a command finds beside itself only when it is asked: files whose hash counts, a process or a thread of its own, libraries of the redaction. */
export async function findsOwnFiles(project: InstalledProject): Promise<void> {
  expect(project.run('docket', 'decide', '85000', '12000', '720', '250000'), 0, /"approved": true/);
  expect(project.run('docket', 'traces', 'score'), 0, /1 trace scored; 0 with findings/);
  expect(project.run('docket', 'traces', 'summary'), 0, /runs +1, 0 with an error/);
  expect(project.run('docket', 'traces', 'query', 'SELECT agent FROM traces'), 0, /underwriter/);
  expect(project.run('docket', 'cases', 'draft'), 0, /1 draft from 1 trace/);
  assert.match(await draftsInBrowser(project), /"id":"trace-/);
  rmSync(join(project.directory, 'cases/drafts'), { recursive: true });
}

/** What `docket ui` says of the drafts, for which it runs the project's own code in a process of its own. */
async function draftsInBrowser({ directory }: InstalledProject): Promise<string> {
  const command = join(directory, 'node_modules/docket-evals/src/cli/docket.mjs');
  const server = spawn(process.execPath, [command, 'ui', '--no-open', '--json'], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [told] = (await once(server.stdout, 'data')) as [Buffer];
    const { url } = JSON.parse(told.toString()) as { url: string };
    const [address = '', token = ''] = url.split('#token=');
    const response = await fetch(new URL('api/v1/drafts', address), { headers: { authorization: `Bearer ${token}` } });
    return await response.text();
  } finally {
    server.kill();
  }
}

/** A change that makes the agent worse is blocked, with main's packages and the candidate's. */
export function gateBlocks(project: InstalledProject): void {
  const { directory } = project;
  expect(project.run('docket', 'baseline', 'accept', '--trials', '3'), 0, /baseline\.json/);
  commit(directory, 'baseline');
  execFileSync('git', ['switch', '--quiet', '-c', 'worse'], { cwd: directory });
  expect(project.run('docket', 'gate', '--against', 'main'), 0, /nothing changed/i);
  const prompt = join(directory, 'src/underwriting/prompts/v2.md');
  const before = readFileSync(prompt, 'utf8');
  copyFileSync(join(directory, 'src/underwriting/prompts/v1.md'), prompt);
  expect(project.run('docket', 'gate', '--against', 'main', '--budget', '90'), 1, /regressed/i);
  writeFileSync(prompt, before);
}

/** The project's own Node.js runs its programs, whatever the machine has. */
export function bringsNode(project: InstalledProject): void {
  expect(project.run('node', '--print', 'process.execPath'), 0, /node_modules.*node/);
}

/** What is committed is enough to install exactly that elsewhere, as CI does. */
export function installsClean(project: InstalledProject, elsewhere: string): void {
  rmSync(elsewhere, { recursive: true, force: true });
  mkdirSync(elsewhere);
  execFileSync('git', ['clone', '--quiet', project.directory, elsewhere]);
  const clone = project.in(elsewhere);
  clone.install(project.manager.installClean);
  if (project.manager.bringsNode) bringsNode(clone);
  expect(clone.run('docket', 'eval', '1', '--trials', '1'), 0, /✓ v2 01-dti-exactly-at-cap: 1\/1 passed/);
  const changed = execFileSync('git', ['status', '--porcelain'], { cwd: elsewhere, encoding: 'utf8' });
  assert.equal(changed, '', `A clean install changed what is committed:\n${changed}`);
}

/** Suites pass, fail with what went wrong, and compile, by the vitest that is installed. */
export function suitesRun(project: InstalledProject, vitest: string): void {
  const { directory } = project;
  assert.equal(installedVersion(directory, 'vitest'), vitest);
  expect(project.run('vitest', 'run'), 0, /✓ 01-dti-exactly-at-cap +v2 +5\/5/);
  const suite = join(directory, 'evals/underwriter.eval.ts');
  const before = readFileSync(suite, 'utf8');
  writeFileSync(suite, before.replace('toHaveLength(5)', 'toHaveLength(4)'));
  const failed = project.run('vitest', 'run', '-t', '08-trivial');
  expect(failed, 1, /✗ 08-trivial/);
  expect(failed, 1, /to have a length of 4 but got 5/);
  writeFileSync(suite, before);
  if (existsSync(join(directory, 'node_modules/typescript'))) expect(project.run('tsc'), 0, /^/);
}

/** promptfoo's matrix by the entry points of the package. */
export function promptfooRuns(project: InstalledProject): void {
  const ended = project.run('promptfoo', 'eval', '--no-cache', '--no-write', '--no-table');
  expect(ended, 0, /v2 \(the current version\): (\d+) of \1 trials passed/);
}

export function commit(directory: string, message: string): void {
  const git = (...words: readonly string[]) => execFileSync('git', words, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  if (!existsSync(join(directory, '.git'))) git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--allow-empty', '-m', message);
}

function expect({ code, output }: Ended, wanted: number, shown: RegExp): void {
  if (code !== wanted || !shown.test(output)) throw new Error(`It ended with ${code}, expected ${wanted} and ${shown}:\n${output}`);
}
