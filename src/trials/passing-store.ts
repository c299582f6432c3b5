import type { BatchLedger } from '../model/batches/batch-ledger.ts';
import type { TrialStore } from './trial-store.ts';

/** A store that keeps nothing, for runs that are no trials: each is run anew, however often it is asked for, and leaves no memory behind. */
export function passingStore(): TrialStore {
  return {
    find: () => undefined,
    list: () => [],
    count: () => 0,
    portions: () => [],
    keysOf: () => [],
    newest: () => [],
    claim: () => 'claimed',
    heldBy: () => undefined,
    save: () => 'saved',
    takeBack() {},
    release() {},
    saveFailure() {},
    failures: () => [],
    holdsScoresOf: () => false,
    findScore: () => undefined,
    saveScore() {},
    refusedTrials: () => 0,
    get batches(): BatchLedger {
      throw new Error('Batches need a store that keeps what is under way.');
    },
    transaction: (work) => work(),
    close() {},
  };
}
