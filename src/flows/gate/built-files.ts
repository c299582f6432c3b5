import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Two checkouts of one repository. */
interface Checkouts {
  /** Top folder of the candidate's. */
  readonly top: string;
  /** Top folder of main's. */
  readonly worktree: string;
}

/**
 * Copies what was built of a package's sources, which git does not have: of the same sources it is the same. What is there already stays where it
 * is byte for byte that, and is replaced where it is not: somebody else may have written there since.
 * @param folder the package's, below the top; its sources are main's
 * @returns the paths below the top
 */
export function takeBuilt({ top, worktree }: Checkouts, folder: string): string[] {
  // What git lists lies in the package itself, never behind a link.
  return ignoredBelow(top, ['-C', top], folder).flatMap((path) => {
    const [from, place] = [join(top, path), join(worktree, path)];
    if (path.split('/').some((name) => name.startsWith('.env')) || !existsSync(dirname(place))) return [];
    if (!sameTree(from, place)) {
      rmSync(place, { recursive: true, force: true });
      cpSync(from, place, { recursive: true, verbatimSymlinks: true });
    }
    return [path];
  });
}

/** Takes away what an earlier run left in main's checkout and git ignores: the agent might load it. Packages are seen to by themselves. */
export function removeLeftovers(repository: string, worktree: string, built: readonly string[]): void {
  for (const path of ignoredBelow(worktree, ['-C', worktree, `--git-dir=${repository}`, `--work-tree=${worktree}`], '.')) {
    if (!built.some((kept) => kept === path || kept.startsWith(path) || path.startsWith(kept)))
      rmSync(join(worktree, path), { recursive: true, force: true });
  }
}

/** What git ignores, folders that are ignored as a whole with a slash at their end; without packages and what Docket keeps. */
function ignoredBelow(top: string, where: readonly string[], folder: string): string[] {
  const words = [...where, 'ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory', '--', folder];
  const listed = execFileSync('git', words, { cwd: top, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return listed.split('\0').filter((path) => path !== '' && !path.split('/').some((name) => name === 'node_modules' || name === '.docket'));
}

function sameTree(one: string, other: string): boolean {
  const [first, second] = [lstatSync(one, { throwIfNoEntry: false }), lstatSync(other, { throwIfNoEntry: false })];
  if (!first || !second) return false;
  if (first.isDirectory() && second.isDirectory()) {
    const [here, there] = [readdirSync(one), readdirSync(other)];
    return here.length === there.length && here.every((name) => sameTree(join(one, name), join(other, name)));
  }
  if (first.isSymbolicLink() && second.isSymbolicLink()) return readlinkSync(one) === readlinkSync(other);
  return first.isFile() && second.isFile() && first.size === second.size && readFileSync(one).equals(readFileSync(other));
}
