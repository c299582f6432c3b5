/**
 * Many trials of 50 ms by several workers over one PostgreSQL database of the system's package, while now and then one of them is killed with -9 and started
 * anew, and the database is restarted twice. The ideal is what the same places could do if nothing took any time but the trials, beside the time in which the
 * database was down. Prints one line, and ends with 1 where a trial is lost or stored twice.
 *
 *     npm run build; node evals/bench/worker-faults.ts [trials] [workers] [in flight each] [seconds between kills, 0 for none] [restarts]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { controlPostgres, endPostgres, newDatabase, runSql, startPostgres } from '../../src/database/testing/postgres-server.ts';
import { latencyMs } from './one-call-agent.ts';

const [trials = 100_000, workers = 4, inFlight = 25, killSeconds = 5, restarts = 2] = process.argv.slice(2).map(Number);
const perCase = 10;
const repository = fileURLToPath(new URL('../..', import.meta.url));
const main = join(repository, 'dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'docket-worker-faults-'));
const server = await startPostgres(undefined, ['shared_buffers = 256MB', 'max_wal_size = 2GB']);
const running = new Set<ChildProcess>();
let kills = 0;
let downMs = 0;
let isOver = false;

try {
  writeProject();
  const url = await newDatabase(server);
  const log = openSync(join(folder, 'workers.log'), 'a');
  const start = (...words: string[]) => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd: folder,
      env: { ...process.env, DOCKET_STORE: url },
      stdio: ['ignore', log, log],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  };
  const startWorker = (): void => {
    const child = start('worker', '-j', String(inFlight), '--mode', 'simulated');
    // As whatever keeps services does it.
    child.once('exit', () => isOver || startWorker());
  };
  await once(start('store', 'migrate'), 'exit');
  for (let number = 0; number < workers; number += 1) startWorker();
  await serving(url, workers);
  const begun = performance.now();
  const planner = start('eval', '--workers', '--mode', 'simulated');
  const ended = once(planner, 'exit') as Promise<[number | null]>;
  // The planner reads cases and puts jobs; what it takes until then is told apart.
  const first = await firstStored(url);
  const lastly = lastStored(url, () => planner.exitCode !== null);
  const killing = killSome(planner);
  const restarting = restartSome(url);
  const [code] = await ended;
  const endedAt = performance.now();
  const last = await lastly;
  isOver = true;
  const cpu = { workers: cpuSeconds([...running].map(({ pid = 0 }) => pid)), database: cpuSeconds(postgresProcesses()) };
  await Promise.all([killing, restarting]);
  const counts = await runSql(
    url,
    `SELECT count(*)::integer AS stored, count(DISTINCT (selection, number))::integer AS different, (SELECT count(*)::integer FROM docket.claims) AS claimed,
      (SELECT count(*)::integer FROM docket.failures) AS failures FROM docket.trials`,
  );
  const { stored, different, failures } = counts[0] as { stored: number; different: number; failures: number };
  const idealMs = (trials / (workers * inFlight)) * latencyMs;
  const all = endedAt - begun;
  const busy = last - first;
  console.log(
    JSON.stringify({
      ...{ trials, workers, inFlight, kills, restarts, stored, different, failures, plannerExit: code },
      seconds: round(all / 1000),
      secondsToLastTrial: round((last - begun) / 1000),
      secondsFromFirstTrial: round(busy / 1000),
      downSeconds: round(downMs / 1000),
      idealSeconds: round(idealMs / 1000),
      shareOfIdeal: round(idealMs / (all - downMs)),
      shareToLastTrial: round(idealMs / (last - begun - downMs)),
      shareFromFirstTrial: round(idealMs / (busy - downMs)),
      // Of those that were not killed, with their start.
      cpuMsPerTrial: { workers: round((cpu.workers * 1000) / trials), database: round((cpu.database * 1000) / trials) },
    }),
  );
  if (stored !== trials || different !== trials || failures > 0 || code !== 0) {
    console.log(readFileSync(join(folder, 'workers.log'), 'utf8').slice(-5000));
    process.exitCode = 1;
  }
} finally {
  isOver = true;
  for (const child of running) child.kill('SIGKILL');
  endPostgres(server.folder);
  rmSync(folder, { recursive: true, force: true });
}

async function killSome(planner: ChildProcess): Promise<void> {
  for (let next = 0; killSeconds > 0; next += 1) {
    await wait(killSeconds * 1000);
    if (isOver) return;
    const alive = [...running].filter((child) => child !== planner && child.exitCode === null);
    alive[next % alive.length]?.kill('SIGKILL');
    kills += 1;
  }
}

async function restartSome(url: string): Promise<void> {
  for (let number = 0; number < restarts; number += 1) {
    await wait(12_000);
    if (isOver) return;
    const begun = performance.now();
    controlPostgres(server.folder, 'restart', '-m', 'fast');
    while (
      !(await runSql(url, 'SELECT 1').then(
        () => true,
        () => false,
      ))
    )
      await wait(20);
    downMs += performance.now() - begun;
  }
}

/** When the first trial was stored. */
async function firstStored(url: string): Promise<number> {
  for (;;) {
    const [row] = await runSql(url, 'SELECT EXISTS (SELECT FROM docket.trials) AS any');
    if (row?.any) return performance.now();
    await wait(20);
  }
}

/** When the last one was; where one is lost, when the run had ended. */
async function lastStored(url: string, hasEnded: () => boolean): Promise<number> {
  for (;;) {
    const [row] = await runSql(url, 'SELECT last_value::integer AS tried FROM docket.trials_stored_seq').catch(() => []);
    if (Number(row?.tried) >= trials) {
      const [counted] = await runSql(url, 'SELECT count(*)::integer AS stored FROM docket.trials').catch(() => []);
      if (counted?.stored === trials) return performance.now();
    }
    if (hasEnded()) return performance.now();
    await wait(200);
  }
}

async function serving(url: string, most: number): Promise<void> {
  for (;;) {
    const [row] = await runSql(url, 'SELECT count(*)::integer AS here FROM docket.job_workers').catch(() => []);
    if (row?.here === most) return;
    await wait(50);
  }
}

function postgresProcesses(): number[] {
  const postmaster = readFileSync(join(server.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0] ?? '';
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ');
  return [postmaster, ...children].map(Number);
}

/** Of the processes, since they were started. */
function cpuSeconds(ids: readonly number[]): number {
  return ids.reduce((sum, id) => {
    try {
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return sum + (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      return sum;
    }
  }, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function writeProject(): void {
  mkdirSync(join(folder, 'cases'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'docket.config.ts'),
    `import * as docket from '${join(repository, 'dist/index.js')}';
import { oneCallAgent } from '${join(import.meta.dirname, 'one-call-agent.ts')}';
export default docket.defineConfig({ agent: oneCallAgent(docket), cases: 'cases', current: 'v1', versions: ['v1'], trials: ${perCase}, simulation: { latencyMs: ${latencyMs} } });
`,
  );
  for (let amount = 1; amount <= trials / perCase; amount += 1) {
    const id = `amount-${String(amount).padStart(6, '0')}`;
    const label = { decision: { approved: true }, source: 'policy', rationale: 'All are.', reviewers: [{ kind: 'policy' }] };
    writeFileSync(
      join(folder, 'cases', `${id}.json`),
      JSON.stringify({ id, title: `An amount of ${amount}`, input: { amount }, label, origin: { kind: 'designed' } }),
    );
  }
}
