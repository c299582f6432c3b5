import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import { type PostgresAddress, storeVariable } from '../../database/postgres/postgres-address.ts';
import { storeSecretVariable } from '../../trials/trial-signer.ts';
import { gitPaths, tryGit } from '../git.ts';
import type { LoadedConfig } from '../load-config.ts';

/** A database, and the files from which SQLite completes it: https://www.sqlite.org/tempfiles.html. */
const endings = ['', '-wal', '-shm', '-journal'];

/**
 * Makes sure that no pull request could have written the trials of a store: git tracks neither the store nor a link to it, not in any commit of
 * the branch either, and it lies in this repository. What an earlier commit held may have come back through a cache; so it is refused, not
 * left unused: otherwise the same trick would throw unwelcome trials away.
 * @param base the merge base
 * @throws {DocketError} naming the file that git tracks, or the place that it cannot vouch for
 */
export async function vouchForStore({ root, store }: Pick<LoadedConfig, 'root' | 'store'>, base: string, signed: boolean): Promise<void> {
  if (store === ':memory:') return;
  const [shownTop = root] = await gitPaths(root, '\n', 'rev-parse', '--show-toplevel');
  const top = realpathSync(shownTop);
  // As it is written, below the real root: links of the branch are looked at, not followed.
  const written = relative(top, join(realpathSync(root), relative(root, store)));
  const real = relative(top, realPlace(join(top, written)));
  if (!signed) await refuseElsewhere(store, top, real);
  const places = [written, real].filter((path) => !isOutside(path)).flatMap(placesOf);
  const names = new Set(places.map(folded));
  const tracked = (paths: readonly string[]) => paths.find((path) => names.has(folded(path)));
  const now = tracked([
    ...(await gitPaths(top, '\0', 'ls-files', '-z')),
    ...(await gitPaths(top, '\0', 'ls-tree', '-r', '-z', '--name-only', 'HEAD')),
  ]);
  if (now !== undefined) {
    throw new DocketError(
      `${now}: git tracks the trial store, so whoever writes a change could also write its trials. Take it out (git rm --cached ${now}), and out of the branch's history.`,
    );
  }
  const range = `${base}..HEAD`;
  const once = tracked(
    await gitPaths(top, '\0', 'log', '--format=', '--name-only', '-z', '-m', '--full-history', '--no-renames', '--root', range),
  );
  if (once !== undefined) {
    const commit = await tryGit(top, 'log', '-1', '--format=%h', '--full-history', range, '--', `:(top,literal)${once}`);
    throw new DocketError(
      `${once}: a commit of this branch (${commit || range}) held the trial store, so what lies there now may have come from it. Take the commit out of the branch (git rebase), and choose another place: "store" in docket.config.ts.`,
    );
  }
}

/** Whoever may add to a shared database could have written any trial in it. */
export function unsignedShared({ shown }: PostgresAddress): DocketError {
  return new DocketError(
    `${shown}: whoever may add to a shared store could have written its trials, so there is no telling who did. Set ${storeSecretVariable} where the gate runs and where the baseline is accepted, so that trials are signed; or run the gate without ${storeVariable}.`,
  );
}

async function refuseElsewhere(store: string, top: string, real: string): Promise<void> {
  const signing = `or set ${storeSecretVariable}, so that trials are signed`;
  if (isOutside(real)) {
    throw new DocketError(
      `${store}: the trial store lies outside the repository, so there is no telling who wrote it. Set "store" in docket.config.ts to a path below it, for example .docket/docket.db, ${signing}.`,
    );
  }
  const folder = existingFolder(join(top, real));
  const [owner] = await gitPaths(folder, '\n', 'rev-parse', '--show-toplevel');
  if (owner !== undefined && realpathSync(owner) !== top) {
    throw new DocketError(
      `${store}: the trial store lies in another repository (${owner}), which may track it. Set "store" in docket.config.ts to a path of this one, ${signing}.`,
    );
  }
}

function isOutside(path: string): boolean {
  return path === '' || path === '..' || path.startsWith(`..${sep}`);
}

/** The store's files, and everything on the way to them: a folder that git tracks is a link or another repository. */
function placesOf(path: string): string[] {
  const parts = path.split(sep);
  return [...endings.map((ending) => `${path}${ending}`), ...parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))];
}

/** Some file systems know no case, and write accents in one way of two. */
function folded(path: string): string {
  return path.split(sep).join('/').normalize('NFC').toLowerCase();
}

/** Where a path leads once links are followed, also when its end is not there yet. */
function realPlace(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(realPlace(parent), basename(path));
}

function existingFolder(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) ? folder : existingFolder(folder);
}
