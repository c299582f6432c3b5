/**
 * Is the package good to publish, and does it work where it was installed? Packs it, asks publint and Are the types wrong?, and puts the example
 * that comes with it on trial in projects that installed the tarball: `node evals/package/published.ts [npm] [pnpm] [yarn] [berry] [promptfoo]`, all
 * by default. Installs from the npm registry; `dist/` is built anew.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import {
  commit,
  findsOwnFiles,
  gateBlocks,
  installsClean,
  promptfooRuns,
  suitesRun,
  takeExample,
  type Wanted,
  worksAlone,
  writeManifest,
} from './installed-checks.ts';
import { packTarball, runHere } from './pack-tarball.ts';
import { InstalledProject, installedVersion, installManager, managers, type PackageManager } from './package-managers.ts';

const repository = join(import.meta.dirname, '../..');
const mostBytes = 1_100_000;
const oldestVitest = '4.1.0';
const { vitest: newestVitest, promptfoo } = manifest.devDependencies;

const wantedParts = process.argv.slice(2);
const parts: Readonly<Record<string, (tarball: string) => void | Promise<void>>> = {
  npm: tryNpm,
  pnpm: (tarball) => tryOther(tarball, managers.pnpm),
  yarn: (tarball) => tryOther(tarball, managers.yarn),
  berry: (tarball) => tryOther(tarball, managers.berry),
  promptfoo: tryPromptfoo,
};
const unknown = wantedParts.filter((part) => !Object.hasOwn(parts, part));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; expected ${Object.keys(parts).join(', ')}.`);

const scratch = mkdtempSync(join(tmpdir(), 'docket-package-'));
try {
  const tarball = pack();
  for (const [name, part] of Object.entries(parts)) {
    if (wantedParts.length > 0 && !wantedParts.includes(name)) continue;
    const started = performance.now();
    await part(tarball);
    console.log(`ok ${name}: ${Math.round((performance.now() - started) / 1000)} s`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function pack(): string {
  const tarball = packTarball(scratch);
  const { size } = statSync(tarball);
  assert.ok(size < mostBytes, `The tarball has ${size} bytes, more than ${mostBytes}.`);
  runHere('npx', '--no', 'publint', 'run', tarball, '--strict');
  runHere('npx', '--no', 'attw', tarball, '--profile', 'esm-only');
  console.log(`ok tarball: ${size} bytes; publint and Are the types wrong? find nothing`);
  return tarball;
}

/** The project of one manager, with the example in it. */
function projectOf(tarball: string, manager: PackageManager, wanted: Wanted): InstalledProject {
  const directory = mkdtempSync(join(scratch, 'project-'));
  const tools = `${directory}-tools`;
  installManager(tools, manager);
  const project = new InstalledProject(directory, tools, manager);
  writeManifest(project, tarball, wanted);
  project.install();
  takeExample(project);
  return project;
}

/** Alone, then with the oldest and the newest vitest. */
async function tryNpm(tarball: string): Promise<void> {
  const project = projectOf(tarball, managers.npm, {});
  worksAlone(project);
  await findsOwnFiles(project);
  installsClean(project, `${project.directory}-clone`);
  gateBlocks(project);
  for (const vitest of [oldestVitest, newestVitest]) {
    writeManifest(project, tarball, { vitest, typescript: '5.9' });
    project.install();
    suitesRun(project, vitest);
  }
}

function tryOther(tarball: string, manager: PackageManager): void {
  // Yarn installs no peers, and vitest has vite for one.
  const project = projectOf(tarball, manager, { vitest: newestVitest, vite: installedVersion(repository, 'vite') ?? '' });
  suitesRun(project, newestVitest);
  gateBlocks(project);
  commit(project.directory, 'lockfile');
  installsClean(project, `${project.directory}-clone`);
}

/** promptfoo without the packages of other vendors, as this repository has it. */
function tryPromptfoo(tarball: string): void {
  const directory = mkdtempSync(join(scratch, 'project-'));
  const project = new InstalledProject(directory, directory, managers.npm);
  writeManifest(project, tarball, { promptfoo }, manifest.overrides);
  project.install();
  takeExample(project);
  promptfooRuns(project);
}
