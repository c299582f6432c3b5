import { parentPort, Worker, workerData } from 'node:worker_threads';
import { openTraceStoreToRead } from '../../traces/store/open-trace-store.ts';
import type { TraceFilter } from '../../traces/store/trace-store.ts';
import { type CountedRun, countedRuns } from './counted-run.ts';

/** What the thread is started with; no other thread is. */
interface Order {
  readonly docketFactsOf: { readonly file: string; readonly filter: TraceFilter };
}

/** Some runs; at the end whether those were all, which they are not where something could not be read. */
type Told = readonly CountedRun[] | boolean;

/** Reads runs in a thread of its own. */
export class SecondReader {
  readonly #worker: Worker;
  readonly #runs: (readonly CountedRun[])[] = [];
  readonly #ended: Promise<boolean>;

  constructor(file: string, filter: TraceFilter) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: { docketFactsOf: { file, filter } } satisfies Order });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('message', (told: Told) => {
        if (typeof told === 'boolean') resolve(told);
        else this.#runs.push(told);
      });
      this.#worker.on('error', () => resolve(false));
      this.#worker.on('exit', () => resolve(false));
    });
  }

  /**
   * What it read, in order; undefined when it could not read everything.
   * @throws the signal's reason at an abort
   */
  async runs(signal: AbortSignal): Promise<readonly (readonly CountedRun[])[] | undefined> {
    signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    return (await Promise.race([this.#ended, aborted])) ? this.#runs : undefined;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** What is damaged is told where people are told: whoever asked reads it again. */
async function read({ file, filter }: Order['docketFactsOf'], tell: (told: Told) => void): Promise<void> {
  let isWhole = true;
  const store = openTraceStoreToRead(file, () => {
    isWhole = false;
  });
  try {
    for await (const runs of countedRuns(store.runs(filter))) {
      if (!isWhole) break;
      tell(runs);
    }
    tell(isWhole);
  } finally {
    await store.close();
  }
}

const order = workerData as Partial<Order> | null;
if (parentPort && order?.docketFactsOf) await read(order.docketFactsOf, (told) => parentPort?.postMessage(told));
