/**
 * Which engine keeps the jobs of `docket worker` best? Puts 5,000 jobs of 50 ms, which two worker processes take, 25 in flight each: once undisturbed, and once
 * while the server is restarted after a quarter and a worker is killed with -9 and started anew after half of them. Prints a Markdown table. The engines that
 * are no dependency are installed into `.docket/job-engines`; PostgreSQL and Redis are those of the system's packages, on this machine, and end with it.
 *
 *     node evals/bench/job-engines.ts [jobs] [engine …]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { controlPostgres, endPostgres, freePort, newDatabase, startPostgres } from '../../src/database/testing/postgres-server.ts';
import { installEngines, type JobEngineName, jobEngines } from './job-engine.ts';
import { tableRow } from './markdown-table.ts';
import { latencyMs } from './one-call-agent.ts';

const [wanted = '5000', ...named] = process.argv.slice(2);
const jobs = Number(wanted);
const names = (named.length > 0 ? named : Object.keys(jobEngines)) as JobEngineName[];
const workers = 2;
const inFlight = 25;
/** After so long without anything happening, nothing will. */
const silentMs = 75_000;
const longestMs = 240_000;

interface Server {
  address(): Promise<string>;
  restart(): Promise<void>;
  readonly processes: number[];
  stop(): Promise<void>;
}

interface Line {
  readonly what: string;
  readonly job: number;
  readonly at: number;
  readonly process: number;
}

installEngines();
const scratch = mkdtempSync(join(tmpdir(), 'docket-job-engines-'));
const started = new Set<ChildProcess>();
try {
  console.log(
    tableRow([
      'engine',
      'of the ideal',
      'CPU of workers, ms a job',
      'CPU of the server, ms a job',
      "a killed worker's jobs run again",
      'lost',
      'run twice',
    ]),
  );
  console.log('|---|--:|--:|--:|--:|--:|--:|');
  for (const name of names) await measure(name);
  console.log(`\nLoad ${loadavg()[0]?.toFixed(0)}.`);
} finally {
  for (const child of started) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}

async function measure(name: JobEngineName): Promise<void> {
  const engine = jobEngines[name];
  const server = engine.server === 'redis' ? await startRedis() : await startSqlServer();
  try {
    const calm = await run(name, server, false);
    const rough = await run(name, server, true);
    const idealMs = (jobs / (workers * inFlight)) * latencyMs;
    const begins = calm.lines.filter(({ what }) => what === 'begin').map(({ at }) => at);
    const ends = calm.lines.filter(({ what }) => what === 'end').map(({ at }) => at);
    const share = idealMs / (Math.max(...ends) - Math.min(...begins));
    console.log(
      tableRow([
        `${engine.title} (${engine.settings})`,
        `${Math.round(share * 100)} %${calm.lost > 0 ? `, ${calm.lost} lost` : ''}`,
        (calm.cpu.workers / jobs).toFixed(2),
        (calm.cpu.server / jobs).toFixed(2),
        againText(rough),
        String(rough.lost),
        String(rough.twice),
      ]),
    );
  } finally {
    await server.stop();
  }
}

/** True while a process has begun what it has not ended. */
function hasSome(lines: readonly Line[], id: number | undefined): boolean {
  const own = lines.filter(({ process }) => process === id);
  return own.filter(({ what }) => what === 'begin').length > own.filter(({ what }) => what === 'end').length;
}

/** When those that the killed worker had begun ran again. */
function againText({ again, lost }: { readonly again: readonly (number | undefined)[]; readonly lost: number }): string {
  const seconds = again.filter((each) => each !== undefined);
  if (lost > 0) return `${lost} not within ${silentMs / 1000} s`;
  return seconds.length === 0 ? 'it had none' : `${Math.max(...seconds).toFixed(0)} s`;
}

