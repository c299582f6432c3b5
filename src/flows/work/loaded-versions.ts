import { modelModeSchema } from '../../contracts/model-mode.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { differenceOf } from '../changed-version.ts';
import type { LoadedConfig } from '../load-config.ts';
import { prepareVersion } from '../session.ts';
import { changedText } from './version-watch.ts';

/**
 * Remembers the files of all versions as they are when the code has just been loaded, before a database or a model is waited for: what changes meanwhile
 * would be run by the old code under the fingerprint of the new files.
 * @returns says why this process must not run them, where they have changed since
 */
export async function noteLoaded(config: LoadedConfig): Promise<() => Promise<string | undefined>> {
  const loaded = await partsOf(config);
  return async () => {
    const now = await partsOf(config);
    for (const [name, { reference, parts }] of loaded) {
      const why = differenceOf(config, parts, now.get(name)?.parts ?? {});
      if (why !== undefined) return changedText(reference, why);
    }
    return undefined;
  };
}

/** Which model will answer is not known yet. */
async function partsOf(config: LoadedConfig) {
  const { agent } = config;
  const environment = loadEnvironment(config.root, process.env, () => {});
  const modes = agent.own ? (['live'] as const) : modelModeSchema.options;
  const found = new Map<string, { readonly reference: string; readonly parts: Readonly<Record<string, string>> }>();
  for (const reference of Object.keys(agent.versions))
    for (const mode of modes) {
      // What is wrong with it is said by whoever needs it.
      const prepared = await prepareVersion(config, reference, mode, environment).catch(() => undefined);
      if (prepared && prepared.version.served?.version !== null) found.set(`${mode} ${reference}`, { reference, parts: prepared.parts });
    }
  return found;
}
