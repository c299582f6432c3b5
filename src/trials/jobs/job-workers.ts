import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { PostgresDatabase, PostgresValue } from '../../database/postgres/postgres-database.ts';
import { machineName, processName } from '../machine.ts';
import type { JobEngine } from './job-engine.ts';
import { type TrialJob, trialJobSchema } from './trial-job.ts';

/** A worker that is silent for longer, by the server's clock, is taken for ended; in seconds. */
const leaseSeconds = 20;

/** What a worker stopped for is told for so long. */
const toldFor = '1 day';

/** What a worker says of itself. */
export interface WorkerState {
  readonly agent: string;
  readonly mode: string;
  /** Most trials at a time. */
  readonly concurrency: number;
  /** Names of the queues whose jobs it takes. */
  readonly serves: readonly string[];
  /** Why it takes no jobs of the other queues, by name. */
  readonly refuses: Readonly<Record<string, string>>;
  /** The jobs in its hands; one that it has not begun says what it asks for. */
  readonly holds: readonly {
    readonly queue: string;
    readonly id: string;
    readonly attempt: number;
    readonly waits?: TrialJob | undefined;
  }[];
}

/** A worker as others see it. */
export interface SeenWorker extends Omit<WorkerState, 'holds'> {
  readonly id: string;
  /** In words: `process 4711 on host`. */
  readonly runsIn: string;
  /** Why it stopped, of its own accord; null where it is at work. */
  readonly stopped: string | null;
}

interface Row {
  readonly id: string;
  readonly runsIn: string;
  readonly machine: string | null;
  readonly process: string | null;
  readonly agent: string;
  readonly mode: string;
  readonly concurrency: number;
  readonly serves: string;
  readonly refuses: string;
  readonly holds: string;
  readonly stopped: string | null;
  readonly silent: boolean;
}

const servesSchema = z.array(z.string()).catch([]);
const refusesSchema = z.record(z.string(), z.string()).catch({});
const holdsSchema = z
  .array(z.object({ queue: z.string(), id: z.uuid(), attempt: z.int().nonnegative(), waits: trialJobSchema.optional() }))
  .catch([]);

const listWorkers = `
  SELECT id, runs_in AS "runsIn", machine, process, agent, mode, concurrency, serves, refuses, holds, stopped, renewed + lease < clock_timestamp() AS silent
    FROM docket.job_workers`;

const renew = `
  INSERT INTO docket.job_workers (id, runs_in, machine, process, agent, mode, concurrency, serves, refuses, holds, renewed, lease)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp(), make_interval(secs => $11))
    ON CONFLICT (id) DO UPDATE
      SET serves = excluded.serves, refuses = excluded.refuses, holds = excluded.holds, renewed = excluded.renewed`;

/**
 * The workers that there are, by the word of each. One that ended without a word is found by others, who give its jobs to whoever asks: on its own machine
 * at once, from elsewhere after its lease.
 */
export class JobWorkers {
  readonly #database: PostgresDatabase;
  readonly #engine: JobEngine;
  readonly #id = randomUUID();
  readonly #machine = machineName();
  /** What is to be told, where it is not told yet. */
  #news: WorkerState | undefined;
  #telling: Promise<void> | undefined;

  constructor(database: PostgresDatabase, engine: JobEngine) {
    this.#database = database;
    this.#engine = engine;
  }

  /** Tells the others how this worker stands; what is told faster than it can be written goes in one. */
  async tell(state: WorkerState): Promise<void> {
    this.#news = state;
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
    });
    await this.#telling;
  }

  /** Takes this worker off the list. @param why it stopped of its own accord, for who waits for it */
  async end(why?: string): Promise<void> {
    this.#news = undefined;
    await this.#telling?.catch(() => {});
    if (why === undefined) await this.#database.query('DELETE FROM docket.job_workers WHERE id = $1', [this.#id]);
    else await this.#database.query(`UPDATE docket.job_workers SET stopped = $2, holds = '[]' WHERE id = $1`, [this.#id, why]);
  }

  /** Workers that live, and those that stopped of their own accord in the last day. */
  async list(): Promise<SeenWorker[]> {
    const { rows } = await this.#database.query<Row>(listWorkers);
    return rows
      .filter(({ stopped, silent }) => stopped !== null || !silent)
      .map(({ id, runsIn, agent, mode, concurrency, serves, refuses, stopped }) => ({
        ...{ id, runsIn, agent, mode, concurrency, stopped },
        serves: servesSchema.parse(parsed(serves)),
        refuses: refusesSchema.parse(parsed(refuses)),
      }));
  }

  /**
   * Gives the jobs of workers that ended without a word to whoever asks next.
   * @param thorough also those that a worker took and did not live to tell
   */
  async release(thorough = false): Promise<void> {
    await this.#database.query(
      `DELETE FROM docket.job_workers WHERE stopped IS NOT NULL AND renewed < clock_timestamp() - interval '${toldFor}'`,
    );
    const { rows } = await this.#database.query<Row>(`${listWorkers} WHERE stopped IS NULL`);
    const [dead, living] = parted(rows, (row) => row.id !== this.#id && (row.silent || this.#isKilled(row)));
    for (const row of dead) {
      await this.#leave(holdsSchema.parse(parsed(row.holds)));
      await this.#database.query('DELETE FROM docket.job_workers WHERE id = $1', [row.id]);
    }
    if (!thorough) return;
    const held = living.flatMap((row) => holdsSchema.parse(parsed(row.holds)).map(({ id }) => id));
    await this.#engine.releaseUnheld(held);
  }

  /** What it had begun counts as what it ended with; what waited in its hands does not. */
  async #leave(holds: WorkerState['holds']): Promise<void> {
    for (const { queue, id, attempt, waits } of holds) if (waits) await this.#engine.giveBack(queue, [{ id, attempt, job: waits }], 0);
    for (const [queue, some] of Map.groupBy(holds, (held) => held.queue)) {
      await this.#engine.abandoned(
        queue,
        some.filter(({ waits }) => !waits),
      );
    }
  }

  #isKilled({ machine, process: name }: Row): boolean {
    if (this.#machine === undefined || machine !== this.#machine || name === null) return false;
    return processName(name.split(' ')[0] ?? '') !== name;
  }

  async #tellAll(): Promise<void> {
    for (let news = this.#news; news; news = this.#news) {
      this.#news = undefined;
      await this.#database.query(renew, this.#values(news));
    }
  }

  #values({ agent, mode, concurrency, serves, refuses, holds }: WorkerState): PostgresValue[] {
    const name = this.#machine === undefined ? null : (processName(process.pid) ?? null);
    return [
      ...[this.#id, `process ${process.pid} on ${hostname()}`, name === null ? null : (this.#machine ?? null), name],
      ...[agent, mode, concurrency, JSON.stringify(serves), JSON.stringify(refuses), JSON.stringify(holds), leaseSeconds],
    ];
  }
}

function parted<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
