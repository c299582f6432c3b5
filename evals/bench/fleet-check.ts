import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parsePostgresAddress } from '../../src/database/postgres/postgres-address.ts';
import { endPostgres, newDatabase, type PostgresServer, startPostgres } from '../../src/database/testing/postgres-server.ts';
import { openSharedTrialStore } from '../../src/trials/open-trial-store.ts';
import { BenchProject, docketMain } from './bench-project.ts';
import { playFleet } from './fleet.ts';
import { tableRow } from './markdown-table.ts';
import { measure } from './measured-run.ts';

/** What the simulation is held against: processes that each have a part, or workers that take what is wanted from one queue. */
export const fleetKinds = ['shards', 'workers'] as const;
export type FleetKind = (typeof fleetKinds)[number];

const inFlight = 25;
/** The runs that are simulated. */
const simulated = {
  shards: { trials: 2000, latencyMs: 1000, processes: [1, 2, 3, 4] },
  workers: { trials: 1600, latencyMs: 2000, processes: [1, 2, 4, 8] },
};
/** The run by which a trial's CPU is known. */
const calibration = { trials: 1000, latencyMs: 200 };
/** How long, and how often, a look at what the machine has left takes. */
const lookMs = 100;
const lookEveryMs = 1000;
/** Units of CPU time in /proc. */
const ticksASecond = 100;

/** A run of one or several processes. */
interface FleetRun {
  /** Of shards from the first start to the last end; of workers from the beginning of the first trial to the end of the last. */
  readonly elapsedMs: number;
  /** CPU of what runs trials, of what plans them, and of the database. */
  readonly cpuMs: number;
  readonly plannerCpuMs: number;
  readonly databaseCpuMs: number;
  readonly durations: readonly number[];
  /** From the end of the last trial to that of the last process. */
  readonly endMs: number;
  /** The part of a core that a busy thread got on this machine meanwhile. */
  readonly share: number;
}

interface Load {
  readonly kind: FleetKind;
  readonly processes: number;
  readonly trials: number;
  readonly latencyMs: number;
  readonly flying: number;
}

/**
 * Holds the simulation against what runs, all on this machine over one PostgreSQL server: `docket eval --shard i/n`, n processes at once; or `docket eval
 * --workers` with n processes of `docket worker` that wait for it. How long trials take, and what a start, a trial, an end and the database take of a core is
 * measured on one process before. Of the runs that it is held against the simulation is told one thing: which part of a core a busy thread got
 * meanwhile, because others use the machine too. Prints a Markdown table.
 */
export async function checkFleet(kind: FleetKind): Promise<void> {
  const server = await startPostgres();
  try {
    const { trials, latencyMs, processes: fleets } = simulated[kind];
    const one = { kind, processes: 1, trials: 1, latencyMs: calibration.latencyMs, flying: 1 };
    // The first start of all compiles what the next ones find compiled.
    await run(server, one);
    const start = await run(server, one);
    const slow = await run(server, { kind, processes: 1, trials: 10, latencyMs, flying: 1 });
    const busy = await run(server, { kind, processes: 1, ...calibration, flying: inFlight });
    const perTrial = (more: number) => Math.max(0, more) / (calibration.trials - 1);
    const endCpuMs = kind === 'shards' ? perTrial(busy.endMs * busy.share - start.endMs * start.share) : 0;
    const cpuMs = Math.max(0, perTrial(busy.cpuMs - start.cpuMs) - endCpuMs);
    const plannerMs = perTrial(busy.plannerCpuMs - start.plannerCpuMs);
    const databaseMs = perTrial(busy.databaseCpuMs - start.databaseCpuMs);
    const startCpuMs = kind === 'shards' ? start.cpuMs : 0;
    const taken = [cpuMs, endCpuMs, plannerMs, databaseMs].map((milliseconds) => `${milliseconds.toFixed(2)} ms`);
    console.log(
      `Of a core a start takes ${startCpuMs.toFixed(0)} ms, a trial ${taken[0]} of its process, ${taken[1]} at its end, ${taken[2]} of what plans it, and ${taken[3]} of the database; ${trials} trials of ${latencyMs} ms, ${inFlight} in flight of each process.\n`,
    );
    console.log(tableRow([kind, 'measured', 'simulated', 'off by', 'ideal', 'trials/s', 'share of a core', 'load']));
    console.log('|--:|--:|--:|--:|--:|--:|--:|--:|');
    for (const processes of fleets) {
      const { elapsedMs: measuredMs, share } = await run(server, { kind, processes, trials, latencyMs, flying: inFlight });
      const { elapsedMs } = playFleet({
        workers: processes,
        inFlight,
        durations: Array.from({ length: trials }, (_, index) => slow.durations[index % slow.durations.length] ?? latencyMs),
        calls: 1,
        tokensACall: 0,
        cpuMs: cpuMs / share,
        queueMs: (databaseMs / 2 + plannerMs) / share,
        storeMs: databaseMs / 2 / share,
        cores: 2,
        startMs: 0,
        startCpuMs: startCpuMs / share,
        endCpuMs: endCpuMs / share,
      });
      const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
      const off = (100 * (elapsedMs - measuredMs)) / measuredMs;
      console.log(
        tableRow([
          String(processes),
          seconds(measuredMs),
          seconds(elapsedMs),
          `${off > 0 ? '+' : ''}${off.toFixed(0)} %`,
          seconds((trials / processes / inFlight) * latencyMs),
          (trials / (measuredMs / 1000)).toFixed(0),
          share.toFixed(2),
          (loadavg()[0] ?? 0).toFixed(0),
        ]),
      );
    }
  } finally {
    endPostgres(server.folder);
  }
}