async function run(name: JobEngineName, server: Server, isRough: boolean) {
  const url = await server.address();
  const log = join(scratch, `${name}-${isRough}`);
  const program = fileURLToPath(new URL('job-engine-worker.ts', import.meta.url));
  const begin = async (number: number): Promise<ChildProcess> => {
    const words = [program, name, url, `worker-${number}`, String(inFlight), log];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'ignore'] });
    started.add(child);
    child.once('exit', () => started.delete(child));
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    return child;
  };
  execFileSync(process.execPath, [program, name, url, 'put', String(jobs)], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 120_000 });
  const mine = [await begin(1), await begin(2)];
  const before = { workers: cpuMs(mine.map(({ pid = 0 }) => pid)), server: cpuMs(server.processes) };
  for (const child of mine) child.stdin?.write('go\n');
  let killed: { readonly at: number; readonly pid: number } | undefined;
  let isRestarted = false;
  let changedAt = Date.now();
  let seen = 0;
  const begunAt = Date.now();
  for (;;) {
    await wait(50);
    const lines = read(log);
    const done = new Set(lines.flatMap(({ what, job }) => (what === 'end' ? [job] : []))).size;
    if (lines.length > seen) [seen, changedAt] = [lines.length, Date.now()];
    if (done === jobs || Date.now() - changedAt > silentMs || Date.now() - begunAt > longestMs) break;
    if (isRough && !isRestarted && done >= jobs / 4) {
      isRestarted = true;
      await server.restart();
    }
    if (isRough && !killed && done >= jobs / 2 && hasSome(lines, mine[0]?.pid)) {
      const [first] = mine;
      first?.kill('SIGKILL');
      killed = { at: Date.now(), pid: first?.pid ?? 0 };
      const next = await begin(1);
      mine[0] = next;
      next.stdin?.write('go\n');
    }
  }
  // What was run in vain would show now.
  await wait(300);
  const lines = read(log);
  const after = { workers: cpuMs(mine.map(({ pid = 0 }) => pid)), server: cpuMs(server.processes) };
  for (const child of mine) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const ends = new Set(lines.flatMap(({ what, job }) => (what === 'end' ? [job] : [])));
  const begins = Map.groupBy(
    lines.filter(({ what }) => what === 'begin'),
    ({ job }) => job,
  );
  const ofKilled = lines.filter(({ what, process }) => what === 'begin' && process === killed?.pid).map(({ job }) => job);
  const endedThere = new Set(lines.flatMap(({ what, job, process }) => (what === 'end' && process === killed?.pid ? [job] : [])));
  const held = ofKilled.filter((job) => !endedThere.has(job));
  const again = held.map((job) => begins.get(job)?.find(({ at }) => at > (killed?.at ?? 0))?.at);
  return {
    lines,
    cpu: { workers: after.workers - before.workers, server: after.server - before.server },
    lost: jobs - ends.size,
    // Those that the killed worker had begun have to be.
    twice: [...begins].filter(([job, all]) => all.length > 1 && !held.includes(job)).length,
    again: again.map((at) => (at === undefined ? undefined : (at - (killed?.at ?? 0)) / 1000)),
  };
}

function read(log: string): Line[] {
  if (!existsSync(log)) return [];
  return readFileSync(log, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [what = '', job, at, process] = line.split(' ');
      return { what, job: Number(job), at: Number(at), process: Number(process) };
    });
}

async function startSqlServer(): Promise<Server> {
  const server = await startPostgres(undefined, ['fsync = on', 'shared_buffers = 256MB']);
  return {
    address: () => newDatabase(server),
    async restart() {
      controlPostgres(server.folder, 'restart', '-m', 'fast');
    },
    get processes() {
      const postmaster = Number(readFileSync(join(server.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
      const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ');
      return [postmaster, ...children.map(Number)];
    },
    async stop() {
      endPostgres(server.folder);
    },
  };
}

async function startRedis(): Promise<Server> {
  const folder = mkdtempSync(join(scratch, 'redis-'));
  const port = await freePort();
  const settings = [
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
    '--maxmemory-policy',
    'noeviction',
  ];
  const start = async (): Promise<ChildProcess> => {
    const child = spawn('redis-server', ['--port', String(port), ...settings], { stdio: 'ignore' });
    started.add(child);
    const ping = () => {
      try {
        return execFileSync('redis-cli', ['-p', String(port), 'ping'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(
          'PONG',
        );
      } catch {
        return false;
      }
    };
    while (!ping()) await wait(50);
    return child;
  };
  const end = async (child: ChildProcess) => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    started.delete(child);
  };
  let redis = await start();
  let database = 0;
  return {
    address: async () => `redis://127.0.0.1:${port}/${database++}`,
    async restart() {
      await end(redis);
      redis = await start();
    },
    get processes() {
      return [redis.pid ?? 0];
    },
    stop: () => end(redis),
  };
}

/** Time of processors that these took, those that ended below them too. */
function cpuMs(ids: readonly number[]): number {
  return ids.reduce((sum, id, index) => {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const own = (fields[11] ?? 0) + (fields[12] ?? 0);
      const ended = index === 0 ? (fields[13] ?? 0) + (fields[14] ?? 0) : 0;
      return sum + (own + ended) * 10;
    } catch {
      return sum;
    }
  }, 0);
}
