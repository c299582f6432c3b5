import { setTimeout as wait } from 'node:timers/promises';
import type { Container } from './container.ts';

/** A container that is started again whenever it ended, as `restart: always` does it. */
export class KeptContainer {
  isKept = true;
  now: Container;
  readonly #start: () => Container;

  constructor(start: () => Container) {
    this.#start = start;
    this.now = this.#keep();
  }

  async until(words: string): Promise<void> {
    for (let waited = 0; !this.now.printed.includes(words); waited += 50) {
      if (waited > 60_000) throw new Error(`It did not say "${words}", but:\n${this.now.printed}`);
      await wait(50);
    }
  }

  #keep(): Container {
    const started = this.#start();
    void started.ended.then(() => {
      if (this.isKept) this.now = this.#keep();
    });
    return started;
  }
}
