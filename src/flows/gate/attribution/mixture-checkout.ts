import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Part } from '../../../contracts/attribution.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import { temporaryFilesFault, temporaryFolder } from '../../../contracts/temporary-folder.ts';
import { placeOfMain } from '../base-checkout.ts';
import { sharePackages } from '../base-dependencies.ts';
import { copyFiles } from '../copy-files.ts';
import type { GateContext } from '../gate-context.ts';
import { isManifest } from '../manifest-files.ts';
import { filesOfCommit } from '../set-up/index.ts';
import { type FilesOfParts, holdsCode } from './changed-files-of-parts.ts';

/** A checkout that nobody wrote: main's files with the candidate's of some parts laid over them. */
export interface MixtureCheckout {
  /** Folder of its configuration. */
  readonly root: string;
  /** Top folder. */
  readonly top: string;
  /** Beside the checkout, for what programs keep of it as they run. */
  readonly beside: string;
  /** Its files, below the top, with `/`. */
  readonly paths: readonly string[];
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
  const tracked = await filesOfCommit(main.repository, base.commit);
  const folder = temporaryFolder('docket-mixture');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const top = join(folder, 'checkout');
    mkdirSync(top);
    const candidates = ofCandidate.flatMap((part) => files.get(part) ?? []);
    const candidatesPackages = manifests.length > 0 ? holdsCode(candidates) : candidates.length > 0 && packagesChanged(files, ofCandidate);
    const taken = new Set([...candidates, ...(candidatesPackages ? manifests : [])]);
    const mains = tracked.filter((path) => !taken.has(path));
    copyFiles(main.worktree, top, mains);
    copyFiles(changed.top, top, taken);
    const own = realpathSync(config.root);
    const source = candidatesPackages
      ? { root: own, top: changed.top }
      : { root: realpathSync(main.root), top: realpathSync(main.worktree) };
    sharePackages(source, top);
    return {
      beside: folder,
      root: join(top, relative(changed.top, own)),
      top,
      paths: [...mains, ...taken].sort(),
      candidatesPackages,
      remove,
    };
  } catch (cause) {
    remove();
    const fault = temporaryFilesFault(cause, folder);
    throw fault instanceof DocketError
      ? fault
      : new DocketError(`The files of both sides could not be put together: ${(cause as Error).message}`, { cause });
  }
}

/** Manifests that are a part's own files: a version names them, or they are all that changed. */
function packagesChanged(files: FilesOfParts['files'], ofCandidate: readonly Part[]): boolean {
  return ofCandidate.some((part) => (files.get(part) ?? []).some(isManifest));
}
