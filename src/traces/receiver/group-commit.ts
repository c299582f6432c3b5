import type { RawSpan } from '../../contracts/trace.ts';
import type { TraceStore } from '../store/trace-store.ts';

interface Job {
  readonly spans: readonly RawSpan[];
  readonly resolve: (saved: { added: number; known: number }) => void;
  readonly reject: (error: unknown) => void;
}

/** Most commits that are under way at a time: where the disk is far away, what comes meanwhile waits for the next one. */
const mostUnderWay = 2;
/** Most spans of one commit, where one request alone has not more. */
const mostSpans = 4000;

/** Stores what arrives at the same time in one transaction: a commit waits for the disk, and many small senders share it. */
export class GroupCommit {
  readonly #store: TraceStore;
  #jobs: Job[] = [];
  #underWay = 0;
  #isStarting = false;

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /** Resolves once the spans are on the disk. */
  save(spans: readonly RawSpan[]): Promise<{ added: number; known: number }> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ spans, resolve, reject });
      if (this.#isStarting) return;
      this.#isStarting = true;
      // What else arrives in this turn goes along.
      setImmediate(() => {
        this.#isStarting = false;
        this.#start();
      });
    });
  }

  #start(): void {
    while (this.#jobs.length > 0 && this.#underWay < mostUnderWay) {
      this.#underWay += 1;
      this.#commit(this.#take()).finally(() => {
        this.#underWay -= 1;
        this.#start();
      });
    }
  }

  #take(): Job[] {
    let [jobs, spans] = [0, 0];
    for (const job of this.#jobs) {
      spans += job.spans.length;
      if (jobs > 0 && spans > mostSpans) break;
      jobs += 1;
    }
    return this.#jobs.splice(0, jobs);
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
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
