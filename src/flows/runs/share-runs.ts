import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { type KeptRun, keptRunSchema } from '../../contracts/kept-run.ts';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import { clockFault } from '../../database/postgres/server-clock.ts';
import { counted } from '../../text/figures.ts';
import { postgresRuns } from './postgres-runs.ts';
import { readRun, runIds } from './read-runs.ts';
import { isRunId, runFiles, runFolder, runsFolder } from './run-folder.ts';

/** What came and went. */
export interface SharedRuns {
  /** Runs of this machine that others can see now. */
  readonly added: number;
  /** Runs of others that can be seen here now. */
  readonly fetched: number;
}

/** Names of the files of a run. What another one is called is not taken. */
const fileName = /^(?:run\.json|trials\.ndjson|cases\.ndjson|report\.json|details-\d{1,6}\.json\.gz)$/;
/** Bytes of a file; a larger one is of no run that Docket kept. */
const mostBytes = 64 * 1024 * 1024;
/** Runs of others that are fetched: as many as are kept here. */
const mostFetched = 200;

/** The runs of a team as one history, for who exchanges them again and again. */
export class RunExchange {
  readonly #root: string;
  readonly #project: string;
  readonly #database: PostgresDatabase;
  readonly #warn: (message: string) => void;

  private constructor(root: string, project: string, database: PostgresDatabase, warn: (message: string) => void) {
    this.#root = root;
    this.#project = project;
    this.#database = database;
    this.#warn = warn;
  }

  /**
   * @param project the agent whose runs they are
   * @throws {DocketError} when the database cannot be used
   */
  static async open(root: string, project: string, address: PostgresAddress, warn: (message: string) => void): Promise<RunExchange> {
    return new RunExchange(root, project, await PostgresDatabase.open(address, postgresRuns, { warn }), warn);
  }

  /** Adds the runs of this machine that have ended. What is there already stays as it is; where only reading is allowed all of them stay here, which is told. */
  async add(): Promise<number> {
    const known = await idsIn(this.#database, this.#project);
    const runs = runIds(this.#root).flatMap((id) => (known.has(id) ? [] : (readRun(this.#root, id) ?? [])));
    // Without one that goes on, and one that was fetched from another database.
    const own = runs.filter(({ state, agent }) => state !== 'running' && (agent === undefined || agent === this.#project));
    if (own.length === 0) return 0;
    const { takesChanges, address } = this.#database;
    if (!takesChanges || !(await this.#mayAdd())) {
      this.#warn(
        `${address.shown}: ${takesChanges ? `the role ${address.user} may add no runs there` : 'the server takes no changes'}, so ${counted(own.length, 'run')} of this machine ${own.length === 1 ? 'stays' : 'stay'} here.`,
      );
      return 0;
    }
    const clock = await clockFault(this.#database);
    if (clock !== undefined)
      this.#warn(`${clock}, so its runs stand at a wrong place among those of others. Correct the clock that is wrong.`);
    for (const run of own) await addRun(this.#database, this.#root, this.#project, run);
    return own.length;
  }

  async #mayAdd(): Promise<boolean> {
    const { rows } = await this.#database.query<{ readonly may: boolean }>(
      `SELECT has_table_privilege('docket.runs', 'INSERT') AND has_table_privilege('docket.run_files', 'INSERT') AS may`,
    );
    return rows[0]?.may === true;
  }

  /** Fetches the newest of others into `.docket/runs`. */
  async fetch(): Promise<number> {
    return fetchRuns(this.#database, this.#root, await idsIn(this.#database, this.#project));
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/**
 * Makes the runs of a team one history, once: adds those of this machine to the shared database, and fetches the newest of others.
 * @param project the agent whose runs they are
 * @throws {DocketError} when the database cannot be used
 */
export async function shareRuns(
  root: string,
  project: string,
  address: PostgresAddress,
  warn: (message: string) => void,
): Promise<SharedRuns> {
  const exchange = await RunExchange.open(root, project, address, warn);
  try {
    return { added: await exchange.add(), fetched: await exchange.fetch() };
  } finally {
    await exchange.close();
  }
}

/** The newest of the project, newest first: by the server's clock, because one that is ahead elsewhere would keep all others out. */
async function idsIn(database: PostgresDatabase, project: string): Promise<ReadonlySet<string>> {
  const { rows } = await database.query<{ readonly id: string }>(
    'SELECT id FROM docket.runs WHERE project = $1 ORDER BY added DESC, id DESC LIMIT 10000',
    [project],
  );
  return new Set(rows.map(({ id }) => id));
}

/** The run itself comes last: whoever sees it finds all of its files. */
async function addRun(database: PostgresDatabase, root: string, project: string, run: KeptRun): Promise<void> {
  const folder = runFolder(root, run.id);
  for (const name of readdirSync(folder)) {
    if (!fileName.test(name) || name === runFiles.run || statSync(join(folder, name)).size > mostBytes) continue;
    await database.query('INSERT INTO docket.run_files (run, name, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      ...[run.id, name],
      readFileSync(join(folder, name)),
    ]);
  }
  await database.query('INSERT INTO docket.runs (id, project, kept) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    run.id,
    project,
    JSON.stringify(run),
  ]);
}

async function fetchRuns(database: PostgresDatabase, root: string, known: ReadonlySet<string>): Promise<number> {
  const here = new Set(runIds(root));
  let fetched = 0;
  for (const id of [...known].slice(0, mostFetched)) {
    if (here.has(id) || !isRunId(id)) continue;
    const { rows } = await database.query<{ readonly kept: string }>('SELECT kept FROM docket.runs WHERE id = $1', [id]);
    const run = runIn(rows[0]?.kept, id);
    if (!run) continue;
    await fetchRun(database, root, run);
    fetched += 1;
  }
  return fetched;
}

/**
 * A run as somebody else told it: what it says of this machine, and by which words it goes on, is not taken from there.
 * @returns undefined where it is none, or of another Docket
 */
function runIn(text: string | undefined, id: string): KeptRun | undefined {
  try {
    const { words: _, owner: _owner, store: _store, ...run } = keptRunSchema.parse(JSON.parse(text ?? ''));
    return run.id === id && run.state !== 'running' ? { ...run, owner: '' } : undefined;
  } catch {
    return undefined;
  }
}

async function fetchRun(database: PostgresDatabase, root: string, run: KeptRun): Promise<void> {
  const { rows } = await database.query<{ readonly name: string; readonly content: Buffer }>(
    'SELECT name, content FROM docket.run_files WHERE run = $1 AND octet_length(content) <= $2',
    [run.id, mostBytes],
  );
  // Not seen before it is whole: its name is none of a run.
  const folder = join(runsFolder(root), `.${run.id}.fetched`);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, content } of rows) if (fileName.test(name)) writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, runFiles.run), JSON.stringify(run));
    if (existsSync(runFolder(root, run.id))) rmSync(folder, { recursive: true, force: true });
    else renameSync(folder, runFolder(root, run.id));
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    throw new DocketError(`Runs of others cannot be written to ${runsFolder(root)} (${code}). Make it writable, or free space there.`, {
      cause,
      exitCode: exitCodes.incomplete,
    });
  }
}
