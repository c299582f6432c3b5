import type { TrialStore } from '../../trials/trial-store.ts';
import type { VersionWatch } from './version-watch.ts';

/** What ran may not be what its fingerprint says; nothing of it is kept. */
export class ChangedVersion extends Error {
  override readonly name = 'ChangedVersion';
}

/** The store for trials of an agent that opens files as it runs: one is kept only when these are still as its fingerprint says once it has ended. */
export function watchedStore(store: TrialStore, watch: VersionWatch): TrialStore {
  if (!watch.opensFiles) return store;
  const save: TrialStore['save'] = async (trial) => {
    const changed = await watch.changed();
    if (changed !== undefined) throw new ChangedVersion(changed);
    return store.save(trial);
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'save') return save;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
