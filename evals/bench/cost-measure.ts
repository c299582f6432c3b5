/**
 * Measures what a trial of the underwriter takes, for the cost model: calls, tokens, bytes in SQLite and PostgreSQL with all indexes, bytes of its trace and
 * its recording, and Docket's own CPU time. Prints JSON, which is kept in `evals/bench/cost-measured.json`. Nobody pays: the calls of the simulated
 * underwriter are counted by their text, four characters a token, and sent over loopback by the real client where that is measured.
 *
 *     node evals/bench/cost-measure.ts [trials a case, 20] > evals/bench/cost-measured.json
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { endPostgres, newDatabase, runSql, startPostgres } from '../../src/database/testing/postgres-server.ts';
import { openTrialStoreToRead } from '../../src/trials/open-trial-store.ts';
import { makeUnderwriterProject } from '../docs/underwriter-project.ts';
import { docketMain } from './bench-project.ts';
import { measure } from './measured-run.ts';

const trialsACase = Number(process.argv[2] ?? 20);
const version = 'v2';
const main = docketMain('src');
const project = makeUnderwriterProject();
const store = join(project, '.docket/docket.db');
const server = await startPostgres();
const running: ChildProcess[] = [];

/** Starts what serves until it is ended, and gives the address that it prints. */
async function serve(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ url: string; end(): Promise<void> }> {
  const child = spawn(process.execPath, [main, ...words, '--port', '0', '--json'], {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: project, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let printed = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    printed += piece;
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
    if (url === undefined) continue;
    // What it prints later is read by nobody, and must not hold it up.
    child.stdout.resume();
    return {
      url,
      async end() {
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error(`docket ${words.join(' ')} ended.`);
}

/** Runs all cases so often, in a process that is measured. */
function evaluate(words: readonly string[], environment: Readonly<Record<string, string>> = {}, trials = trialsACase) {
  return measure({
    words: [main, 'eval', '--versions', version, '--trials', String(trials), '--json', ...words],
    directory: project,
    environment,
    proof: /"kind": ?"evaluation"/,
  });
}

/** CPU milliseconds that a trial more takes: of all trials less those of one a case, so that the start does not count. */
async function cpuOf(words: readonly string[], trials: number, environment: Readonly<Record<string, string>> = {}): Promise<number> {
  forget();
  const least = await evaluate(words, environment, 1);
  forget();
  const whole = await evaluate(words, environment);
  return (whole.cpuMs - least.cpuMs) / (trials - trials / trialsACase);
}

function forget(): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(`${store}${ending}`, { force: true });
}

/** Bytes of a SQLite file, with what waits in its log. */
function bytesOf(file: string): number {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
  return statSync(file).size;
}

/** Bytes of all tables of a database with their indexes, and of the indexes alone. */
async function tablesOf(address: string): Promise<{ readonly all: number; readonly indexes: number }> {
  const [row] = await runSql(
    address,
    `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS all, coalesce(sum(pg_indexes_size(oid)), 0)::bigint AS indexes
       FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'docket'::regnamespace`,
  );
  return { all: Number(row?.all), indexes: Number(row?.indexes) };
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** An eval whose spans go to a receiver. */
async function traced(environment: Readonly<Record<string, string>>): Promise<void> {
  const receiver = await serve(['traces', 'serve'], environment);
  forget();
  await evaluate(['--mode', 'simulated'], { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  await receiver.end();
}

try {
  const simulated = ['--mode', 'simulated'];
  await evaluate(simulated);
  const kept = openTrialStoreToRead(store, {});
  const used = { trials: 0, calls: 0, inputTokens: 0, outputTokens: 0 };
  for (const selection of await kept.selections())
    for (const trial of await kept.list(selection)) {
      used.trials += 1;
      used.calls += trial.transcript.steps.filter(({ kind }) => kind === 'model-call').length;
      used.inputTokens += trial.usage.inputTokens;
      used.outputTokens += trial.usage.outputTokens;
    }
  await kept.close();
  const { trials } = used;
  const sqliteBytes = bytesOf(store);

  const trialDatabase = await newDatabase(server);
  await evaluate(simulated, { DOCKET_STORE: trialDatabase });
  await runSql(trialDatabase, 'VACUUM');
  const postgres = await tablesOf(trialDatabase);

  await traced({});
  const tracesFile = join(project, '.docket/traces.db');
  const sqliteTraces = bytesOf(tracesFile);
  const traceDatabase = await newDatabase(server);
  await traced({ DOCKET_STORE: traceDatabase });
  await runSql(traceDatabase, 'VACUUM');
  const postgresTraces = await tablesOf(traceDatabase);

  const model = await serve(['serve-model']);
  const live = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'none-is-needed' };
  forget();
  await evaluate(['--mode', 'live', '--record'], live);
  const recordings = join(project, 'evals/recordings');
  const recordingBytes = existsSync(recordings) ? bytesBelow(recordings) : 0;
  const cpuMs = {
    live: await cpuOf(['--mode', 'live'], trials, live),
    recorded: await cpuOf(['--mode', 'recorded'], trials),
  };
  await model.end();
  const each = (sum: number) => Math.round((sum / trials) * 100) / 100;
  const measured = {
    agent: 'underwriter',
    version,
    model: 'claude-sonnet-4-6',
    answeredBy: 'simulated',
    trials,
    calls: each(used.calls),
    inputTokens: each(used.inputTokens),
    outputTokens: each(used.outputTokens),
    bytes: {
      sqlite: each(sqliteBytes),
      postgres: each(postgres.all),
      postgresIndexes: each(postgres.indexes),
      sqliteTrace: each(sqliteTraces),
      postgresTrace: each(postgresTraces.all),
      recording: each(recordingBytes),
    },
    cpuMs: { live: each(cpuMs.live * trials), recorded: each(cpuMs.recorded * trials) },
  };
  console.log(JSON.stringify(measured, null, 2));
} finally {
  for (const child of running) child.kill('SIGKILL');
  endPostgres(server.folder);
  rmSync(project, { recursive: true, force: true });
}