/** Runs trials in so many processes, each with a folder of its own, over a new database. */
async function run(server: PostgresServer, { kind, processes, trials, latencyMs, flying }: Load): Promise<FleetRun> {
  const DOCKET_STORE = await newDatabase(server);
  const projects = Array.from({ length: processes + 1 }, () => new BenchProject({ trials, inFlight: flying }, 'src'));
  const [planner, ...machines] = projects as [BenchProject, ...BenchProject[]];
  const workers: ChildProcess[] = [];
  try {
    for (const { directory } of projects) {
      const config = join(directory, 'docket.config.ts');
      writeFileSync(config, readFileSync(config, 'utf8').replace(/latencyMs: \d+/, `latencyMs: ${latencyMs}`));
    }
    if (kind === 'workers') workers.push(...(await Promise.all(machines.map((machine) => startWorker(machine, flying, DOCKET_STORE)))));
    const words = [docketMain('src'), 'eval', '--trials', String(planner.trialsPerCase), '--mode', 'simulated', '--json'];
    const evaluate = ({ directory }: BenchProject, more: readonly string[], proof: RegExp) =>
      measure({ words: [...words, ...more], directory, environment: { DOCKET_STORE }, proof });
    const before = { database: databaseCpu(server), workers: cpuOf(workers) };
    const shares: number[] = [];
    const looking = setInterval(() => shares.push(coreLeft()), lookEveryMs);
    const began = performance.now();
    const ends = await (kind === 'workers'
      ? evaluate(planner, ['--workers'], /"kind": ?"evaluation"/).then((end) => [end])
      : Promise.all(
          machines.map((machine, index) =>
            evaluate(machine, ['--shard', `${index + 1}/${processes}`, '-j', String(flying)], /"missing": 0/),
          ),
        )
    ).finally(() => clearInterval(looking));
    const wallMs = performance.now() - began;
    const ended = Date.now();
    const databaseCpuMs = databaseCpu(server) - before.database;
    const store = await openSharedTrialStore(parsePostgresAddress(DOCKET_STORE, {}));
    const stored = await store.newest(trials + 1);
    await store.close();
    if (stored.length !== planner.trials) throw new Error(`${stored.length} of ${planner.trials} trials are stored.`);
    const firstMs = stored.reduce((first, { startedAt }) => Math.min(first, Date.parse(startedAt)), Number.POSITIVE_INFINITY);
    const lastMs = stored.reduce((last, { startedAt, durationMs }) => Math.max(last, Date.parse(startedAt) + durationMs), 0);
    const ownCpuMs = ends.reduce((total, { cpuMs }) => total + cpuMs, 0);
    return {
      elapsedMs: kind === 'workers' ? lastMs - firstMs : wallMs,
      databaseCpuMs,
      cpuMs: kind === 'workers' ? cpuOf(workers) - before.workers : ownCpuMs,
      plannerCpuMs: kind === 'workers' ? ownCpuMs : 0,
      durations: stored.map(({ durationMs }) => durationMs),
      endMs: Math.max(0, ended - lastMs),
      share: shares.length === 0 ? coreLeft() : shares.reduce((total, each) => total + each, 0) / shares.length,
    };
  } finally {
    await Promise.all(workers.map(endWorker));
    for (const project of projects) project[Symbol.dispose]();
  }
}

/** A worker that waits for trials. */
async function startWorker({ directory }: BenchProject, flying: number, DOCKET_STORE: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [docketMain('src'), 'worker', '-j', String(flying), '--mode', 'simulated'], {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, NO_COLOR: '1', DOCKET_STORE },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`docket worker ended with ${code}: ${printed}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('Press Ctrl-C to stop')) resolve();
    });
  });
  return child;
}

async function endWorker(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** CPU milliseconds of processes so far. */
function cpuOf(children: readonly ChildProcess[]): number {
  return children.reduce((total, { pid }) => total + ticksOf(String(pid), false), 0) * (1000 / ticksASecond);
}

/** CPU milliseconds of a server's processes so far, with those that have ended. */
function databaseCpu({ folder }: PostgresServer): number {
  const [postmaster = ''] = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n');
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(name)[1] === postmaster);
  const ticks = ticksOf(postmaster, true) + children.reduce((total, pid) => total + ticksOf(pid, false), 0);
  return (1000 * ticks) / ticksASecond;
}

function ticksOf(pid: string, withEnded: boolean): number {
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = statOf(pid).slice(11, 15).map(Number);
  return utime + stime + (withEnded ? cutime + cstime : 0);
}

/** What the system says of a process behind its name; nothing of one that has ended: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. */
function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
  } catch {
    return [];
  }
}

/** The part of a core that a busy thread gets here now. */
function coreLeft(): number {
  const began = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - began < lookMs);
  const { user, system } = process.cpuUsage(before);
  return Math.min(1, (user + system) / 1000 / (performance.now() - began));
}
