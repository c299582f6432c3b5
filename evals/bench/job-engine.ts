import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PgBoss } from 'pg-boss';

/** Where jobs are kept, and how a worker takes them. */
export interface JobEngine {
  /** How it is told in the table. */
  readonly title: string;
  readonly server: 'postgres' | 'redis';
  /** What was set otherwise than by default. */
  readonly settings: string;
  /** Adds jobs that are numbers from 0 on. */
  put(url: string, jobs: number): Promise<void>;
  /** Takes jobs until the process ends. @param name of the worker, which it has again when it is started anew */
  work(url: string, taking: Taking): Promise<void>;
}

export interface Taking {
  readonly name: string;
  readonly inFlight: number;
  /** What a job is. */
  readonly run: (job: number) => Promise<void>;
}

const folder = fileURLToPath(new URL('../../.docket/job-engines', import.meta.url));
const packages = { '@dbos-inc/dbos-sdk': '5.3.0', bullmq: '6.7.0', ioredis: '5.11.1', pg: '8.23.1' };
const queue = 'jobs';

/** Installs the engines that are no dependency of this package, once. */
export function installEngines(): void {
  if (Object.keys(packages).every((name) => existsSync(join(folder, 'node_modules', name)))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', '--ignore-scripts'], { cwd: folder, timeout: 240_000 });
}

/** What is used of the packages that are installed here. */
const load = (name: string): unknown => createRequire(join(folder, 'package.json'))(name);

interface Dbos {
  readonly DBOS: {
    migrate(url: string): Promise<void>;
    setConfig(config: object): void;
    registerWorkflow(work: (job: number) => Promise<void>, about: object): unknown;
    launch(): Promise<void>;
    registerQueue(name: string, options: object): Promise<unknown>;
  };
  readonly DBOSClient: {
    create(options: object): Promise<{ enqueue(options: object, job: number): Promise<unknown>; destroy(): Promise<void> }>;
  };
}

interface Bull {
  readonly Queue: new (
    name: string,
    options: object,
    backend?: unknown,
  ) => { addBulk(jobs: readonly object[]): Promise<unknown>; close(): Promise<void>; waitUntilReady(): Promise<unknown> };
  readonly Worker: new (
    name: string,
    work: (job: { readonly data: number }) => Promise<void>,
    options: object,
    backend?: unknown,
  ) => { on(event: 'error', listener: () => void): void; waitUntilReady(): Promise<unknown> };
  readonly createPostgresBackend: unknown;
}

async function openBoss(url: string): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, max: 4, superviseIntervalSeconds: 5, monitorIntervalSeconds: 5, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(queue, { heartbeatSeconds: 10, retryLimit: 100, retryDelay: 0 });
  return boss;
}

async function putBoss(url: string, jobs: number): Promise<void> {
  const boss = await openBoss(url);
  for (let start = 0; start < jobs; start += 1000)
    await boss.insert(
      queue,
      Array.from({ length: Math.min(1000, jobs - start) }, (_, index) => ({ data: { job: start + index } })),
    );
  await boss.stop({ graceful: false });
}

/** The same again where the server is away for a moment. */
async function patiently<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await wait(200);
    }
  }
}

const bull = (title: string, server: JobEngine['server'], settings: string): JobEngine => {
  const options = (url: string) => ({
    connection: server === 'redis' ? { url, maxRetriesPerRequest: null } : { connectionString: url, migrate: true },
  });
  return {
    title,
    server,
    settings,
    async put(url, jobs) {
      const { Queue, createPostgresBackend } = load('bullmq') as Bull;
      const jobQueue = new Queue(queue, options(url), ...(server === 'postgres' ? [createPostgresBackend] : []));
      for (let start = 0; start < jobs; start += 1000)
        await jobQueue.addBulk(
          Array.from({ length: Math.min(1000, jobs - start) }, (_, index) => ({
            name: 'job',
            data: start + index,
            opts: { removeOnComplete: true },
          })),
        );
      await jobQueue.close();
    },
    async work(url, { inFlight, run }) {
      const { Worker, createPostgresBackend } = load('bullmq') as Bull;
      const worker = new Worker(
        queue,
        ({ data }) => run(data),
        { ...options(url), concurrency: inFlight, maxStalledCount: 100 },
        ...(server === 'postgres' ? [createPostgresBackend] : []),
      );
      worker.on('error', () => {});
      await worker.waitUntilReady();
    },
  };
};

