import type { ConstructorOptions, PgBoss } from 'pg-boss';
import { DocketError } from '../../contracts/docket-error.ts';
import type { PostgresDatabase, PostgresValue } from '../../database/postgres/postgres-database.ts';
import { engineSchema } from './postgres-jobs.ts';
import { deathsOf, mayBePoison, type TakenJob, type TrialJob, trialJobSchema } from './trial-job.ts';

/**
 * How long a job's worker may be silent before the engine gives the job to another, in seconds. Others see much sooner that it ended (`JobWorkers`); this
 * is for what they cannot see.
 */
const heartbeatSeconds = 60;

/** A job that nobody ran is dropped after so long: its trials are asked for again by whoever wants them. */
const retentionSeconds = 14 * 24 * 3600;

/** A worker tells what it took within a moment; after so long it did not live to. */
const tellingSeconds = 1;

/** Jobs that one statement adds. */
const mostAdded = 1000;

/** A trial may take hours; whether its worker lives is seen otherwise. */
const longestJobSeconds = 23 * 3600;

/**
 * Jobs in the shared database, kept by pg-boss. A job is given to one worker at a time, and to another one when its worker ended; that no trial is run
 * twice is up to the claims of the trial store, so nothing here has to be exact.
 */
export class JobEngine {
  readonly #boss: PgBoss;
  readonly #database: PostgresDatabase;

  private constructor(boss: PgBoss, database: PostgresDatabase) {
    this.#boss = boss;
    this.#database = database;
  }

  /**
   * Opens the engine, and makes its tables where they are missing.
   * @param database opened with `postgresJobs`
   * @throws {DocketError} when the database fails, or this role may not make the tables
   */
  static async open(database: PostgresDatabase): Promise<JobEngine> {
    const { PgBoss } = await import('pg-boss');
    const boss = new PgBoss({
      db: bossDatabase(database),
      schema: engineSchema,
      schedule: false,
      // A full queue is what it is for; workers are in a table of our own.
      warningQueueSize: 1_000_000_000,
      registerInstance: false,
      openTelemetry: { enabled: false },
    });
    // Maintenance is tried again a minute later; what a caller asked for fails in its own call.
    boss.on('error', () => {});
    if (await boss.isInstalled()) await boss.start();
    else await install(boss, database);
    return new JobEngine(boss, database);
  }

