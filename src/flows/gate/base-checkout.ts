import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../../contracts/canonical-json.ts';
import type { Clock } from '../../contracts/clock.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { tryGit } from '../git.ts';
import { type LoadedByAgent, provideDependencies } from './base-dependencies.ts';
import type { ChangedFiles } from './changed-files.ts';
import { withLock } from './file-lock.ts';
import type { MainsPlace } from './mains-files.ts';

/** A checkout that nobody used for so long is taken away. */
const keptDays = 30;

/**
 * Checks a commit out in a folder of its own outside of the repository, where no package of the candidate's is found by searching upwards, and
 * returns the folder that corresponds to `root` there. An earlier checkout of the same commit is used again, also by others at the same time.
 * @param loads what the candidate's agent loads: only that decides whether main needs packages of its own
 * @throws {DocketError} when git or the installation fails
 */
export async function checkOutBase(
  root: string,
  commit: string,
  { changed, loads }: { readonly changed: ChangedFiles; readonly loads: LoadedByAgent },
  { warn, ...patience }: { readonly clock: Clock; readonly signal: AbortSignal; readonly warn: (message: string) => void },
): Promise<string> {
  const { worktree, root: base, prefix } = await placeOfMain(root, commit);
  const folder = dirname(worktree);
  return withLock(`${worktree}.lock`, patience, async () => {
    if (!(await isCheckedOut(worktree, commit))) {
      await removeUnused(root, folder, patience.clock.date());
      await addWorktree(root, worktree, commit);
    }
    const now = patience.clock.date();
    utimesSync(worktree, now, now);
    if (!existsSync(base))
      throw new DocketError(`Main (${commit.slice(0, 12)}) has no folder ${prefix}, so it has no agent to compare with.`);
    await provideDependencies({ root: realpathSync(root), base, changed, worktree: realpathSync(worktree), loads, warn });
    return base;
  });
}

/**
 * Where a commit is or will be checked out for a configuration's folder.
 * @throws {DocketError} outside of a git repository
 */
export async function placeOfMain(root: string, commit: string): Promise<MainsPlace & { readonly prefix: string }> {
  const prefix = await tryGit(root, 'rev-parse', '--show-prefix');
  if (prefix === undefined) throw new DocketError(`${root} is not a git repository.`);
  const worktree = join(await checkoutsOf(root), commit.slice(0, 16));
  // git ends the prefix with a slash, which `join` keeps and a configuration's folder does not have.
  return { worktree, root: resolve(worktree, prefix), prefix };
}

/** Where checkouts of this repository lie: among what programs keep for a while, so that CI can keep it too. */
async function checkoutsOf(root: string): Promise<string> {
  const repository = await tryGit(root, 'rev-parse', '--path-format=absolute', '--git-common-dir');
  return join(cacheFolder(), 'docket', 'base', sha256(realpathSync(repository ?? root)).slice(0, 16));
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}

async function removeUnused(root: string, folder: string, now: Date): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((entry) => /^[0-9a-f]{16}$/.test(entry))) {
    const path = join(folder, name);
    if (now.getTime() - statSync(path).mtimeMs < keptDays * 24 * 3600_000) continue;
    await tryGit(root, 'worktree', 'remove', '--force', path);
    rmSync(path, { recursive: true, force: true });
    rmSync(`${path}.installed`, { force: true });
  }
}

/** True when the folder is a checkout of its own with exactly this commit: in a damaged one git would answer for the repository around it. */
async function isCheckedOut(worktree: string, commit: string): Promise<boolean> {
  if (!existsSync(join(worktree, '.git'))) return false;
  return (
    (await tryGit(worktree, 'rev-parse', 'HEAD')) === commit &&
    (await tryGit(worktree, 'status', '--porcelain', '--untracked-files=no')) === ''
  );
}

async function addWorktree(root: string, worktree: string, commit: string): Promise<void> {
  // A folder that was deleted by hand or left half-made is forgotten first.
  rmSync(worktree, { recursive: true, force: true });
  mkdirSync(join(worktree, '..'), { recursive: true });
  await tryGit(root, 'worktree', 'prune');
  // A repository's hooks are for people who work in a checkout; in this one nobody does.
  const added = await tryGit(root, '-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '--detach', '--force', worktree, commit);
  if (added === undefined) {
    throw new DocketError(
      `git could not check out ${commit.slice(0, 12)} in ${worktree}. Try: git worktree add --detach <folder> ${commit.slice(0, 12)}`,
    );
  }
}
