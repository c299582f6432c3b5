import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  controlPostgres,
  endPostgres,
  newDatabase,
  runSql,
  sharedPostgres,
  startPostgres,
  testPassword,
  whyNoPostgres,
} from '../../database/testing/postgres-server.ts';
import { cuttable } from '../../trials/testing/cuttable.ts';
import { modeText } from '../eval/view.ts';
import { runHere } from '../testing/run-here.ts';
import type { Ended } from '../testing/run-process.ts';
import { workerProject } from './worker-project.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

const evaluation = ({ stdout, stderr }: Ended) => {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`no evaluation, but: ${stdout}\n${stderr}`);
  }
};
const stored = async (url: string) => (await runSql(url, 'SELECT count(*)::integer AS trials FROM docket.trials'))[0]?.trials;
const many = (count: number, ms: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [`case-${number + 1}`, { ms }]));

onServer(missing ?? 'trials by workers', () => {
  it('are run once each, by all workers there are, and judged by who wants them', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const cases = Object.fromEntries(Array.from({ length: 8 }, (_, number) => [`case-${number + 1}`, { ms: 1, ends: 'meets' } as const]));
    const project = workerProject(url, cases);
    const workers = [project.worker('-j', '3'), project.worker('-j', '3')];
    for (const worker of workers) await worker.until('Press Ctrl-C');
    const run = project.start(['eval', '--workers', '--json']);
    const end = await run.ended;
    expect(evaluation(end)).toMatchObject({ ranBy: 'workers', trials: { run: 24, reused: 0 } });
    expect(modeText({ ...evaluation(end), spentDollars: 1 })).toMatch(/24 run by workers, 0 reused · \$1\.00 spent by workers$/);
    expect(end.stderr).not.toContain('no worker');
    expect([end.code, await stored(url)]).toEqual([0, 24]);
    expect(Object.values(project.calls())).toEqual(Array(8).fill(3));
    for (const worker of workers) worker.process.kill('SIGTERM');
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    expect(ends.map(({ code }) => code)).toEqual([143, 143]);
    // Each of them had a part.
    for (const { stderr } of ends) expect(stderr).toMatch(/(?<!\d)[1-9]\d* trials? run, 0 failed/);
    expect(evaluation(await project.start(['eval', '--workers', '--json']).ended)).toMatchObject({ trials: { run: 0, reused: 24 } });
  });

  it('of another version are refused, and both sides say what differs', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, many(2, 20));
    const stranger = workerProject(url, many(2, 20), { agent: 'export const other = 1;' }).worker();
    await stranger.until('Press Ctrl-C');
    const run = project.start(['eval', '--workers', '--json']);
    await run.until('no worker is at work on this run');
    await stranger.until('takes none of v1: its v1 is another one; it differs in');
    await run.until('refuses it: its v1 is another one; it differs in');
    const right = project.worker('--idle', '2', '--json');
    expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 6 } });
    const done = await right.ended;
    expect([done.code, JSON.parse(done.stdout)]).toMatchObject([0, { kind: 'worked', run: 6, failed: 0 }]);
    expect(stranger.printed()).toContain('it differs in the code.');
  });

  it('that take a part of the versions run those, and what nobody takes is told', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const versions = "{ v1: {}, v2: { factors: { prompt: ['v2.txt'] } } }";
    const [project, older] = ['new', 'old'].map((text) => {
      const made = workerProject(url, many(2, 20), { versions });
      writeFileSync(join(made.directory, 'v2.txt'), text);
      return made;
    }) as [ReturnType<typeof workerProject>, ReturnType<typeof workerProject>];
    const worker = older.worker();
    await worker.until('Press Ctrl-C');
    const run = project.start(['eval', '--workers', '--versions', 'v1,v2', '--json']);
    await run.until('takes trials of v2. A worker');
    expect(run.printed()).toContain('refuses it: its v2 is another one; it differs in the prompt.');
    while (Number(await stored(url)) < 6) await wait(50);
    project.worker('--idle', '5');
    expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 12, failed: 0 } });
    expect(run.printed()).not.toContain('no worker is at work');
  });

  it('take what is wanted for longer than a day', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, many(2, 20));
    const run = project.start(['eval', '--workers', '--json']);
    await run.until('no worker is at work on this run');
    await runSql(url, "UPDATE docket.job_queues SET wanted = wanted - interval '2 days'");
    project.worker('--idle', '20');
    expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 6, failed: 0 } });
  });

  it('need a shared store, and say so before anything else', async () => {
    const project = workerProject('', many(1, 1));
    for (const words of [['worker'], ['eval', '--workers']]) {
      const { code, stderr } = await runHere(words, project);
      expect([code, stderr]).toEqual([2, expect.stringContaining('meet in a shared store, and none is named. Set DOCKET_STORE')]);
    }
  });

  it('are asked for by nobody who cannot run: what is wrong ends the command', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, many(1, 1));
    const run = project.start(['eval', '--workers', '--budget', '1']);
    await run.until('answers by itself, so Docket cannot stop what it spends');
    expect(await Promise.race([run.ended.then(({ code }) => code), wait(15_000, 'it goes on')])).toBe(2);
  });

  describe('lose none of them', { tags: ['slow'] }, () => {
    it('when a worker is killed, and none is run twice but what it had begun', async () => {
      const url = await newDatabase(await sharedPostgres());
      const project = workerProject(url, many(10, 200), { trials: 6 });
      const workers = [project.worker('-j', '4'), project.worker('-j', '4')];
      for (const worker of workers) await worker.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers', '--json']);
      for (const worker of workers) {
        while (Number(await stored(url)) < 10) await wait(20);
        worker.process.kill('SIGKILL');
        project.worker('-j', '4');
        await wait(1500);
      }
      expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 60, reused: 0 } });
      expect(await stored(url)).toBe(60);
      const calls = Object.values(project.calls()).reduce((sum, count) => sum + count, 0);
      expect(calls).toBeLessThanOrEqual(60 + 2 * 4);
    });

    it('when who wants them is killed: workers go on, and the same command finds what they did', async () => {
      const url = await newDatabase(await sharedPostgres());
      const project = workerProject(url, many(6, 300), { trials: 5 });
      const worker = project.worker('-j', '3');
      await worker.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers', '--json']);
      while (Number(await stored(url)) < 3) await wait(20);
      run.process.kill('SIGKILL');
      await run.ended;
      while (Number(await stored(url)) < 20) await wait(50);
      expect(evaluation(await project.start(['eval', '--workers', '--json']).ended)).toMatchObject({
        versions: [{ totals: { passes: 30 } }],
      });
      expect(Object.values(project.calls())).toEqual(Array(6).fill(5));
    });

    it('when who wants them is interrupted, no more are begun', async () => {
      const url = await newDatabase(await sharedPostgres());
      const project = workerProject(url, many(6, 300), { trials: 5 });
      const worker = project.worker('-j', '2');
      await worker.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers']);
      while (Number(await stored(url)) < 3) await wait(20);
      run.process.kill('SIGINT');
      const end = await run.ended;
      expect([end.code, end.stderr]).toEqual([130, expect.stringContaining('What workers have begun they end and store. Continue with:')]);
      await wait(1500);
      const now = await stored(url);
      await wait(1500);
      expect(await stored(url)).toBe(now);
      expect(now).toBeLessThan(30);
    });

    it('when the database is restarted twice', async () => {
      const server = await startPostgres();
      onTestFinished(() => endPostgres(server.folder));
      const url = await newDatabase(server);
      const project = workerProject(url, many(10, 200), { trials: 6 });
      const workers = [project.worker('-j', '4'), project.worker('-j', '4')];
      for (const worker of workers) await worker.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers', '--json']);
      for (const atLeast of [8, 30]) {
        while (Number(await stored(url).catch(() => 0)) < atLeast) await wait(50);
        controlPostgres(server.folder, 'restart', '-m', 'immediate');
      }
      expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 60, reused: 0 } });
      expect(Object.values(project.calls())).toEqual(Array(10).fill(6));
    });

    it('when the database is away as both are told to end, and neither waits for it', async () => {
      const server = await startPostgres();
      onTestFinished(() => endPostgres(server.folder));
      const url = await newDatabase(server);
      const project = workerProject(url, many(4, 300), { trials: 5 });
      const worker = project.worker('-j', '2', '--drain', '5');
      await worker.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers', '--json']);
      while (Number(await stored(url).catch(() => 0)) < 4) await wait(50);
      controlPostgres(server.folder, 'stop', '-m', 'immediate');
      await worker.until('Trying again');
      await run.until('Trying again');
      const start = performance.now();
      worker.process.kill('SIGTERM');
      run.process.kill('SIGINT');
      const ends = await Promise.all([worker.ended, run.ended]);
      expect(ends.map(({ code }) => code)).toEqual([3, 130]);
      expect(performance.now() - start).toBeLessThan(40_000);
      controlPostgres(server.folder, 'start');
      project.worker('-j', '4');
      expect(evaluation(await project.start(['eval', '--workers', '--json']).ended).versions[0].totals).toMatchObject({ passes: 20 });
    });

    it('when the network between a worker and the database is silent for a while', async () => {
      const url = await newDatabase(await sharedPostgres());
      const way = await cuttable(url);
      const project = workerProject(url, many(8, 250), { trials: 5 });
      const far = project.start(['worker', '-j', '4'], { environment: { DOCKET_STORE: way.url, CALLS: join(project.directory, 'calls') } });
      await far.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers', '--json']);
      while (Number(await stored(url)) < 8) await wait(20);
      way.silence();
      const near = project.worker('-j', '4');
      await wait(25_000);
      way.speak();
      expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 40, reused: 0 } });
      expect(await stored(url)).toBe(40);
      // What the far one had begun may have been run by the near one as well; the first that was saved stays.
      expect(Object.values(project.calls()).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(40 + 16);
      expect([far.process.exitCode, near.process.exitCode]).toEqual([null, null]);
    });

    it('when the disk of the database is full for a while', async () => {
      const url = await newDatabase(await sharedPostgres());
      const project = workerProject(url, many(6, 200), { trials: 5 });
      const worker = project.worker('-j', '4');
      await worker.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers', '--json']);
      while (Number(await stored(url).catch(() => 0)) < 4) await wait(50);
      // What the server says then, in its own words.
      await runSql(
        url,
        `CREATE FUNCTION docket.full_disk() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE 'could not extend file "base/5/16384": No space left on device' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT ON docket.trials EXECUTE FUNCTION docket.full_disk()`,
      );
      await worker.until("the server's disk is full. All stored trials are safe");
      await wait(2000);
      await runSql(url, 'DROP TRIGGER full_disk ON docket.trials');
      expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 30, failed: 0 } });
      // What was paid for is kept.
      expect(Object.values(project.calls())).toEqual(Array(6).fill(5));
    });

    it('when two want the same', async () => {
      const url = await newDatabase(await sharedPostgres());
      const project = workerProject(url, many(6, 100), { trials: 5 });
      project.worker('-j', '4');
      const ends = await Promise.all([1, 2].map(() => project.start(['eval', '--workers', '--json']).ended));
      expect(ends.map(({ code }) => code)).toEqual([0, 0]);
      expect(Object.values(project.calls())).toEqual(Array(6).fill(5));
    });

    it('when the worker is told to end: what runs comes to its end, the rest goes to others', async () => {
      const url = await newDatabase(await sharedPostgres());
      const project = workerProject(url, many(3, 1000), { trials: 4 });
      const worker = project.worker('-j', '2');
      await worker.until('Press Ctrl-C');
      const run = project.start(['eval', '--workers', '--json']);
      while (Object.keys(project.calls()).length === 0) await wait(20);
      worker.process.kill('SIGTERM');
      expect((await worker.ended).code).toBe(143);
      const begun = Object.values(project.calls()).reduce((sum, count) => sum + count, 0);
      expect(await stored(url)).toBe(begun);
      project.worker('-j', '4');
      expect(evaluation(await run.ended)).toMatchObject({ trials: { run: 12 } });
      expect(Object.values(project.calls())).toEqual([4, 4, 4]);
    });
  });

  it('are wanted and run by a role of its own, and a role that may only add is told so', { tags: ['slow'] }, async () => {
    const server = await sharedPostgres();
    const owner = await newDatabase(server);
    const project = workerProject(owner, many(2, 20));
    // Which makes the tables that it needs and no others.
    expect((await project.start(['worker', '--idle', '1']).ended).code).toBe(0);
    const { stdout } = await project.start(['store', 'roles']).ended;
    await runSql(owner, stdout);
    const database = new URL(owner).pathname.slice(1);
    const login = async (role: string) => {
      const name = `${role}_${database}`.slice(0, 60);
      await runSql(owner, `CREATE ROLE ${name} LOGIN PASSWORD '${testPassword}'; GRANT ${role} TO ${name}`);
      return { DOCKET_STORE: server.url(database, name, testPassword), CALLS: join(project.directory, 'calls') };
    };
    const [worker, adder] = [await login('docket_worker'), await login('docket_adder')];
    const refused = await project.start(['eval', '--workers', '--json'], { environment: adder }).ended;
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/the role \S+ may not .*docket_worker/)]);
    const working = project.start(['worker', '--idle', '3'], { environment: worker });
    const end = await project.start(['eval', '--workers', '--json'], { environment: worker }).ended;
    expect(evaluation(end)).toMatchObject({ trials: { run: 6 } });
    expect((await working.ended).code).toBe(0);
  });

  it('that end whoever runs them are infra errors in the end, and take no other with them', {
    tags: ['slow'],
  }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, { ...many(6, 150), poison: { ms: 100, ends: 'dies' } }, { trials: 2 });
    const [one, other] = [project.keptWorker('-j', '4'), project.keptWorker('-j', '4')];
    const end = await project.start(['eval', '--workers', '--json']).ended;
    const { versions } = evaluation(end);
    expect(versions[0].totals).toMatchObject({ passes: 12, infraErrors: 2 });
    expect(end.code).toBe(3);
    expect(end.stdout).toContain('3 workers ended without a word while they ran trial 1 of case poison.');
    // Two trials of three lives each, which may have ended together.
    expect(project.calls().poison).toBeLessThanOrEqual(6);
    expect(one.length + other.length).toBeGreaterThanOrEqual(5);
  });

  it('that wait in the hands of a worker are not accused when it ends', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, { innocent: { ms: 1500 }, other: { ms: 1500 } }, { trials: 1 });
    const wanted = project.start(['eval', '--workers', '--case', 'innocent', '--json']);
    for (const life of [1, 2]) {
      const worker = project.worker('-j', '2');
      await expect.poll(() => project.calls().innocent).toBe(life);
      worker.process.kill('SIGKILL');
      await worker.ended;
    }
    const alsoWanted = project.start(['eval', '--workers', '--case', 'other', '--json']);
    const jobs = `SELECT count(*)::integer AS jobs FROM docket_jobs.job WHERE data->>'caseId' = 'other'`;
    await expect.poll(async () => (await runSql(url, jobs))[0]?.jobs).toBe(1);
    const busy = project.worker('-j', '2');
    const waiting = `SELECT count(*)::integer AS waiting FROM docket.job_workers WHERE holds LIKE '%"waits"%'`;
    await expect.poll(async () => (await runSql(url, waiting))[0]?.waiting, { interval: 20 }).toBe(1);
    busy.process.kill('SIGKILL');
    await busy.ended;
    project.worker('-j', '2');
    for (const run of [wanted, alsoWanted])
      expect(evaluation(await run.ended).versions[0].totals).toMatchObject({ passes: 1, infraErrors: 0 });
    // Twice with a worker that ended, and once alone.
    expect(project.calls()).toEqual({ innocent: 3, other: 2 });
  });

  it('of an agent that throws count as its own, and the worker lives', { tags: ['slow'] }, async () => {
    const url = await newDatabase(await sharedPostgres());
    const project = workerProject(url, { ...many(2, 20), buggy: { ms: 1, ends: 'throws' } }, { trials: 2 });
    const worker = project.worker();
    const end = await project.start(['eval', '--workers', '--json']).ended;
    expect(evaluation(end).versions[0].totals).toMatchObject({ passes: 4, runs: 6 });
    expect(worker.process.exitCode).toBeNull();
  });
});

it('a worker says what is wrong with its options before it asks for a store', async () => {
  for (const [words, why] of [
    [['worker', '-j', '0'], '-j'],
    [['worker', '--idle', 'x'], '--idle'],
    [['eval', '--workers', '--shard', '1/2'], '--shard'],
    [['eval', '--workers', '-j', '4'], '--concurrency'],
  ] as const) {
    const { code, stderr } = await runHere(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  }
});
