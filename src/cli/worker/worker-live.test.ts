import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newDatabase, runSql, sharedPostgres, whyNoPostgres } from '../../database/testing/postgres-server.ts';
import { simulatedModel } from '../../model/simulated.ts';
import type { Simulator } from '../../model/simulator.ts';
import { type ServeModelOptions, serveModel } from '../../model/stand-in/serve-model.ts';
import { unannounced } from '../../model/testing/loopback.ts';
import { fixtureProject, parcelCase } from '../testing/fixture-project.ts';
import { parcelDesk } from '../testing/parcel-desk.ts';
import { runDocket } from '../testing/run-docket.ts';

const missing = whyNoPostgres();
const onServer = missing === undefined ? describe : describe.skip;
/** A key that is none, in the form of one. */
const key = `sk-ant-api03-${'k3yOfNobody'.repeat(4)}`;

/** A project with a shared store, workers of it, and a server that answers all of them. */
async function served(cases: number, trials: number, serving: ServeModelOptions) {
  const url = await newDatabase(await sharedPostgres());
  const project = fixtureProject({ trials });
  for (let number = 1; number <= cases; number += 1)
    project.writeCase(`parcel-${number}`, parcelCase(`parcel-${number}`, 1 + number / 10, true));
  const seen = { requests: 0 };
  const server = await serveModel(unannounced(simulatedModel(parcelDesk.simulator as Simulator, { latencyMs: 40 })), {
    ...serving,
    onRequest: () => {
      seen.requests += 1;
    },
  });
  const children = new Set<{ kill(signal: 'SIGKILL'): void }>();
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await server.close();
    project[Symbol.dispose]();
  });
  const environment = { DOCKET_STORE: url, ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url };
  const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runDocket(words, { directory: project.directory, environment: { ...environment, ...more }, onStart: (child) => children.add(child) });
  /** Until jobs of that kind stand in the database. */
  const asked = async (condition: string) => {
    const jobs = `SELECT count(*)::integer AS jobs FROM docket_jobs.job WHERE ${condition}`;
    for (let waited = 0; waited < 30_000; waited += 100) {
      if (Number((await runSql(url, jobs).catch(() => []))[0]?.jobs)) return;
      await wait(100);
    }
    throw new Error('nobody asked for anything');
  };
  /** Is killed once what it wants stands in the database. */
  const killed = async (words: readonly string[]) => {
    const controls: { kill?: () => void } = {};
    const ended = runDocket(words, {
      directory: project.directory,
      environment,
      onStart(child) {
        children.add(child);
        controls.kill = () => child.kill('SIGKILL');
      },
    });
    await asked('true');
    controls.kill?.();
    await ended;
  };
  return { seen, run, killed, asked };
}

onServer(missing ?? 'live trials by workers', { tags: ['slow'] }, () => {
  it('share one pace: a server that lets 20 calls a second through refuses few of them', async () => {
    const { seen, run } = await served(18, 5, { bucket: { perSecond: 20, capacity: 20, retryAfterSeconds: 1 } });
    const workers = [1, 2, 3].map(() => run(['worker', '-j', '20', '--idle', '5']));
    const end = await run(['eval', '--workers', '--versions', 'v2', '--json']);
    expect(JSON.parse(end.stdout)).toMatchObject({ trials: { run: 100, failed: 0 } });
    // Two calls a trial; a tenth more is what one process alone may waste, and a busy machine hears of refusals late.
    expect(seen.requests).toBeGreaterThanOrEqual(200);
    expect(seen.requests).toBeLessThanOrEqual(250);
    expect((await Promise.all(workers)).map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  it('share one budget, and end when it is spent', async () => {
    const { run } = await served(18, 5, {});
    const workers = [1, 2, 3].map(() => run(['worker', '-j', '10', '--idle', '8']));
    const end = await run(['eval', '--workers', '--versions', 'v2', '--budget', '0.01', '--json']);
    const { trials, spentDollars, stopped } = JSON.parse(end.stdout);
    expect([end.code, stopped]).toEqual([3, expect.stringContaining('The budget of $0.0100, which all workers share, is spent.')]);
    expect(trials.run).toBeGreaterThan(0);
    expect(spentDollars).toBeGreaterThan(0);
    expect(spentDollars).toBeLessThan(0.0125);
    await Promise.all(workers);
  });

  it('are paid by who asks for them now: what a run that was killed asked for without a budget is spent by no later one', async () => {
    const { run, killed } = await served(18, 5, {});
    await killed(['eval', '--workers', '--versions', 'v2']);
    const [end] = await Promise.all([
      run(['eval', '--workers', '--versions', 'v2', '--budget', '0.01', '--json']),
      wait(4000).then(() => run(['worker', '-j', '10', '--idle', '8'])),
    ]);
    const { spentDollars, stopped } = JSON.parse(end.stdout);
    expect([end.code, stopped]).toEqual([3, expect.stringContaining('The budget of $0.0100, which all workers share, is spent.')]);
    expect(spentDollars).toBeGreaterThan(0);
    expect(spentDollars).toBeLessThan(0.0125);
  });

  it('are not ended by the spent budget of another run that wants the same', async () => {
    const { run, killed, asked } = await served(18, 5, {});
    await killed(['eval', '--workers', '--versions', 'v2', '--budget', '0.001']);
    const rich = run(['eval', '--workers', '--versions', 'v2', '--json']);
    await asked("data->>'budget' IS NULL");
    const poor = run(['eval', '--workers', '--versions', 'v2', '--budget', '0.002', '--json']);
    await asked("data->>'budget' IS NOT NULL");
    void run(['worker', '-j', '10']);
    const end = await poor;
    expect([end.code, JSON.parse(end.stdout).stopped]).toEqual([3, expect.stringContaining('The budget of $0.0020, which all')]);
    expect(JSON.parse((await rich).stdout)).toMatchObject({ trials: { run: 100, failed: 0 } });
  });

  it('that one worker cannot make, because its key is refused, are left to others; alone it stops, and says why', async () => {
    const { run } = await served(8, 3, { apiKey: key });
    const wrong = await Promise.all([
      run(['worker', '-j', '2'], { ANTHROPIC_API_KEY: `${key}x` }),
      run(['eval', '--workers', '--versions', 'v2', '--json']).then(async (end) => end),
      wait(2000).then(() => run(['worker', '-j', '4', '--idle', '30'])),
    ]);
    const [stopped, end, right] = wrong;
    expect([stopped.code, stopped.stderr]).toEqual([3, expect.stringMatching(/Stopped: .*(key|authentication)/i)]);
    expect(JSON.parse(end.stdout)).toMatchObject({ trials: { run: 30, failed: 0 } });
    expect(right.code).toBe(0);
    for (const { stdout, stderr } of wrong) expect(stdout + stderr).not.toContain(key);
  });
});
