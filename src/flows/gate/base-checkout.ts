import { accessSync, constants, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, utimesSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../../contracts/canonical-json.ts';
import type { Clock } from '../../contracts/clock.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { tryGit } from '../git.ts';
import { type LoadedByAgent, provideDependencies } from './base-dependencies.ts';
import type { ChangedFiles } from './changed-files.ts';
import { withLock } from './file-lock.ts';
import type { MainsPlace } from './mains-files.ts';
import { fillSubmodules } from './submodules.ts';
import { isAsCommitted } from './verify-checkout.ts';

/** A commit, checked out. */
export interface BaseCheckout extends MainsPlace {
  readonly commit: string;
  /** The repository's `.git`. */
  readonly repository: string;
  /** Paths below the top of which git lists no file and that are there all the same: submodules, and what building packages made. */
  readonly built: readonly string[];
}

/** A checkout that nobody used for so long is taken away. */
const keptDays = 30;

/**
 * Checks a commit out in a folder of its own outside of the repository, where no package of the candidate's is found by searching upwards, and
 * returns where, and the folder that corresponds to `root` there. An earlier checkout of the same commit is used again, also by others at the same time,
 * as long as every file in it is as committed.
 * @param loads what the candidate's agent loads: only that decides whether main needs packages of its own
 * @throws {DocketError} when git or the installation fails
 */
export async function checkOutBase(
  root: string,
  commit: string,
  { changed, loads }: { readonly changed: ChangedFiles; readonly loads: LoadedByAgent },
  { warn, ...patience }: { readonly clock: Clock; readonly signal: AbortSignal; readonly warn: (message: string) => void },
): Promise<BaseCheckout> {
  const { worktree, root: base, prefix, repository } = await placeOfMain(root, commit);
  const folder = dirname(worktree);
  openFolder(folder);
  return withLock(`${worktree}.lock`, patience, async () => {
    // The code of an earlier change ran beside it, and may have written there.
    const usedBefore = existsSync(join(worktree, '.git')) && (await isAsCommitted(repository, worktree, commit));
    if (!usedBefore) {
      await removeUnused(root, folder, patience.clock.date());
      await addWorktree(root, worktree, commit);
    }
    const now = patience.clock.date();
    utimesSync(worktree, now, now);
    if (!existsSync(base))
      throw new DocketError(
        `Main (${commit.slice(0, 12)}) has no folder ${prefix}, so it has no agent to compare with. Have a person review the agent and merge it as it is; later changes are compared with it.`,
        { code: 'nothing-to-compare' },
      );
    const places = { root: realpathSync(root), base, worktree: realpathSync(worktree), repository };
    const submodules = await fillSubmodules({ top: changed.top, worktree: places.worktree, repository, commit });
    const built = await provideDependencies({ ...places, changed, usedBefore, loads, warn });
    return { root: base, worktree: places.worktree, commit, repository, built: [...submodules, ...built] };
  });
}

/**
 * Where a commit is or will be checked out for a configuration's folder.
 * @throws {DocketError} outside of a git repository
 */
export async function placeOfMain(
  root: string,
  commit: string,
): Promise<MainsPlace & { readonly prefix: string; readonly repository: string }> {
  // The prefix comes last: in the top folder it is an empty line.
  const told = await tryGit(root, 'rev-parse', '--path-format=absolute', '--git-common-dir', '--show-prefix');
  if (told === undefined) throw new DocketError(`${root} is not a git repository.`);
  const [common = root, prefix = ''] = told.split('\n');
  const repository = realpathSync(common);
  // Among what programs keep for a while, so that CI can keep it too.
  const worktree = join(cacheFolder(), 'docket', 'base', sha256(repository).slice(0, 16), commit.slice(0, 16));
  // git ends the prefix with a slash, which `join` keeps and a configuration's folder does not have.
  return { worktree, root: resolve(worktree, prefix), prefix, repository };
}

/** Where programs keep for a while what they can make again. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return XDG_CACHE_HOME;
  if (process.platform === 'win32' && LOCALAPPDATA) return LOCALAPPDATA;
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
}

/** @throws {DocketError} when main cannot be checked out there */
function openFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    throw new DocketError(
      `Main cannot be checked out in ${folder}: ${full ? 'the disk is full' : 'the folder cannot be made or written'} (${code}). ${full ? 'Free space there' : 'Make it writable'}, or set XDG_CACHE_HOME to another folder, and run the same command again.`,
      { cause, exitCode: full ? exitCodes.incomplete : exitCodes.usage },
    );
  }
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

async function addWorktree(root: string, worktree: string, commit: string): Promise<void> {
  // A folder that was deleted by hand or left half-made is forgotten first.
  rmSync(worktree, { recursive: true, force: true });
  mkdirSync(join(worktree, '..'), { recursive: true });
  await tryGit(root, 'worktree', 'prune');
  // A repository's hooks are for people who work in a checkout; in this one nobody does.
  const added = await tryGit(root, '-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '--detach', '--force', worktree, commit);
  if (added === undefined) {
    throw new DocketError(
      `git could not check out ${commit.slice(0, 12)} in ${worktree}. Try: git worktree add --detach <folder> ${commit.slice(0, 12)}. In a partial or damaged clone, git fetch --refetch brings what is missing.`,
    );
  }
}
