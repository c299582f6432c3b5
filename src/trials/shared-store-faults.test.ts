import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../contracts/clock.ts';
import { parsePostgresAddress } from '../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import {
  controlPostgres,
  endPostgres,
  newDatabase,
  runSql,
  sharedPostgres,
  startCopy,
  startPostgres,
  whyNoPostgres,
} from '../database/testing/postgres-server.ts';
import type { Model } from '../model/model.ts';
import { simulatedModel } from '../model/simulated.ts';
import { inspectSharedStore } from './inspect-shared-store.ts';
import { openSharedTrialStore } from './open-trial-store.ts';
import { PostgresTrialStore } from './postgres-trial-store.ts';
import { postgresTrials } from './postgres-trials.ts';
import { runTrials } from './run-trials.ts';
import { cuttable } from './testing/cuttable.ts';
import { hastySimulator, tinyRequests, tinyTrial } from './testing/tiny-agent.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;

/** Runs trials into a shared store as one machine of several, from when that is open; counts the calls of its model. */
async function machine(url: string, cases: number, calls: string[], told: string[], latencyMs = 20) {
  const store = await openSharedTrialStore(parsePostgresAddress(url, {}), { warn: (message) => told.push(message) });
  onTestFinished(() => store.close());
  const inner = simulatedModel(hastySimulator, { latencyMs });
  const model: Model = {
    ...inner,
    create(request, context) {
      calls.push(`${JSON.stringify(request.messages)} ${context.trialNumber}`);
      return inner.create(request, context);
    },
  };
  const ended = runTrials(tinyRequests(cases, 10), {
    model,
    store,
    clock: systemClock,
    signal: new AbortController().signal,
    concurrency: 25,
    onRun: () => {},
  });
  // A test may fail before it waits for it.
  ended.catch(() => {});
  return { ended };
}

const stored = async (url: string) =>
  (await runSql(url, 'SELECT count(*)::integer AS all, count(DISTINCT (selection, number))::integer AS different FROM trials'))[0];

