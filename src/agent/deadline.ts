import { loopTurn } from '../contracts/turns.ts';

/**
 * The time that a run of the agent may take. Its signal aborts when that is used up, or when the signal from outside does, with that
 * one's reason. What a call waits for its turn is not counted: a rate limit is no fault of the run.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outside: AbortSignal;
  readonly #now: () => number;
  #leftMs: number;
  #countsSince: number;
  #timer: NodeJS.Timeout | undefined;
  #waits = 0;
  #ended = false;

  constructor(milliseconds: number, outside: AbortSignal, now: () => number) {
    this.#leftMs = milliseconds;
    this.#outside = outside;
    this.#now = now;
    this.#countsSince = now();
    // By hand: AbortSignal.any is slow to make and to collect, and there is one for every trial.
    if (outside.aborted) this.#passOn();
    else outside.addEventListener('abort', this.#passOn, { once: true });
    this.#timer = setTimeout(this.#expire, milliseconds);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stands still until the wait ends. */
  readonly waiting = async <Value>(turn: Promise<Value>): Promise<Value> => {
    this.#waits += 1;
    if (this.#waits === 1) {
      clearTimeout(this.#timer);
      this.#leftMs -= this.#now() - this.#countsSince;
    }
    try {
      return await turn;
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0 && !this.signal.aborted) {
        this.#countsSince = this.#now();
        this.#timer = setTimeout(this.#expire, Math.max(0, this.#leftMs));
      }
    }
  };

  /** To be called when the run is over. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#outside.removeEventListener('abort', this.#passOn);
  }

  readonly #passOn = () => this.#controller.abort(this.#outside.reason);
  readonly #expire = async () => {
    const timer = this.#timer;
    // While the process was busy an answer may have come that nobody has heard yet; it was in time.
    await loopTurn();
    if (timer === this.#timer && this.#waits === 0 && !this.#ended) this.#controller.abort();
  };
}
