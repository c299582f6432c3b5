import { DocketError } from '../contracts/docket-error.ts';

/** One thing to do in the database, and who waits for it. */
interface Job {
  /** Does it; the returned function tells the waiting caller, which may only happen once it is committed. */
  run(): () => void;
  fail(error: unknown): void;
}

/** Does all of something in one transaction, or nothing of it. */
export type InTransaction = <Value>(work: () => Value) => Value;

/**
 * Most jobs of a transaction: sixteen trials with the claims of the next ones. A hundred answers may come in one turn: with all of them in one, the
 * first one's next model call would wait for the last one's row.
 */
const mostJobs = 32;

/**
 * Does what many trials want from a database within one turn of the event loop in few transactions: a commit costs more than the trial's row,
 * and the lock is held for the writing only. A promise is kept after the commit, so nothing is reported that a killed process would lose.
 */
export class GroupCommit {
  readonly #inTransaction: InTransaction;
  #jobs: Job[] = [];

  constructor(inTransaction: InTransaction) {
    this.#inTransaction = inTransaction;
  }

  add<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const result = work();
        return () => resolve(result);
      };
      const waiting = this.#jobs.push({ run, fail: reject });
      if (waiting === mostJobs) this.flush();
      else if (waiting === 1) setImmediate(() => this.flush());
    });
  }

  /** Does now what waits. */
  flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    try {
      for (const tell of this.#inTransaction(() => jobs.map((job) => job.run()))) tell();
    } catch {
      this.#runOneByOne(jobs);
    }
  }

  /** After a transaction failed: one bad job must not take the others with it, and what still fits on a nearly full disk is kept. */
  #runOneByOne(jobs: readonly Job[]): void {
    let databaseFailed: DocketError | undefined;
    for (const job of jobs) {
      try {
        if (databaseFailed) throw databaseFailed;
        this.#inTransaction(() => job.run())();
      } catch (error) {
        // A database that fails for one would make each of the others wait for the same failure.
        if (error instanceof DocketError) databaseFailed = error;
        job.fail(error);
      }
    }
  }
}
