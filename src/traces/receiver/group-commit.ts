import type { RawSpan } from '../../contracts/trace.ts';
import type { TraceStore } from '../store/trace-store.ts';

interface Job {
  readonly spans: readonly RawSpan[];
  readonly resolve: (saved: { added: number; known: number }) => void;
  readonly reject: (error: unknown) => void;
}

/** Stores what arrives within one turn of the event loop in one transaction: a commit waits for the disk, and many small senders share it. */
export class GroupCommit {
  readonly #store: TraceStore;
  #jobs: Job[] = [];

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /** Resolves once the spans are on the disk. */
  save(spans: readonly RawSpan[]): Promise<{ added: number; known: number }> {
    return new Promise((resolve, reject) => {
      if (this.#jobs.push({ spans, resolve, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  async #flush(): Promise<void> {
    const jobs = this.#jobs;
    this.#jobs = [];
    try {
      const saved = await this.#store.saveSpans(
        jobs.flatMap(({ spans }) => spans),
        { source: 'otlp' },
      );
      // Only the sum is known; who sent what is of no interest to the senders.
      for (const [index, job] of jobs.entries()) job.resolve(index === 0 ? saved : { added: 0, known: 0 });
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
  }
}
