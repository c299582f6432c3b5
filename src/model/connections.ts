import type { Dispatcher } from 'undici';
import { loopTurn } from '../contracts/turns.ts';

/** After so long without a sign of life nobody knows which connections are still good: the library's own clock stands still while a process is busy or asleep. */
const longestSilenceMs = 2000;

/** A look around that took no longer than this saw what is so now. */
const freshLookMs = 100;
/** Most looks around before a request that has to go out all the same. */
const mostLooks = 20;

/**
 * Open connections to a server, of which none is used that it may have closed: a request that is written into one is lost, and nobody can say any more whether it
 * was answered and paid for.
 */
export class Connections {
  readonly #open: () => Dispatcher;
  #dispatcher: Dispatcher;
  // By the calendar's clock, which goes on while the machine sleeps.
  #heardAt = Date.now();
  #stale = false;

  constructor(open: () => Dispatcher) {
    this.#open = open;
    this.#dispatcher = open();
  }

  /** To be told of every sign of life: one that comes late says that the process was not there to hear. */
  heard(): void {
    const now = Date.now();
    if (Math.abs(now - this.#heardAt) > longestSilenceMs) this.#stale = true;
    this.#heardAt = now;
  }

  /** What a request is to be sent with, now. */
  async ready(): Promise<Dispatcher> {
    await closingsHeard();
    this.heard();
    if (this.#stale) {
      this.#stale = false;
      // What is under way on the old ones ends by itself.
      void this.#dispatcher.close();
      this.#dispatcher = this.#open();
    }
    return this.#dispatcher;
  }
}

/** Hears which connections were closed while this process was busy. */
async function closingsHeard(): Promise<void> {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const begun = performance.now();
    await loopTurn();
    if (performance.now() - begun < freshLookMs) return;
  }
}
