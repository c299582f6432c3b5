import type { JobBoard } from '../../trials/jobs/job-board.ts';
import type { TakenJob } from '../../trials/jobs/trial-job.ts';
import type { Session } from '../session.ts';
import type { ServedQueues } from './served-queues.ts';

/** What is held changes often; others are told of it together, at most so often. */
const tellMs = 200;

/** A job in this worker's hands. */
export interface Held {
  readonly queue: string;
  readonly taken: TakenJob;
  /** Trials that have not ended. */
  left: number;
  /** Seconds until somebody is to try again what was not done; undefined where all was. */
  again: number | undefined;
  /** True until it is begun: should this worker end before, the job has nothing to do with it. */
  waits: boolean;
}

/** The jobs in a worker's hands: the others know of them, and each is removed or given back when all of its trials have ended. */
export class HeldJobs {
  readonly #session: Session;
  readonly #board: JobBoard;
  readonly #queues: ServedQueues;
  readonly #concurrency: number;
  readonly #onFailure: (error: unknown) => void;
  readonly #held = new Map<string, Held>();
  #finished: Held[] = [];
  #telling: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** @param onFailure told where the others cannot be told */
  constructor(session: Session, board: JobBoard, queues: ServedQueues, concurrency: number, onFailure: (error: unknown) => void) {
    this.#session = session;
    this.#board = board;
    this.#queues = queues;
    this.#concurrency = concurrency;
    this.#onFailure = onFailure;
  }

  add(queue: string, taken: TakenJob, waits: boolean): Held {
    const held = { queue, taken, left: taken.job.last - taken.job.first + 1, again: undefined, waits };
    this.#held.set(taken.id, held);
    return held;
  }

  /** One of its trials has ended. */
  ended(held: Held): void {
    held.left -= 1;
    if (held.left === 0) this.#finished.push(held);
  }

  /** Nothing of it can be run here. */
  endAll(held: Held): void {
    held.left = 0;
    this.#finished.push(held);
  }

  /** Removes jobs that are done, and lets others have what was not. */
  async putAway(): Promise<void> {
    const finished = this.#finished;
    if (finished.length === 0) return;
    this.#finished = [];
    const { engine } = this.#board;
    for (const [queue, all] of byQueue(finished)) {
      await engine.done(
        queue,
        all.filter(({ again }) => again === undefined).map(({ taken }) => taken),
      );
      for (const { taken, again } of all) if (again !== undefined) await engine.giveBack(queue, [taken], again);
    }
    for (const { taken } of finished) this.#held.delete(taken.id);
  }

  /** Tells the engine that whoever holds these jobs lives. */
  async beat(): Promise<void> {
    for (const [queue, all] of byQueue([...this.#held.values()]))
      await this.#board.engine.beat(
        queue,
        all.map(({ taken }) => taken),
      );
  }

  /** Tells the other workers what this one holds: whoever finds it killed gives its jobs to others. */
  async tell(): Promise<void> {
    const { agent, mode } = this.#session;
    this.#toldAt = performance.now();
    await this.#board.workers.tell({
      ...{ agent: agent.name, mode, concurrency: this.#concurrency },
      serves: this.#queues.serves,
      refuses: this.#queues.refuses,
      holds: [...this.#held.values()].map(({ queue, taken: { id, attempt, job }, waits }) => ({
        queue,
        id,
        attempt,
        ...(waits ? { waits: job } : {}),
      })),
    });
  }

  /** The same where nobody waits for it; what there was no time to tell is asked for again by who wants it. */
  tellSoon(): void {
    const tell = () => {
      this.#telling = undefined;
      if (!this.#isClosed) this.tell().catch(this.#onFailure);
    };
    const waitMs = this.#toldAt + tellMs - performance.now();
    if (this.#telling) return;
    if (waitMs <= 0) tell();
    else this.#telling = setTimeout(tell, waitMs);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#telling);
  }
}

function byQueue(held: readonly Held[]): Map<string, Held[]> {
  return Map.groupBy(held, ({ queue }) => queue);
}
