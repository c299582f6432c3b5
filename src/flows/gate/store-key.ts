import { isAbsolute, relative } from 'node:path';
import { DocketError } from '../../contracts/docket-error.ts';
import type { ModelMode } from '../../contracts/model-mode.ts';
import type { VersionIdentity } from '../../contracts/version.ts';
import { parseBaseline } from '../../gate/baseline-file.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { tryGit } from '../git.ts';
import { modelFingerprintOf } from '../model-fingerprint.ts';
import { identified } from '../session.ts';
import { findCandidate, openCandidate } from './candidate.ts';
import { changedFiles } from './changed-files.ts';
import type { GateRequest } from './gate-request.ts';
import { noBaseline } from './no-baseline.ts';
import { agentFiles, unlistedChanges, withUnlisted } from './unlisted-changes.ts';
import { vouchForStore } from './vouch-for-store.ts';

/** Under which name a gate's trials are kept between two machines, and where they lie. */
export interface StoreKey {
  /** The same for the same agent, candidate and epoch, wherever it is computed; any change to one of them gives another. */
  readonly key: string;
  readonly mode: ModelMode;
  readonly candidate: VersionIdentity;
  /** Epoch of the baseline that a gate here compares with. */
  readonly epoch: number;
  /** File of the trial store, relative to the configuration; undefined when trials are kept nowhere. */
  readonly store: string | undefined;
}

/**
 * Computes the key of a gate's trials from the candidate's fingerprint and the epoch of main's baseline. No model is called and nothing is checked
 * out.
 * @throws {DocketError} where the gate itself could not start: no common commit, no baseline or a damaged one, an unknown version
 */
export async function storeKey(
  request: Pick<GateRequest, 'candidate' | 'against' | 'directory' | 'mode' | 'environment' | 'warn' | 'signal'>,
): Promise<StoreKey> {
  const { worker, config, version, base } = await openCandidate(request, await findCandidate(request));
  worker.close();
  const { root, agent, simulation, store } = config;
  const { commit } = base;
  // Nothing that a commit of the branch held may be kept under this key, or be taken from there.
  await vouchForStore(config, commit, true);
  const text = await tryGit(root, 'show', `${commit}:./reports/baseline.json`);
  const environment = loadEnvironment(root, request.environment ?? process.env, request.warn);
  const baseline =
    text === undefined ? noBaseline(config, environment) : parseBaseline(text, `reports/baseline.json of ${commit.slice(0, 12)}`);
  const mode = request.mode ?? baseline.mode;
  const prepared = await identified(agent, version, modelFingerprintOf(mode, simulation, environment));
  const files = await agentFiles(config, version, mode);
  const sameFingerprint = prepared.identity.fingerprint === baseline.version.fingerprint;
  const changed = await changedFiles(root, commit);
  // Main's own list of ignored files would need a checkout; where it differs, trials are kept under another key, and nothing is decided by it.
  const unlisted = await unlistedChanges({ candidate: config, files, commit, changed, sameFingerprint, rules: config, environment });
  const { identity } = withUnlisted(prepared, unlisted);
  return {
    key: `${nameForKeys(agent.name)}-${identity.fingerprint.slice(0, 32)}-${baseline.epoch}`,
    mode,
    candidate: identity,
    epoch: baseline.epoch,
    store: store === ':memory:' ? undefined : insideOf(root, store),
  };
}

/** Caches take no commas, and a key should be readable. */
function nameForKeys(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 60);
}

function insideOf(root: string, store: string): string {
  const path = relative(root, store);
  if (path.startsWith('..') || isAbsolute(path))
    throw new DocketError(
      `The trial store ${store} lies outside ${root}, so it cannot be moved between machines. Set "store" in docket.config.ts to a path below it.`,
    );
  return path;
}