const dbos = (title: string, settings: string, isNamed: boolean): JobEngine => ({
  title,
  server: 'postgres',
  settings,
  async put(url, jobs) {
    const { DBOS, DBOSClient } = load('@dbos-inc/dbos-sdk') as Dbos;
    await DBOS.migrate(url);
    const client = await DBOSClient.create({ systemDatabaseUrl: url, systemDatabasePoolSize: 10 });
    for (let start = 0; start < jobs; start += 50)
      await Promise.all(
        Array.from({ length: Math.min(50, jobs - start) }, (_, index) =>
          client.enqueue({ workflowName: 'job', queueName: queue }, start + index),
        ),
      );
    await client.destroy();
  },
  async work(url, { name, inFlight, run }) {
    const { DBOS } = load('@dbos-inc/dbos-sdk') as Dbos;
    const executorID = isNamed ? name : `${name}-${process.pid}`;
    DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, applicationVersion: '1', executorID, logLevel: 'error' });
    DBOS.registerWorkflow(run, { name: 'job' });
    await DBOS.launch();
    await DBOS.registerQueue(queue, { workerConcurrency: inFlight, minPollingIntervalMs: 50 });
  },
});

/** The engines, as they would be used here. */
export const jobEngines = {
  'pg-boss': {
    title: 'pg-boss, taken by the handful',
    server: 'postgres',
    settings: 'fetch ahead and delete every 40 ms, as Docket does; heartbeats of 10 s, looked at every 5 s',
    put: putBoss,
    async work(url, { inFlight, run }) {
      const boss = await openBoss(url);
      const held = new Set<string>();
      const waiting: { readonly id: string; readonly job: number }[] = [];
      let running = 0;
      let ended: string[] = [];
      const start = () => {
        for (let next = waiting.shift(); next; next = running < inFlight ? waiting.shift() : undefined) {
          const { id, job } = next;
          running += 1;
          void run(job).then(() => {
            running -= 1;
            ended.push(id);
            if (running < inFlight) start();
          });
          if (running >= inFlight) return;
        }
      };
      setInterval(() => void (held.size > 0 && boss.touch(queue, [...held]).catch(() => {})), 4000);
      void (async () => {
        for (;;) {
          const done = ended;
          ended = [];
          if (done.length > 0) await patiently(() => boss.deleteJob(queue, done));
          for (const id of done) held.delete(id);
          const room = 3 * inFlight - running - waiting.length;
          // A call that fails after it took some is made up for by their heartbeat.
          const jobs = room > 0 ? await patiently(() => boss.fetch<{ readonly job: number }>(queue, { batchSize: room })) : [];
          for (const { id, data } of jobs) {
            held.add(id);
            waiting.push({ id, job: data.job });
          }
          if (running < inFlight) start();
          await wait(40);
        }
      })();
    },
  },
  'pg-boss-work': {
    title: 'pg-boss, its own `work`',
    server: 'postgres',
    settings: '5 pollers of 5 jobs, without a pause while there are more; heartbeats of 10 s, looked at every 5 s',
    put: putBoss,
    async work(url, { inFlight, run }) {
      const boss = await openBoss(url);
      const options = { localConcurrency: inFlight / 5, batchSize: 5, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };
      await boss.work<{ readonly job: number }>(queue, options, async (jobs) => {
        await Promise.all(jobs.map(({ data }) => run(data.job)));
      });
    },
  },
  dbos: dbos('DBOS, workers that keep their names', 'polled every 50 ms instead of 1 s', true),
  'dbos-new-name': dbos('DBOS, workers with new names', 'polled every 50 ms instead of 1 s', false),
  'bullmq-redis': bull('BullMQ on Redis', 'redis', 'append-only file, each second; otherwise by default'),
  'bullmq-postgres': bull('BullMQ on PostgreSQL', 'postgres', 'by default'),
} as const satisfies Record<string, JobEngine>;

/** Names of engines. */
export type JobEngineName = keyof typeof jobEngines;