  /** Makes a queue where there is none of this name. */
  async openQueue(queue: string): Promise<void> {
    await this.#boss.createQueue(queue, {
      policy: 'exclusive',
      heartbeatSeconds,
      retentionSeconds,
      expireInSeconds: longestJobSeconds,
      // What is to become of a job whose workers ended is decided by whoever takes it.
      retryLimit: 1_000_000,
      retryDelay: 0,
    });
  }

  /** Adds jobs; one that waits or is run already is not added again. */
  async put(queue: string, jobs: readonly TrialJob[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += mostAdded) await this.#add(queue, jobs.slice(start, start + mostAdded), 0);
  }

  /** Takes jobs, the oldest first; none where none waits. */
  async take(queue: string, most: number): Promise<TakenJob[]> {
    const jobs = await this.#boss.fetch<unknown>(queue, { batchSize: most });
    const taken: TakenJob[] = [];
    for (const { id, retryCount, data } of jobs) {
      const job = trialJobSchema.safeParse(data);
      // Whatever it is, it is none of ours.
      if (job.success) taken.push({ id, attempt: retryCount, job: job.data });
      else await this.#boss.deleteJob(queue, id);
    }
    return taken;
  }

  /** Says that the workers of these jobs live. */
  async beat(queue: string, jobs: readonly TakenJob[]): Promise<void> {
    if (jobs.length > 0) await this.#boss.touch(queue, jobs.map(attemptOf));
  }

  /** Removes jobs: all that they asked for is done, or somebody else has them. */
  async done(queue: string, jobs: readonly TakenJob[]): Promise<void> {
    if (jobs.length > 0) await this.#boss.deleteJob(queue, jobs.map(attemptOf));
  }

  /** Lets others have jobs after so many seconds; that they were taken counts for nothing. Should one be lost on the way, its trials are asked for again. */
  async giveBack(queue: string, jobs: readonly TakenJob[], seconds: number): Promise<void> {
    if (jobs.length === 0) return;
    await this.done(queue, jobs);
    const again = jobs.map((taken) => (deathsOf(taken) > 0 ? { ...taken.job, ended: deathsOf(taken) } : taken.job));
    await this.#add(queue, again, seconds);
  }

  /** Lets others have jobs whose worker ended without a word; that counts. */
  async abandoned(queue: string, jobs: readonly Pick<TakenJob, 'id' | 'attempt'>[]): Promise<void> {
    if (jobs.length > 0) await this.#boss.fail(queue, jobs.map(attemptOf));
  }

  /** Lets others have jobs that somebody took a while ago, and that are none of these: whoever has them did not live to tell. */
  async releaseUnheld(held: readonly string[]): Promise<void> {
    const { rows } = await this.#database.query<{
      readonly queue: string;
      readonly id: string;
      readonly attempt: number;
      readonly data: unknown;
    }>(
      `SELECT name AS queue, id, retry_count AS attempt, data FROM ${engineSchema}.job
        WHERE state = 'active' AND started_on < clock_timestamp() - interval '${tellingSeconds} seconds' AND id <> ALL ($1::uuid[])`,
      [held],
    );
    for (const { queue, data, ...taken } of rows) {
      const { data: job } = trialJobSchema.safeParse(data);
      // What ended others before is begun when all have been told of it, so this worker had not begun it.
      if (job && deathsOf({ ...taken, job }) > 0) await this.giveBack(queue, [{ ...taken, job }], 0);
      else await this.abandoned(queue, [taken]);
    }
  }

  /** Drops all jobs that nobody has taken. */
  async withdraw(queue: string): Promise<void> {
    await this.#boss.deleteQueuedJobs(queue);
  }

  /** Drops jobs of these cases that nobody has taken and that another budget, or none, would pay for. */
  async withdrawOthers(queue: string, caseFingerprints: readonly string[], budget: string | undefined): Promise<void> {
    await this.#database.query(
      `DELETE FROM ${engineSchema}.job
        WHERE name = $1 AND state < 'active' AND data->>'caseFingerprint' = ANY ($2) AND data->>'budget' IS DISTINCT FROM $3`,
      [queue, caseFingerprints, budget ?? null],
    );
  }

  /** Removes a queue with all that is in it. */
  async removeQueue(queue: string): Promise<void> {
    await this.#boss.deleteQueue(queue);
  }

  async #add(queue: string, jobs: readonly TrialJob[], startAfter: number): Promise<void> {
    await this.#boss.insert(
      queue,
      jobs.map((job) => ({ data: job, singletonKey: keyOf(job), priority: priorityOf(job), startAfter })),
    );
  }

  /** Ends the engine's own timers; the database stays open. */
  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }
}

/** Makes the engine's tables: of all who want to, one at a time. */
async function install(boss: PgBoss, database: PostgresDatabase): Promise<void> {
  try {
    await database.transaction(async ({ query }) => {
      await query('SELECT pg_advisory_xact_lock($1)', [installLock]);
      await boss.start();
    });
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    throw new DocketError(`${error.message} The tables for the jobs are not there; have the database's owner run: docket store migrate.`, {
      exitCode: error.exitCode,
    });
  }
}

const installLock = 0x446b_4a62;

/** What one worker ended with is tried again first, and what may be poison when nothing else waits. */
function priorityOf(job: TrialJob): number {
  if (!job.ended) return 0;
  return mayBePoison({ attempt: 0, job }) ? -1 : 1;
}

/** The same trials for another budget are another job: each planner's calls count against its own. */
function keyOf({ caseFingerprint, series, first, last, budget }: TrialJob): string {
  const trials = `${caseFingerprint} ${series} ${first}-${last}`;
  return budget === undefined ? trials : `${trials} ${budget}`;
}

function attemptOf({ id, attempt }: Pick<TakenJob, 'id' | 'attempt'>): { id: string; retryCount: number } {
  return { id, retryCount: attempt };
}

/** The engine's statements by our own connections, which wait outages out. */
function bossDatabase(database: PostgresDatabase): NonNullable<ConstructorOptions['db']> {
  return {
    async executeSql(text, values) {
      return { rows: await database.script(text, values as PostgresValue[] | undefined) };
    },
  };
}
