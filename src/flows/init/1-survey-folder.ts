import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { repositoryAround } from '../../contracts/checkout-file.ts';
import { findConfig } from '../find-config.ts';
import { type Installer, installerOf } from './installers.ts';
import { type PromptfooProject, readPromptfooProject } from './promptfoo-project.ts';

/** What a folder holds that a new project has to fit in with. */
export interface Survey {
  readonly directory: string;
  /** The folder's name as an agent's name. */
  readonly name: string;
  /** Folder of the repository's `.git`, where there is one. */
  readonly repository: string | undefined;
  /** The folder as the repository has it, with slashes; empty where it is the repository's own. */
  readonly below: string;
  /** A configuration in this very folder. */
  readonly config: string | undefined;
  readonly manifest: Manifest | undefined;
  readonly installer: Installer;
  /** Folder of `node_modules` with this package, from the folder and with slashes: `node_modules`, `../../node_modules`. */
  readonly packages: string;
  /** Ending of modules that are ES modules here. */
  readonly ending: 'ts' | 'mts';
  readonly python: Python | undefined;
  readonly vitestConfig: string | undefined;
  readonly promptfoo: PromptfooProject | undefined;
  readonly hasCases: boolean;
}

export interface Manifest {
  readonly type?: string;
  readonly workspaces?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** How a Python project starts its programs, and makes a checkout ready for it. */
export interface Python {
  readonly program: readonly [string, ...string[]];
  readonly setup?: readonly [string, ...string[]];
}

/** Looks at the folder, and changes nothing. */
export function surveyFolder(directory: string): Survey {
  const around = repositoryAround(directory);
  const repository = existsSync(join(around, '.git')) ? around : undefined;
  const has = (name: string) => existsSync(join(directory, name));
  const first = (pattern: string) => globSync(pattern, { cwd: directory }).sort()[0];
  // What names Docket is no set-up to stand beside: it is the one that was written here before.
  const foreign = (pattern: string) =>
    globSync(pattern, { cwd: directory })
      .sort()
      .find((file) => !readText(join(directory, file)).includes('docket-evals'));
  const manifest = has('package.json') ? readManifest(join(directory, 'package.json')) : undefined;
  const config = findConfig(directory);
  const installer = installerOf(directory, repository ?? directory);
  const promptfooConfig = foreign('promptfooconfig.{yaml,yml,json,js,cjs,mjs,ts}');
  return {
    directory,
    name: agentName(basename(directory)),
    repository,
    below: repository === undefined ? '' : relative(repository, directory).split(sep).join('/'),
    config: config !== undefined && relative(directory, config) === basename(config) ? basename(config) : undefined,
    manifest,
    installer,
    packages: packagesOf(directory, repository ?? directory, installer),
    ending: manifest === undefined || manifest.type === 'module' ? 'ts' : 'mts',
    python: pythonOf(has, first),
    vitestConfig: foreign('{vitest,vite}.config.{ts,mts,cts,js,mjs,cjs}') ?? foreign('vitest.workspace.{ts,js,json}'),
    promptfoo: promptfooConfig === undefined ? undefined : readPromptfooProject(directory, promptfooConfig),
    hasCases: globSync('cases/*.json', { cwd: directory }).some((file) => basename(file) !== 'case.schema.json'),
  };
}

/**
 * Where this package is installed, or is going to be: of a workspace that is the top folder's `node_modules`, except with pnpm, which links into
 * each package what that package asks for.
 */
function packagesOf(directory: string, top: string, { hoists }: Installer): string {
  const above = [directory];
  for (let folder = directory; folder !== top && dirname(folder) !== folder; above.push(folder)) folder = dirname(folder);
  const isWorkspace = (folder: string) => readManifest(join(folder, 'package.json')).workspaces !== undefined;
  const found =
    above.find((folder) => existsSync(join(folder, 'node_modules/docket-evals'))) ??
    (hoists ? above.find(isWorkspace) : undefined) ??
    directory;
  return [relative(directory, found).split(sep).join('/'), 'node_modules'].filter(Boolean).join('/');
}

/** A text as a name of an agent, a version or a case. */
export function agentName(text: string): string {
  const name = text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name.slice(0, 60) || 'agent';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch {
    // What is wrong with it is npm's to say; it is not ours to replace.
    return {};
  }
}

function pythonOf(has: (name: string) => boolean, first: (pattern: string) => string | undefined): Python | undefined {
  if (has('uv.lock')) return { program: ['uv', 'run', 'python'], setup: ['uv', 'sync'] };
  if (has('poetry.lock')) return { program: ['poetry', 'run', 'python'], setup: ['poetry', 'install'] };
  if (has('.venv/bin/python')) return { program: ['.venv/bin/python'] };
  if (['pyproject.toml', 'requirements.txt', 'setup.py', 'Pipfile'].some(has) || first('*.py')) return { program: ['python3'] };
  return undefined;
}
