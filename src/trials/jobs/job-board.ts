import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import { PostgresDatabase, type PostgresOptions } from '../../database/postgres/postgres-database.ts';
import { LeasedPace } from '../../model/leased-pace.ts';
import type { PaceOf } from '../../model/model-server.ts';
import { JobEngine } from './job-engine.ts';
import { JobWorkers } from './job-workers.ts';
import { engineSchema, postgresJobs } from './postgres-jobs.ts';
import { PostgresPace } from './postgres-pace.ts';
import { PostgresPurse } from './postgres-purse.ts';
import type { JobQueueRow } from './trial-job.ts';

/** Queues that nobody wanted anything of for so long are not looked into any more. */
const servedFor = '1 day';
/** After so long they are removed, and the inputs that nobody asked for. */
const keptFor = '30 days';

/** What planners ask for and workers take: queues, their jobs, the inputs, and who is at work. */
export class JobBoard {
  readonly engine: JobEngine;
  readonly workers: JobWorkers;
  readonly database: PostgresDatabase;

  private constructor(database: PostgresDatabase, engine: JobEngine) {
    this.database = database;
    this.engine = engine;
    this.workers = new JobWorkers(database, engine);
    const lost = Promise.withResolvers<never>();
    // Whoever waits for it hears of it.
    lost.promise.catch(() => {});
    [this.paceLost, this.#onPaceLost] = [lost.promise, lost.reject];
  }

  /**
   * Opens what the shared database holds of jobs; makes it where it is missing and this role may.
   * @throws {DocketError} when it cannot be reached, does not let this role in, or was brought to a newer version by a newer Docket
   */
  static async open(address: PostgresAddress, options: PostgresOptions = {}): Promise<JobBoard> {
    const database = await PostgresDatabase.open(address, postgresJobs, options);
    try {
      await requireRights(database);
      return new JobBoard(database, await JobEngine.open(database));
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /**
   * Makes what is missing of it. Where all is there, a role that may neither give work nor take it has nothing to do.
   * @throws {DocketError} as `open`
   */
  static async make(address: PostgresAddress, options: PostgresOptions = {}): Promise<void> {
    const database = await PostgresDatabase.open(address, postgresJobs, options);
    try {
      const { may, there } = await rightsIn(database);
      if (may || !there) await (await JobEngine.open(database)).close();
    } finally {
      await database.close();
    }
  }

  /** Says that jobs of a version are wanted now. */
  async want({ name, agent, reference, fingerprint, mode, parts }: JobQueueRow): Promise<void> {
    await this.engine.openQueue(name);
    await this.database.query(
      `INSERT INTO docket.job_queues (name, agent, reference, fingerprint, mode, parts, wanted) VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET reference = excluded.reference, wanted = excluded.wanted`,
      [name, agent, reference, fingerprint, mode, JSON.stringify(parts)],
    );
  }

  /** Says that jobs of these queues are wanted still. */
  async wantStill(names: readonly string[]): Promise<void> {
    await this.database.query('UPDATE docket.job_queues SET wanted = clock_timestamp() WHERE name = ANY ($1)', [names]);
  }

  /** The queues of an agent of which jobs were wanted lately, the newest first. */
  async queues(agent: string): Promise<JobQueueRow[]> {
    const { rows } = await this.database.query<Omit<JobQueueRow, 'parts'> & { readonly parts: string }>(
      `SELECT name, agent, reference, fingerprint, mode, parts FROM docket.job_queues
        WHERE agent = $1 AND wanted > clock_timestamp() - interval '${servedFor}' ORDER BY wanted DESC LIMIT 100`,
      [agent],
    );
    return rows.map((row) => ({ ...row, parts: JSON.parse(row.parts) as Record<string, string> }));
  }

  /** Keeps inputs for the workers, by the fingerprints of their cases. */
  async keepInputs(inputs: ReadonlyMap<string, JsonObject>): Promise<void> {
    const all = [...inputs];
    for (let start = 0; start < all.length; start += inputsAtOnce) {
      const some = all.slice(start, start + inputsAtOnce);
      await this.database.query(
        `INSERT INTO docket.job_inputs (case_fingerprint, input, wanted) SELECT *, clock_timestamp() FROM unnest($1::text[], $2::text[])
          ON CONFLICT (case_fingerprint) DO UPDATE SET wanted = excluded.wanted`,
        [some.map(([fingerprint]) => fingerprint), some.map(([, input]) => JSON.stringify(input))],
      );
    }
  }

  /** The inputs of cases; without those that are not there, or not what their fingerprint says. */
  async inputs(fingerprints: readonly string[]): Promise<Map<string, JsonObject>> {
    const { rows } = await this.database.query<{ readonly fingerprint: string; readonly input: string }>(
      'SELECT case_fingerprint AS fingerprint, input FROM docket.job_inputs WHERE case_fingerprint = ANY($1)',
      [fingerprints],
    );
    const found = rows.map(({ fingerprint, input }) => [fingerprint, JSON.parse(input) as JsonObject] as const);
    return new Map(found.filter(([fingerprint, input]) => sha256(canonicalJson(input)) === fingerprint));
  }

  /** Removes what nobody wanted anything of for a month. */
  async sweep(): Promise<void> {
    await this.database.query(`DELETE FROM docket.job_inputs WHERE wanted < clock_timestamp() - interval '${keptFor}'`);
    const { rows } = await this.database.query<{ readonly name: string }>(
      `DELETE FROM docket.job_queues WHERE wanted < clock_timestamp() - interval '${keptFor}' RETURNING name`,
    );
    for (const { name } of rows) await this.engine.removeQueue(name);
    await this.database.query(`DELETE FROM docket.budgets WHERE opened < clock_timestamp() - interval '${keptFor}'`);
  }

  /** The one pace of all who call a server with these secrets. */
  readonly paceOf: PaceOf = (origin, secrets) =>
    new LeasedPace(new PostgresPace(this.database, origin, secrets), (error) => this.#onPaceLost(error));

  /** Opens a budget that all workers of a run share. */
  openPurse(dollars: number): Promise<PostgresPurse> {
    return PostgresPurse.create(this.database, dollars);
  }

  /** The budget of a run; undefined where it is there no more. */
  findPurse(id: string): Promise<PostgresPurse | undefined> {
    return PostgresPurse.find(this.database, id);
  }

  /** True where nothing is left of a budget, or it is there no more. */
  async isSpent(id: string): Promise<boolean> {
    return (await this.findPurse(id))?.isSpent() ?? true;
  }

  /** Rejects when the shared pace is out of reach for good: no call starts then. */
  readonly paceLost: Promise<never>;
  readonly #onPaceLost: (error: unknown) => void;

  async close(): Promise<void> {
    await this.engine.close();
    await this.database.close();
  }
}

/** @throws {DocketError} where this role may only read, or add trials */
async function requireRights(database: PostgresDatabase): Promise<void> {
  if ((await rightsIn(database)).may) return;
  const { shown, user } = database.address;
  throw new DocketError(
    `${shown}: the role ${user} may not give work to workers or take it. Have the database's owner make it a member of docket_worker: docket store roles prints how.`,
  );
}

/** What this role may, and whether the engine's tables are there. */
async function rightsIn(database: PostgresDatabase): Promise<{ readonly may: boolean; readonly there: boolean }> {
  const { rows } = await database.query<{ readonly may: boolean; readonly there: boolean }>(
    `SELECT has_table_privilege('docket.job_workers', 'INSERT') AND (to_regnamespace('${engineSchema}') IS NULL OR has_schema_privilege('${engineSchema}', 'USAGE')) AS may,
      to_regnamespace('${engineSchema}') IS NOT NULL AS there`,
  );
  return rows[0] ?? { may: false, there: false };
}

/** An input may have megabytes. */
const inputsAtOnce = 100;
