import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import { gitPaths, tryGit } from '../git.ts';
import { isAsCommitted } from './verify-checkout.ts';

/** A commit of a repository, and where its files are or are to be. */
export interface SubmodulesOf {
  /** Top folder of the checkout whose submodules are filled already. */
  readonly top: string;
  /** Top folder of the checkout of `commit`. */
  readonly worktree: string;
  /** The repository's `.git`. */
  readonly repository: string;
  readonly commit: string;
}

/**
 * Fills the submodules of a checkout of main with the commits that main names, from what this clone has of them; nothing is fetched. One that is filled nowhere
 * in this clone stays empty, as it is for the candidate.
 * @returns their paths below the top, with `/` at the end
 * @throws {DocketError} when this clone lacks a commit, or only main has a submodule of which nothing is here
 */
export async function fillSubmodules({ top, worktree, repository, commit }: SubmodulesOf): Promise<string[]> {
  if (!existsSync(join(worktree, '.gitmodules'))) return [];
  const filled: string[] = [];
  for (const [path, wanted] of await submodulesOf(repository, commit)) {
    const own = await repositoryOf(join(top, path), join(repository, 'modules', path));
    if (own === undefined) {
      if (await isSubmodule(top, path)) continue;
      throw new DocketError(
        `Main (${commit.slice(0, 12)}) has the submodule ${path}, and this clone has nothing of it. Fetch it once: git checkout ${commit.slice(0, 12)} && git submodule update --init --recursive, then check your own branch out again.`,
      );
    }
    const place = join(worktree, path);
    if (!(existsSync(join(place, '.git')) && (await isAsCommitted(own, place, wanted)))) await checkOut(own, place, wanted, path);
    const inner = await fillSubmodules({ top: join(top, path), worktree: place, repository: own, commit: wanted });
    filled.push(`${path}/`, ...inner.map((each) => `${path}/${each}`));
  }
  return filled;
}

/** The submodules of a commit: path below the top, and the commit that is wanted of each. */
export async function submodulesOf(repository: string, commit: string, ...paths: readonly string[]): Promise<Map<string, string>> {
  const listed = await gitPaths(repository, '\0', 'ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths);
  const links = listed.map((line) => /^160000 commit ([0-9a-f]+)\t([\s\S]+)$/.exec(line));
  return new Map(links.flatMap((found) => (found ? [[found[2] ?? '', found[1] ?? ''] as const] : [])));
}

async function checkOut(repository: string, place: string, commit: string, path: string): Promise<void> {
  if ((await tryGit(repository, 'cat-file', '-e', `${commit}^{commit}`)) === undefined) {
    throw new DocketError(
      `Main has the submodule ${path} at ${commit.slice(0, 12)}, which is not in this clone. Fetch it: git -C ${path} fetch origin ${commit}; in CI check submodules out with their history (actions/checkout: submodules: recursive, fetch-depth: 0).`,
    );
  }
  rmSync(place, { recursive: true, force: true });
  await tryGit(repository, 'worktree', 'prune');
  const words = ['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '--detach', '--force', place, commit];
  if ((await tryGit(repository, ...words)) === undefined) {
    throw new DocketError(`git could not check out the submodule ${path} at ${commit.slice(0, 12)} in ${place}. Try: git -C ${path} fsck`);
  }
}

/** The `.git` of a submodule: of one that is filled, or was once in this clone. */
async function repositoryOf(filled: string, kept: string): Promise<string | undefined> {
  if (existsSync(join(filled, '.git'))) return tryGit(filled, 'rev-parse', '--path-format=absolute', '--git-common-dir');
  return existsSync(join(kept, 'HEAD')) ? kept : undefined;
}

async function isSubmodule(top: string, path: string): Promise<boolean> {
  return ((await tryGit(top, 'ls-files', '--stage', '--', `:(literal)${path}`)) ?? '').startsWith('160000 ');
}
