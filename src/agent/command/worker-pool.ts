import type { Program } from './process-group.ts';
import { ProgramWorker } from './program-worker.ts';

/** Workers of one agent: as many as trials run at once, each for many trials. */
export class WorkerPool {
  readonly #longest: number;
  readonly #idle: { readonly address: string; readonly worker: ProgramWorker }[] = [];
  /** Where one has answered, the program can be started: what ends another one comes from the trial. */
  hasAnswered = false;

  /** @param longest most bytes of an answer */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** What a worker did wrong between two trials; told once. */
  fault(): string | undefined {
    const at = this.#idle.findIndex(({ worker }) => worker.fault !== undefined);
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0]?.worker.fault;
  }

  /** @param address where it was told to send its spans: one that was started for another listener is of no use */
  lease(address: string, program: () => Program): ProgramWorker {
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      if (last.address === address && !last.worker.isOver) return last.worker;
      last.worker.close();
    }
    return new ProgramWorker(program(), this.#longest);
  }

  giveBack(address: string, worker: ProgramWorker): void {
    this.hasAnswered ||= worker.hasAnswered;
    if (!worker.isOver || worker.fault !== undefined) this.#idle.push({ address, worker });
  }

  /** Ends those that wait for a trial. */
  close(): void {
    for (const { worker } of this.#idle.splice(0)) worker.close();
  }
}
