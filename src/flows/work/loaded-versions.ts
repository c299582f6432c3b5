import type { FingerprintParts } from '../../agent/fingerprint.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { modeOf } from '../../model/select-model.ts';
import type { LoadedConfig } from '../load-config.ts';
import { prepareVersion, type SessionOptions } from '../session.ts';

/** What the fingerprints of all versions are made of, by their names. */
export type LoadedVersions = ReadonlyMap<string, FingerprintParts>;

/**
 * Remembers the files of all versions as they are when the code has just been loaded, before a database or a model is waited for: what changes meanwhile
 * would be run by the old code under the fingerprint of the new files.
 * @param options with which the session will be opened
 */
export async function noteLoaded(
  { root, agent, simulation }: LoadedConfig,
  options: Pick<SessionOptions, 'mode' | 'simulation' | 'environment'>,
): Promise<LoadedVersions> {
  const environment = loadEnvironment(root, options.environment ?? process.env, () => {});
  const { mode: asked } = options;
  const mode = modeOf({ environment, ...(agent.own ? { own: agent.name } : {}), ...(asked ? { mode: asked } : {}) });
  const found = new Map<string, FingerprintParts>();
  for (const reference of Object.keys(agent.versions)) {
    // What is wrong with it is said by whoever needs it.
    const prepared = await prepareVersion(
      { agent, simulation: { ...simulation, ...options.simulation } },
      reference,
      mode,
      environment,
    ).catch(() => undefined);
    if (prepared) found.set(reference, prepared.parts);
  }
  return found;
}
