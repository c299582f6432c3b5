/** Longest work at one go, in milliseconds: a person who presses Ctrl-C is answered before they press it again. */
const longestGoMs = 50;

/**
 * Turns of the event loop for work that goes through very much: while none is given, no signal of the system is heard, no timer rings and no
 * answer is read. By the clock, so that short work gives none.
 */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  /** @param signal ends the work at the next turn, with its reason thrown */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** @throws the signal's reason, where it is aborted */
  throwIfAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** True when one is to be given: to ask costs nothing, where an `await` for each of a million things would. */
  get due(): boolean {
    return performance.now() - this.#since > longestGoMs;
  }

  /**
   * Gives one where it is due.
   * @throws the signal's reason
   */
  async give(): Promise<void> {
    if (!this.due) return;
    await loopTurn();
    this.#since = performance.now();
    this.throwIfAborted();
  }
}

/** One turn of the event loop: whatever has come to this process from outside is heard before it ends. */
export function loopTurn(): Promise<void> {
  // Two, so that the loop goes once around, whatever part of it this is.
  return new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));
}

/** Takes all steps at one go. */
export function atOnce<Result>(steps: Iterator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Takes all steps, and gives turns between them. @throws the reason of the turns' signal */
export async function inTurns<Result>(steps: Iterator<unknown, Result>, turns: Turns): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (!turns.due) continue;
    try {
      await turns.give();
    } catch (reason) {
      try {
        // It lets go of what it holds.
        steps.throw?.(reason);
      } catch {
        // Whatever it makes of it, this is why the work ended.
      }
      throw reason;
    }
  }
}
