import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DocketError } from '../contracts/docket-error.ts';

const run = promisify(execFile);

/** Runs git below `root` and returns what it printed, trimmed; undefined when it failed. */
export async function tryGit(root: string, ...words: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['-C', root, ...words], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new DocketError('git is not installed; Docket needs it to know who reviews and where main is. Install git.');
    return undefined;
  }
}

/**
 * Runs git below `root` and returns the paths that it printed, exactly as they are: a name may begin or end with a blank.
 * @param separator what stands after each path: NUL where git is asked for it (`-z`)
 */
export async function gitPaths(root: string, separator: '\0' | '\n', ...words: readonly string[]): Promise<string[]> {
  try {
    const { stdout } = await run('git', ['-C', root, ...words], { maxBuffer: 256 * 1024 * 1024 });
    return stdout.split(separator).filter((path) => path !== '');
  } catch (cause) {
    throw new DocketError(`git ${words[0]} failed below ${root}: ${(cause as Error).message}`, { cause });
  }
}

/** Where the candidate left main. */
export interface MergeBase {
  /** As it was asked for. */
  readonly ref: string;
  readonly commit: string;
}

const usualMains = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/**
 * Finds the commit that a verdict compares with: the merge base of HEAD and `against`, or of HEAD and the usual names of main.
 * @throws {DocketError} outside a git repository, for an unknown ref, or when the histories have no common commit (a shallow clone)
 */
export async function findMergeBase(root: string, against?: string): Promise<MergeBase> {
  if ((await tryGit(root, 'rev-parse', 'HEAD')) === undefined) {
    throw new DocketError(`${root} is not a git repository with a commit; the gate compares with a commit on main. Run it inside one.`);
  }
  if (against?.startsWith('-'))
    throw new DocketError(`"${against}" is not a git ref. Expected a branch, a tag or a commit, for example origin/main.`);
  const refs = against === undefined ? usualMains : [against];
  for (const ref of refs) {
    const target = await tryGit(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
    if (target === undefined) continue;
    const commit = await tryGit(root, 'merge-base', 'HEAD', target);
    if (commit) return { ref, commit };
    throw new DocketError(
      `HEAD and ${ref} have no common commit here. In a shallow clone, fetch the history first (actions/checkout: fetch-depth: 0).`,
      { code: 'nothing-to-compare' },
    );
  }
  throw new DocketError(
    `No git ref ${refs.join(', ')} was found. Name the branch to compare with: --against <ref>; in a shallow clone fetch it first (actions/checkout: fetch-depth: 0).`,
    against === undefined ? { code: 'nothing-to-compare' } : {},
  );
}
