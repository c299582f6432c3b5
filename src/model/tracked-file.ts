import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * True when git knows a file: it tracks the path, HEAD has it, or what it holds is in the repository under any name or commit. Then it may
 * be somebody else's words. A link counts as itself and as what it leads to. False without git, or outside a repository.
 */
export function isKnownToGit(path: string): boolean {
  const real = realpathSync(path);
  return (
    [...new Set([path, real])].some((each) => isTracked(each)) ||
    git(real, 'cat-file', '-e', git(real, 'hash-object', '--', basename(real)) ?? '') !== undefined
  );
}

function isTracked(path: string): boolean {
  const name = basename(path);
  return Boolean(git(path, 'ls-files', '--', name)) || git(path, 'cat-file', '-e', `HEAD:./${name}`) !== undefined;
}

/** What git says in the file's folder; undefined when it fails. */
function git(path: string, ...words: readonly string[]): string | undefined {
  // Variables of git could point it at another repository.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  try {
    return execFileSync('git', ['-C', dirname(path), '--literal-pathspecs', ...words], {
      env: environment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
