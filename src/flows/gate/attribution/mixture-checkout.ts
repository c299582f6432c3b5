import { copyFileSync, cpSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Part } from '../../../contracts/attribution.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import { gitPaths } from '../../git.ts';
import { placeOfMain } from '../base-checkout.ts';
import { sharePackages } from '../base-dependencies.ts';
import type { GateContext } from '../gate-context.ts';
import { isManifest } from '../manifest-files.ts';
import { type FilesOfParts, holdsCode, placeIn } from './changed-files-of-parts.ts';

/** A checkout that nobody wrote: main's files with the candidate's of some parts laid over them. */
export interface MixtureCheckout {
  /** Folder of its configuration. */
  readonly root: string;
  /** Top folder. */
  readonly top: string;
  /** True where the candidate says which packages it needs. */
  readonly candidatesPackages: boolean;
  remove(): void;
}

/**
 * Makes one in a folder of its own outside of the repository.
 * @param ofCandidate parts whose files are the candidate's: changed ones are copied, removed ones are gone
 * @throws {DocketError} when it cannot be made
 */
export async function mixtureCheckout(
  { config, base, changed }: Pick<GateContext, 'config' | 'base' | 'changed'>,
  { files, manifests }: FilesOfParts,
  ofCandidate: readonly Part[],
): Promise<MixtureCheckout> {
  const main = await placeOfMain(config.root, base.commit);
  const tracked = await gitPaths(main.repository, '\0', 'ls-tree', '-r', '-z', '--name-only', '--full-tree', base.commit);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'docket-mixture-')));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const top = join(folder, 'checkout');
    mkdirSync(top);
    const candidates = ofCandidate.flatMap((part) => files.get(part) ?? []);
    const candidatesPackages = manifests.length > 0 ? holdsCode(candidates) : candidates.length > 0 && packagesChanged(files, ofCandidate);
    const taken = new Set([...candidates, ...(candidatesPackages ? manifests : [])]);
    for (const path of tracked) if (!taken.has(path)) copyEntry(placeIn(main.worktree, path), placeIn(top, path));
    for (const path of taken) copyEntry(placeIn(changed.top, path), placeIn(top, path));
    const own = realpathSync(config.root);
    const source = candidatesPackages
      ? { root: own, top: changed.top }
      : { root: realpathSync(main.root), top: realpathSync(main.worktree) };
    sharePackages(source, top);
    return { root: join(top, relative(changed.top, own)), top, candidatesPackages, remove };
  } catch (cause) {
    remove();
    throw cause instanceof DocketError
      ? cause
      : new DocketError(`The files of both sides could not be put together: ${(cause as Error).message}`, { cause });
  }
}

/** Manifests that are a part's own files: a version names them, or they are all that changed. */
function packagesChanged(files: FilesOfParts['files'], ofCandidate: readonly Part[]): boolean {
  return ofCandidate.some((part) => (files.get(part) ?? []).some(isManifest));
}

/** A link stays the link that it is; what is not there (any more) is not there. A folder is a repository inside of this one. */
function copyEntry(from: string, to: string): void {
  const found = lstatSync(from, { throwIfNoEntry: false });
  if (!found) return;
  mkdirSync(dirname(to), { recursive: true });
  if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (found.isFile()) copyFileSync(from, to);
  else if (found.isDirectory()) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}
