import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { keptByPython } from '../../contracts/ignored-files.ts';
import { gitPaths } from '../git.ts';
import { submodulesOf } from './submodules.ts';

/** What differs between a commit and the work tree around a folder. */
export interface ChangedFiles {
  /** Top folder of the repository. */
  readonly top: string;
  /** Paths below it, with `/`: changed, added, deleted and untracked ones; of a renamed file both names. */
  readonly paths: readonly string[];
}

/**
 * Compares a commit with the work tree, whatever a repository's own settings would leave out: renames, submodules, untracked files. What is
 * ignored by git does not travel with a pull request and is left out.
 * @throws {DocketError} when git fails: an answer that is missing is no answer
 */
export async function changedFiles(root: string, commit: string): Promise<ChangedFiles> {
  const top = await topFolder(root);
  const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
  const diff = ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-relative', '--ignore-submodules=none'];
  const tracked = await gitPaths(top, '\0', ...settings, ...diff, commit, '--');
  const untracked = await gitPaths(top, '\0', ...settings, 'ls-files', '--others', '--exclude-standard', '-z');
  const others = untracked.filter((path) => !keptByPython.test(path));
  const inside = await changedInSubmodules(top, commit, tracked);
  return { top, paths: [...new Set([...tracked, ...others, ...inside])].sort() };
}

/** To git a submodule is one path; what is read of it are files. */
async function changedInSubmodules(top: string, commit: string, paths: readonly string[]): Promise<string[]> {
  const filled = paths.filter((path) => existsSync(join(top, path, '.git')));
  if (filled.length === 0) return [];
  const before = await submodulesOf(top, commit, ...filled.map((path) => `:(literal)${path}`));
  const inside = filled.map(async (path) => {
    const folder = join(top, path);
    const old = before.get(path);
    const files = old === undefined ? await gitPaths(folder, '\0', 'ls-files', '-z') : (await changedFiles(folder, old)).paths;
    return files.map((file) => `${path}/${file}`);
  });
  return (await Promise.all(inside)).flat();
}

/**
 * Where the links that git tracks lead to inside the repository, as paths below its top folder: what is behind a link is read under its name.
 * @throws {DocketError} when git fails
 */
export async function linkedPaths(top: string): Promise<ReadonlyMap<string, string>> {
  const listed = await gitPaths(top, '\0', 'ls-files', '--stage', '-z');
  const links = listed.flatMap((line) => (line.startsWith('120000 ') ? [line.slice(line.indexOf('\t') + 1)] : []));
  return new Map(
    links.flatMap((link) => {
      const target = realPath(join(top, link));
      const path = target === undefined ? undefined : pathBelow(top, target);
      return path === undefined ? [] : [[link, path] as const];
    }),
  );
}

/** A file as a path below the top folder, with `/`; undefined when it lies elsewhere. */
export function pathBelow(top: string, file: string): string | undefined {
  const path = relative(top, file);
  return path.startsWith('..') ? undefined : path.split(sep).join('/');
}

/** @throws {DocketError} outside a repository */
export async function topFolder(root: string): Promise<string> {
  const [top] = await gitPaths(root, '\n', 'rev-parse', '--show-toplevel');
  return realpathSync(top ?? root);
}

/** What a file says; undefined where there is none. */
export function textOf(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
