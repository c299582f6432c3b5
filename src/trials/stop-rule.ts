import type { TrialRun } from './run-trial.ts';

/** Errors that no other trial would escape. */
const permanentErrors: ReadonlySet<string> = new Set(['authentication', 'spend-limit', 'changed']);

/** So many trials in a row that ended alike say that the others will. */
const hopelessRow = 10;

/** Decides when to start no more trials of a run, because the machinery would end each of them. */
export class StopRule {
  readonly #cases: number;
  #anySettled = false;
  #row = 0;
  readonly #casesOfRow = new Set<string>();

  /** @param cases different cases in the run: one case alone may be what the model server cannot take */
  constructor(cases: number) {
    this.#cases = cases;
  }

  /** Why to start no more after a trial that was run ended like this; undefined when there is no reason. */
  after({ request, trial: { outcome } }: Pick<TrialRun, 'request' | 'trial'>): string | undefined {
    if (outcome.kind !== 'infra-error') {
      this.#anySettled = true;
      this.#row = 0;
      this.#casesOfRow.clear();
      return undefined;
    }
    const { error, message, retryable } = outcome;
    // A rate limit that is not worth another try is one for hours.
    if (permanentErrors.has(error) || (error === 'rate-limit' && !retryable)) return message;
    // A miss costs nothing, and each one names what is to be recorded. An outage passes, and whoever runs trials over night wants the rest.
    if (error === 'replay-miss' || (retryable && this.#anySettled)) return undefined;
    this.#row += 1;
    this.#casesOfRow.add(request.caseFingerprint);
    return this.#row >= hopelessRow && this.#casesOfRow.size >= Math.min(2, this.#cases)
      ? `${message} ${this.#row} trials in a row ended like this.`
      : undefined;
  }
}
