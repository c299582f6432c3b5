import type { Clock } from '../../contracts/clock.ts';
import { counted, listed } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { SeenWorker } from '../../trials/jobs/job-workers.ts';
import type { SessionWorkers } from './session-workers.ts';

/** So long a run waits without a worker of its version: one may be starting, or be restarted. */
const patienceMs = 600_000;
/** The same where workers were there and have stopped, each saying why. */
const stoppedPatienceMs = 30_000;
/** A worker that is there says within a moment whether it takes what was just asked for. */
const answerMs = 10_000;
/** How often a run says that it still wants its trials: workers forget what nobody wants. */
const wantMs = 10_000;

/** A queue that a run waits for. */
export interface AwaitedQueue {
  readonly name: string;
  /** How its version is named. */
  readonly reference: string;
  /** Trials that have not ended. */
  left: number;
}

/** Sees who works on some queues, and tells of changes. */
export class WorkerWatch {
  readonly #workers: SessionWorkers;
  readonly #agent: string;
  readonly #queues: readonly AwaitedQueue[];
  readonly #clock: Clock;
  readonly #since: number;
  #told: string | undefined;
  #wantedAt: number;
  /** When there was a worker last, by the queue's name. */
  readonly #seenAt: Map<string, number>;
  #refusals: readonly string[] = [];
  #stops: readonly string[] = [];
  /** Workers that were at work on this run. */
  readonly #known = new Set<string>();

  constructor(workers: SessionWorkers, agent: string, queues: readonly AwaitedQueue[], clock: Clock) {
    this.#workers = workers;
    this.#agent = agent;
    this.#queues = queues;
    this.#clock = clock;
    this.#since = clock.now();
    this.#wantedAt = this.#since;
    this.#seenAt = new Map(queues.map(({ name }) => [name, this.#since]));
  }

  /** @returns how many trials can be run at a time, also by workers that have not said yet whether they take these */
  async look(): Promise<number> {
    const { board } = this.#workers;
    const now = this.#clock.now();
    if (now - this.#wantedAt > wantMs) {
      this.#wantedAt = now;
      await board.wantStill(this.#queues.map(({ name }) => name));
    }
    const seen = await board.workers.list();
    const living = seen.filter(({ stopped }) => stopped === null);
    const serving = living.filter(({ serves }) => this.#waiting.some(({ name }) => serves.includes(name)));
    const unserved = this.#waiting.filter(({ name }) => !serving.some(({ serves }) => serves.includes(name)));
    for (const { id } of serving) this.#known.add(id);
    for (const { name } of this.#waiting) if (!unserved.some((queue) => queue.name === name)) this.#seenAt.set(name, now);
    this.#refusals = living.flatMap((worker) => refusalsOf(worker, unserved));
    this.#stops = seen.flatMap(({ id, stopped, runsIn }) =>
      stopped !== null && this.#known.has(id) ? [`A worker (${plainLine(runsIn)}) stopped: ${plainLine(stopped)}`] : [],
    );
    const undecided = living.filter((worker) => this.#mayTake(worker, unserved, now));
    this.#tell(serving, unserved, undecided.length > 0);
    return placesOf([...new Set([...serving, ...undecided])]);
  }

  /** Why nobody will come; undefined while somebody may. */
  hopeless(): string | undefined {
    const waiting = this.#waiting;
    if (waiting.length === 0) return undefined;
    const silentMs = this.#clock.now() - Math.max(...waiting.map(({ name }) => this.#seenAt.get(name) as number));
    if (this.#stops.length > 0 && silentMs > stoppedPatienceMs) return `No worker is left. ${this.#stops[0]}`;
    if (silentMs < patienceMs) return undefined;
    return [`For ten minutes there was no worker for ${this.#named(waiting)}.`, ...this.#refusals.slice(0, 2), startOne].join(' ');
  }

  get #waiting(): AwaitedQueue[] {
    return this.#queues.filter(({ left }) => left > 0);
  }

  /** One that was there before, or has just started, and has not said what it does. */
  #mayTake({ agent, serves, refuses }: SeenWorker, unserved: readonly AwaitedQueue[], now: number): boolean {
    if (agent !== this.#agent || now - this.#since > answerMs) return false;
    return unserved.some(({ name }) => !serves.includes(name) && refuses[name] === undefined);
  }

  #tell(serving: readonly SeenWorker[], unserved: readonly AwaitedQueue[], isOpen: boolean): void {
    if (this.#waiting.length === 0) return;
    // A worker that has just started says so within a moment.
    if (unserved.length > 0 && (isOpen || (this.#told === undefined && this.#clock.now() === this.#since))) return;
    const why = [...this.#refusals.slice(0, 3), ...(serving.length === 0 ? this.#stops.slice(0, 1) : []), startOne];
    const who = serving.length === 0 ? 'no worker' : 'none';
    const missing = this.#isWhole(unserved) ? 'no worker is at work on this run.' : `${who} takes trials of ${this.#named(unserved)}.`;
    const text = [
      ...(serving.length === 0 ? [] : [`${workersText(serving)}${unserved.length === 0 ? '' : ';'}`]),
      ...(unserved.length === 0 ? [] : [missing, ...why]),
    ].join(' ');
    if (text === this.#told) return;
    this.#told = text;
    this.#workers.note(`workers: ${text}`);
  }

  #isWhole(queues: readonly AwaitedQueue[]): boolean {
    return this.#queues.length === queues.length;
  }

  /** Which part of the run. */
  #named(queues: readonly AwaitedQueue[]): string {
    return this.#isWhole(queues) ? 'this run' : listed(queues.map(({ reference }) => reference));
  }
}

function refusalsOf({ refuses, runsIn }: SeenWorker, queues: readonly AwaitedQueue[]): string[] {
  return queues.flatMap(({ name }) => {
    const why = refuses[name];
    return why === undefined ? [] : [`A worker (${plainLine(runsIn)}) refuses it: ${plainLine(why)}`];
  });
}

const startOne = 'Start one in a checkout of the same commit: docket worker.';

/** Who is at work, in words. */
function workersText(serving: readonly SeenWorker[]): string {
  return `${counted(serving.length, 'worker')}, ${counted(placesOf(serving), 'trial')} at a time`;
}

function placesOf(workers: readonly SeenWorker[]): number {
  return workers.reduce((sum, { concurrency }) => sum + concurrency, 0);
}
