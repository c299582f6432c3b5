import type { BatchLedger } from '../model/batches/batch-ledger.ts';
import type { TrialStore } from './trial-store.ts';

/** A store that keeps nothing, for runs that are no trials: each is run anew, however often it is asked for, and leaves no memory behind. */
export function passingStore(): TrialStore {
  return {
    find: async () => undefined,
    list: async () => [],
    count: async () => 0,
    portions: async () => [],
    selections: async () => [],
    keysOf: async () => [],
    newest: async () => [],
    claim: async () => 'claimed',
    heldBy: async () => undefined,
    save: async () => 'saved',
    async takeBack() {},
    async release() {},
    async saveFailure() {},
    failures: async () => [],
    scorersKept: async () => [],
    findScore: async () => undefined,
    async saveScore() {},
    scores: async () => ({ scores: [], last: undefined }),
    refusedTrials: () => 0,
    get batches(): BatchLedger {
      throw new Error('Batches need a store that keeps what is under way.');
    },
    async close() {},
  };
}
