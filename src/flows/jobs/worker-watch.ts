import type { Clock } from '../../contracts/clock.ts';
import { count, counted } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { SeenWorker } from '../../trials/jobs/job-workers.ts';
import type { SessionWorkers } from './session-workers.ts';

/** So long a run waits without a worker of its version: one may be starting, or be restarted. */
const patienceMs = 600_000;
/** The same where workers were there and have stopped, each saying why. */
const stoppedPatienceMs = 30_000;

/** Sees who works on some queues, and tells of changes. */
export class WorkerWatch {
  readonly #workers: SessionWorkers;
  readonly #queues: readonly string[];
  readonly #clock: Clock;
  readonly #since: number;
  #told: string | undefined;
  #lastSeenAt: number;
  #refusals: readonly string[] = [];
  #stops: readonly string[] = [];
  /** Workers that were at work on this run. */
  readonly #known = new Set<string>();

  constructor(workers: SessionWorkers, queues: readonly string[], clock: Clock) {
    this.#workers = workers;
    this.#queues = queues;
    this.#clock = clock;
    this.#since = clock.now();
    this.#lastSeenAt = this.#since;
  }

  /** @returns how many trials can be run at a time */
  async look(): Promise<number> {
    const seen = await this.#workers.board.workers.list();
    const serving = seen.filter(({ stopped, serves }) => stopped === null && this.#queues.some((queue) => serves.includes(queue)));
    for (const { id } of serving) this.#known.add(id);
    this.#refusals = seen.flatMap((worker) => this.#refusalsOf(worker));
    this.#stops = seen.flatMap(({ id, stopped, runsIn }) =>
      stopped !== null && this.#known.has(id) ? [`A worker (${plainLine(runsIn)}) stopped: ${plainLine(stopped)}`] : [],
    );
    const now = this.#clock.now();
    if (serving.length > 0) this.#lastSeenAt = now;
    this.#tell(serving, now);
    return serving.reduce((sum, { concurrency }) => sum + concurrency, 0);
  }

  /** Why nobody will come; undefined while somebody may. */
  hopeless(): string | undefined {
    const silentMs = this.#clock.now() - this.#lastSeenAt;
    if (this.#stops.length > 0 && silentMs > stoppedPatienceMs) return `No worker is left. ${this.#stops[0]}`;
    if (silentMs < patienceMs) return undefined;
    return ['For ten minutes there was no worker for this run.', ...this.#refusals.slice(0, 2), startOne].join(' ');
  }

  #tell(serving: readonly SeenWorker[], now: number): void {
    const missing = serving.length === 0;
    // A worker that has just started says so within a moment.
    if (missing && this.#told === undefined && now === this.#since) return;
    const text = missing
      ? ['no worker is at work on this run.', ...this.#refusals.slice(0, 3), ...this.#stops.slice(0, 1), startOne].join(' ')
      : workersText(serving);
    if (text === this.#told) return;
    this.#told = text;
    this.#workers.note(`workers: ${text}`);
  }

  #refusalsOf({ stopped, refuses, runsIn }: SeenWorker): string[] {
    if (stopped !== null) return [];
    return this.#queues.flatMap((queue) =>
      refuses[queue] === undefined ? [] : [`A worker (${plainLine(runsIn)}) refuses it: ${plainLine(refuses[queue])}`],
    );
  }
}

const startOne = 'Start one in a checkout of the same commit: docket worker.';

/** Who is at work, in words. */
function workersText(serving: readonly SeenWorker[]): string {
  const places = serving.reduce((sum, { concurrency }) => sum + concurrency, 0);
  return `${counted(serving.length, 'worker')}, ${count(places)} trials at a time`;
}
