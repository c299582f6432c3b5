import type { Spending } from '../../contracts/verdict.ts';
import type { TrialRun } from '../../trials/run-trial.ts';

/** Adds up what a verdict used. A trial that is asked for again, by a second look at the same cases, counts once. */
export class SpendingTally {
  readonly #seen = new Set<string>();
  #run = 0;
  #reused = 0;
  #dollars: number | undefined = 0;

  /** @param dollars by list price; undefined when the price is not known */
  add({ request, reused }: Pick<TrialRun, 'request' | 'reused'>, dollars: number | undefined): void {
    const { versionFingerprint, caseFingerprint, series, number } = request;
    const key = JSON.stringify([versionFingerprint, caseFingerprint, series, number]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (reused) {
      this.#reused += 1;
      return;
    }
    this.#run += 1;
    this.#dollars = this.#dollars === undefined || dollars === undefined ? undefined : this.#dollars + dollars;
  }

  /** What was run now, what came from the store, and what the runs cost. */
  total(): Pick<Spending, 'dollars'> & { readonly trials: { readonly spent: number; readonly reused: number } } {
    return { trials: { spent: this.#run, reused: this.#reused }, ...(this.#dollars === undefined ? {} : { dollars: this.#dollars }) };
  }
}