onServer(missing ?? 'a shared store under faults', { tags: ['slow'] }, () => {
  it('loses and doubles nothing when the server crashes and starts again while two machines run the same trials', async () => {
    const server = await startPostgres();
    onTestFinished(() => endPostgres(server.folder));
    const url = await newDatabase(server);
    const calls: string[] = [];
    const told: string[] = [];
    const running = await Promise.all([1, 2].map(() => machine(url, 100, calls, told)));
    for (const [ran, how] of [
      [100, 'immediate'],
      [400, 'fast'],
    ] as const) {
      await expect.poll(() => calls.length, { interval: 10 }).toBeGreaterThan(ran);
      controlPostgres(server.folder, 'restart', '-m', how);
    }
    const ends = await Promise.all(running.map(({ ended }) => ended));
    expect(ends.map(({ run, reused, failed }) => [run + reused, failed])).toEqual([
      [1000, 0],
      [1000, 0],
    ]);
    expect(await stored(url)).toEqual({ all: 1000, different: 1000 });
    expect(new Set(calls).size).toBe(1000);
    expect(calls).toHaveLength(1000);
    expect(told.join('\n')).toMatch(/Trying again for up to 120 s.*the server answers again/s);
  });

  it('waits a network out that lets no byte pass for half a minute, and runs nothing twice', async () => {
    const url = await newDatabase(await sharedPostgres());
    const way = await cuttable(url);
    const [calls, elsewhere]: [string[], string[]] = [[], []];
    const told: string[] = [];
    const cut = await machine(way.url, 100, calls, told);
    await expect.poll(() => calls.length, { interval: 10 }).toBeGreaterThan(50);
    way.silence();
    const other = await machine(url, 100, elsewhere, []);
    await pause(30_000);
    way.speak();
    const ends = await Promise.all([cut.ended, other.ended]);
    expect(ends.map(({ run, reused, failed }) => [run + reused, failed])).toEqual([
      [1000, 0],
      [1000, 0],
    ]);
    expect(await stored(url)).toEqual({ all: 1000, different: 1000 });
    expect(calls.length + elsewhere.length).toBe(1000);
    expect(told[0]).toMatch(/the server does not answer\. Trying again for up to 120 s/);
    // The twenty seconds in which nobody knew count as well.
    const [, seconds] = /the server answers again after (\d+) s/.exec(told.join('\n')) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(29);
  });

  it('lets a large trial take its time on a slow way', async () => {
    const url = await newDatabase(await sharedPostgres());
    const way = await cuttable(url);
    way.narrow(400_000);
    const told: string[] = [];
    const store = await openSharedTrialStore(parsePostgresAddress(way.url, {}), { warn: (message) => told.push(message) });
    onTestFinished(() => store.close());
    const reason = 'a word of many '.repeat(600_000);
    await store.save(tinyTrial({}, { kind: 'no-decision', reason }));
    expect(await stored(url)).toEqual({ all: 1, different: 1 });
    expect(told).toEqual([]);
  });

  it('tries again what was lost after it had been on its way for longer than an outage is waited out', async () => {
    const url = await newDatabase(await sharedPostgres());
    const way = await cuttable(url);
    way.narrow(400_000);
    const patienceMs = 1000;
    const database = await PostgresDatabase.open(parsePostgresAddress(way.url, {}), postgresTrials, { patienceMs });
    onTestFinished(() => database.close());
    const sent = database.query<{ readonly length: number }>('SELECT length($1) AS length', ['x'.repeat(2_000_000)]);
    await pause(2 * patienceMs);
    way.close();
    way.narrow(Number.POSITIVE_INFINITY);
    way.open();
    expect((await sent).rows).toEqual([{ length: 2_000_000 }]);
  });

  it('gives up a connection that falls silent for good, in the middle of a transaction and at its end', async () => {
    const url = await newDatabase(await sharedPostgres());
    const way = await cuttable(url);
    const told: string[] = [];
    const database = await PostgresDatabase.open(parsePostgresAddress(way.url, {}), postgresTrials, { warn: (text) => told.push(text) });
    onTestFinished(() => database.close());
    const cutOnce = (tries: number) => {
      if (tries > 1) return;
      way.silence();
      way.passNew();
    };
    for (const place of ['middle', 'end']) {
      let tries = 0;
      const value = await database.transaction(async ({ query }) => {
        tries += 1;
        if (place === 'middle') cutOnce(tries);
        const { rows } = await query<{ readonly two: number }>('SELECT 1 + 1 AS two');
        if (place === 'end') cutOnce(tries);
        return rows[0]?.two;
      });
      expect([value, tries]).toEqual([2, 2]);
    }
    expect(told.filter((text) => text.includes('the server does not answer.'))).toHaveLength(2);
  });

  it('waits an outage out once, however much is asked meanwhile and afterwards, and keeps no process that is done', async () => {
    const url = await newDatabase(await sharedPostgres());
    const way = await cuttable(url);
    const script = `
      const { PostgresDatabase } = await import('${new URL('../database/postgres/postgres-database.ts', import.meta.url).href}');
      const { parsePostgresAddress } = await import('${new URL('../database/postgres/postgres-address.ts', import.meta.url).href}');
      const { postgresTrials } = await import('${new URL('postgres-trials.ts', import.meta.url).href}');
      const options = { warn: console.log, patienceMs: 30_000 };
      const database = await PostgresDatabase.open(parsePostgresAddress(process.argv[1], {}), postgresTrials, options);
      const ask = () => database.query('SELECT 1').catch((error) => console.log(error.message));
      console.log('open');
      await new Promise((resolve) => process.stdin.once('data', resolve));
      process.stdin.destroy();
      await Promise.all([ask(), ask()]);
      const start = performance.now();
      for (let times = 0; times < 3; times += 1) await ask();
      console.log(performance.now() - start < 60_000 ? 'no more waiting' : 'waited again');
      await database.close();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, `${way.url}?connect_timeout=2`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await expect.poll(() => said).toBe('open\n');
    way.silence();
    child.stdin.write('\n');
    const [code] = await once(child, 'exit');
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/^open\n.*Trying again for up to 30 s.*\n(?:.*the server does not answer\.\n){5}no more waiting\n$/),
    ]);
  });

  it.skipIf(process.getuid?.() !== 0)("says that the server's disk is full, and keeps what it said was stored", async () => {
    const disk = mkdtempSync(join(tmpdir(), 'docket-full-'));
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
    // One of its own: whoever makes a database on a server waits until all of its disks are written.
    const server = await startPostgres();
    onTestFinished(() => {
      endPostgres(server.folder);
      execFileSync('/bin/umount', [disk]);
      rmSync(disk, { recursive: true });
    });
    execFileSync('chown', ['postgres', disk]);
    chmodSync(disk, 0o700);
    await runSql(server.url('postgres'), `CREATE TABLESPACE full_disk LOCATION '${disk}'`);
    await runSql(server.url('postgres'), 'CREATE DATABASE on_full_disk TABLESPACE full_disk');
    const address = parsePostgresAddress(server.url('on_full_disk'), {});
    // Waits for two minutes by default.
    const store = new PostgresTrialStore(await PostgresDatabase.open(address, postgresTrials, { patienceMs: 1000 }));
    const saved: number[] = [];
    const fill = async () => {
      for (let number = 1; number <= 2000; number += 1) {
        // What does not get smaller.
        const reason = Array.from({ length: 3000 }, () => Math.random().toString(36).slice(2)).join('');
        await store.save(tinyTrial({ number }, { kind: 'no-decision', reason }));
        saved.push(number);
      }
    };
    await expect(fill()).rejects.toThrow(/the server's disk is full\. All stored trials are safe; free space there/);
    expect(saved.length).toBeGreaterThan(10);
    expect((await store.list(tinyTrial().key)).map((trial) => trial.key.number)).toEqual(saved);
    await store.close();
  });

  it('goes on with a copy of the server that takes its place, by the addresses of both and by one that is led elsewhere', async () => {
    const server = await startPostgres();
    const copy = await startCopy(server);
    onTestFinished(() => {
      for (const { folder } of [copy, server]) endPostgres(folder);
    });
    const url = await newDatabase(server);
    const both = url.replace(/@[^/]+/, `@127.0.0.1:${copy.port},127.0.0.1:${server.port}`);
    const way = await cuttable(url);
    const [calls, told]: [string[], string[]] = [[], []];
    const running = await Promise.all([both, way.url].map((address) => machine(address, 100, calls, told)));
    await expect.poll(() => calls.length, { interval: 10 }).toBeGreaterThan(100);
    // What was committed has to be on the copy, which is up to the servers.
    way.silence();
    controlPostgres(server.folder, 'stop', '-m', 'fast');
    way.leadTo(copy.port);
    way.speak();
    await expect.poll(() => told.join('\n')).toMatch(/takes no changes/);
    controlPostgres(copy.folder, 'promote');
    const ends = await Promise.all(running.map(({ ended }) => ended));
    expect(ends.map(({ run, reused, failed }) => [run + reused, failed])).toEqual([
      [1000, 0],
      [1000, 0],
    ]);
    const promoted = url.replace(`:${server.port}/`, `:${copy.port}/`);
    expect(await stored(promoted)).toEqual({ all: 1000, different: 1000 });
    expect(new Set(calls).size).toBe(1000);
    expect(told.join('\n')).toMatch(/Trying again for up to 120 s.*the server answers again/s);
  });

  it('says at once that a copy takes no changes, and reads it', async () => {
    const server = await startPostgres();
    const copy = await startCopy(server);
    onTestFinished(() => {
      for (const { folder } of [copy, server]) endPostgres(folder);
    });
    const url = await newDatabase(server);
    const store = await openSharedTrialStore(parsePostgresAddress(url, {}));
    await store.save(tinyTrial());
    await store.close();
    const address = parsePostgresAddress(url.replace(`:${server.port}/`, `:${copy.port}/`), {});
    await expect
      .poll(
        () =>
          inspectSharedStore(address).then(
            ({ trials }) => trials,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(1);
    expect(await inspectSharedStore(address)).toMatchObject({ takesChanges: false });
    const read = await openSharedTrialStore(address);
    onTestFinished(() => read.close());
    expect(await read.list(tinyTrial().key)).toHaveLength(1);
    const begun = performance.now();
    await expect(read.claim(tinyTrial({ number: 2 }).key)).rejects.toThrow(/the server takes no changes: it is a copy/);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
