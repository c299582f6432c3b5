import { storeWith } from '../../trials/store-with.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import type { VersionWatch } from './version-watch.ts';

/** What ran may not be what its fingerprint says; nothing of it is kept. */
export class ChangedVersion extends Error {
  override readonly name = 'ChangedVersion';
}

/** The store for trials of an agent that opens files as it runs: one is kept only when these are still as its fingerprint says once it has ended. */
export function watchedStore(store: TrialStore, watch: VersionWatch): TrialStore {
  if (!watch.opensFiles) return store;
  return storeWith(store, {
    async save(trial) {
      const changed = await watch.changed();
      if (changed !== undefined) throw new ChangedVersion(changed);
      return store.save(trial);
    },
  });
}
