/** How long ahead trials are taken, so that no place waits for the database, in milliseconds. */
const aheadMs = 150;
/** Over how long the speed is reckoned, in milliseconds. */
const lately = 1000;

/** The places of a worker, each for one trial at a time. A place is free again when its trial goes to the store. */
export class Places {
  readonly #count: number;
  readonly #onEnd: () => void;
  #inFlight = 0;
  /** Trials that have ended and are on their way into the store: not more of them than there are places. */
  #saving = 0;
  /** Trials that ended in a millisecond, lately. */
  #speed = 0;
  #ended = 0;
  #reckonedAt = performance.now();

  /** @param onEnd called whenever a place is free */
  constructor(count: number, onEnd: () => void) {
    this.#count = count;
    this.#onEnd = onEnd;
  }

  /** Trials that were begun and are not put away. */
  get open(): number {
    return this.#inFlight + this.#saving;
  }

  get isFree(): boolean {
    return this.#inFlight < this.#count && this.#saving < this.#count;
  }

  /** How many trials are worth taking beside those that wait here: none, or a good part of the places, because they are taken by the handful. */
  room(waiting: number): number {
    const room = this.#count + Math.round(this.#speed * aheadMs) - this.#inFlight - waiting;
    return this.#inFlight === 0 || room * 5 >= this.#count ? Math.max(0, room) : 0;
  }

  /** Takes a place. @param run never rejects; calls what it is given once its trial goes to the store */
  launch(run: (onSave: () => void) => Promise<void>): void {
    this.#inFlight += 1;
    let isSaving = false;
    const onSave = () => {
      isSaving = true;
      this.#inFlight -= 1;
      this.#saving += 1;
      this.#onEnd();
    };
    void run(onSave).finally(() => {
      if (isSaving) this.#saving -= 1;
      else this.#inFlight -= 1;
      this.#ended += 1;
      this.#onEnd();
    });
  }

  /** Reckons the speed anew. */
  reckon(): void {
    const ms = Math.max(1, performance.now() - this.#reckonedAt);
    this.#speed += Math.min(1, ms / lately) * (this.#ended / ms - this.#speed);
    [this.#ended, this.#reckonedAt] = [0, performance.now()];
  }
}
