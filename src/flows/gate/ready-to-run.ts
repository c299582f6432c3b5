import { basename } from 'node:path';
import type { LoadedConfig } from '../load-config.ts';
import { type BaseCheckout, checkOutBase } from './base-checkout.ts';
import type { FoundCandidate } from './candidate.ts';
import { changedFiles } from './changed-files.ts';
import type { GateRequest } from './gate-request.ts';
import { loadsOf } from './loads-of.ts';
import { lockfileNames } from './lockfile.ts';
import { filesOfCommit, setUp, setUpsOf } from './set-up/index.ts';

interface Place {
  readonly found: FoundCandidate;
  /** Main's. */
  readonly checkout: BaseCheckout;
}

type Patience = Pick<GateRequest, 'mode' | 'environment' | 'clock' | 'signal' | 'warn'>;

/**
 * Makes main's agent ready to run once its configuration says what that takes: by the set-up that it names, or, where its program may load any package, by
 * main's own packages.
 * @throws {DocketError} when that fails
 */
export async function readyToRun(
  { found, checkout }: Place,
  { agent }: LoadedConfig,
  { mode = 'live', environment, clock, signal, warn }: Patience,
): Promise<'set up' | 'as it is'> {
  const { root, worktree, repository, commit } = checkout;
  const command = agent.own?.setup;
  if (command) {
    const [files, kept] = [await filesOfCommit(repository, commit), await setUpsOf(root, commit)];
    const onStart = () => warn(`Main is set up: ${command.join(' ')}`);
    await setUp({ whose: "Main's", command, root, top: worktree, files, kept, environment, clock, signal, onStart });
    return 'set up';
  }
  if (!agent.own?.anyPackage) return 'as it is';
  const changed = await changedFiles(found.root, commit);
  if (!changed.paths.some((path) => lockfileNames.some((name) => name === basename(path)))) return 'as it is';
  const loads = { ...(await loadsOf(found.file, found.root, mode)), any: true };
  await checkOutBase(found.root, commit, { changed, loads }, { clock, signal, warn });
  return 'set up';
}
