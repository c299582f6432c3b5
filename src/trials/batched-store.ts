import { DocketError } from '../contracts/docket-error.ts';
import type { FailedTrial, Trial, TrialKey } from '../contracts/trial.ts';
import type { TrialStore } from './trial-store.ts';

/** One thing to do in the store, and who waits for it. */
interface Job {
  /** Does it; the returned function tells the waiting caller, which may only happen once it is committed. */
  run(): () => void;
  fail(error: unknown): void;
}

/**
 * Most jobs of a transaction. A hundred answers may come in one turn: with all of them in one, the first one's next model call would wait for
 * the last one's row.
 */
const mostJobs = 16;

/**
 * Does what many trials want from the store within one turn of the event loop in few transactions: a commit costs more than the trial's row,
 * and the lock is held for the writing only. A promise is kept after the commit, so nothing is reported that a killed process would lose.
 */
export class BatchedStore {
  readonly #store: TrialStore;
  #jobs: Job[] = [];

  constructor(store: TrialStore) {
    this.#store = store;
  }

  claim(key: TrialKey): Promise<'claimed' | 'stored' | 'busy'> {
    return this.#add(() => this.#store.claim(key));
  }

  save(trial: Trial): Promise<'saved' | 'stored'> {
    return this.#add(() => this.#store.save(trial));
  }

  saveFailure(failed: FailedTrial): Promise<void> {
    return this.#add(() => this.#store.saveFailure(failed));
  }

  #add<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const result = work();
        return () => resolve(result);
      };
      const waiting = this.#jobs.push({ run, fail: reject });
      if (waiting === mostJobs) this.#flush();
      else if (waiting === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    try {
      for (const tell of this.#store.transaction(() => jobs.map((job) => job.run()))) tell();
    } catch {
      runOneByOne(jobs);
    }
  }
}

/** After a batch failed: one bad job must not take the others with it, and what still fits on a nearly full disk is kept. */
function runOneByOne(jobs: readonly Job[]): void {
  let storeFailed: DocketError | undefined;
  for (const job of jobs) {
    try {
      if (storeFailed) throw storeFailed;
      job.run()();
    } catch (error) {
      // A store that fails for one would make each of the others wait for the same failure.
      if (error instanceof DocketError) storeFailed = error;
      job.fail(error);
    }
  }
}

const batchedStores = new WeakMap<TrialStore, BatchedStore>();

/** The store's one batch: all who run trials in this process share it. */
export function batched(store: TrialStore): BatchedStore {
  let found = batchedStores.get(store);
  if (!found) {
    found = new BatchedStore(store);
    batchedStores.set(store, found);
  }
  return found;
}
