import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import { openDatabase } from '../database/open-database.ts';
import type { Model } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { simulatedModel } from '../model/simulated.ts';
import { openTrialStore } from './open-trial-store.ts';
import { keyOf, type TrialRun } from './run-trial.ts';
import { runTrials, type TrialsRunner } from './run-trials.ts';
import { SqliteTrialStore } from './sqlite-trial-store.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { hastySimulator, tinyRequest, tinyRequests, tinyTrial } from './testing/tiny-agent.ts';
import { trialDatabase } from './trial-database.ts';

const answering = simulatedModel(hastySimulator);

/** Counts the calls and the most that were open at a time; `before` may throw. */
function watchedModel(before: (call: number) => Promise<void> | void = () => {}) {
  const seen = { calls: 0, open: 0, mostOpen: 0 };
  const model: Model = {
    mode: 'simulated',
    async create(...call) {
      seen.calls += 1;
      seen.open += 1;
      seen.mostOpen = Math.max(seen.mostOpen, seen.open);
      try {
        await before(seen.calls);
        return await answering.create(...call);
      } finally {
        seen.open -= 1;
      }
    },
  };
  return { model, seen };
}

function runnerWith(parts: Partial<TrialsRunner> = {}) {
  const runs: TrialRun[] = [];
  const runner: TrialsRunner = {
    model: answering,
    store: openTrialStore(':memory:'),
    clock: fakeClock(),
    signal: new AbortController().signal,
    concurrency: 10,
    onRun: (run) => runs.push(run),
    ...parts,
  };
  return { runner, runs };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('runTrials', () => {
  it('runs each trial once, never more at a time than allowed', async () => {
    const { model, seen } = watchedModel(turn);
    const started: string[] = [];
    const { runner, runs } = runnerWith({
      model,
      concurrency: 7,
      onStart: (request) => started.push(`${request.caseId} ${request.number}`),
    });
    const requests = tinyRequests(5, 20);
    expect(await runTrials(requests, runner)).toEqual({ reused: 0, run: 100, failed: 0, notStarted: 0 });
    expect(seen).toEqual({ calls: 100, open: 0, mostOpen: 7 });
    expect(runs).toHaveLength(100);
    expect(started).toEqual(requests.map((request) => `${request.caseId} ${request.number}`));
    expect((await runner.store.list(tinyRequest(3, 1))).map((trial) => trial.key.number)).toEqual(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
  });

  it('gives stored trials first, in number order, and runs only what is missing', async () => {
    const { model, seen } = watchedModel();
    const { runner, runs } = runnerWith({ model });
    await runTrials([tinyRequest(2, 3), tinyRequest(2, 1)], runner);
    runs.length = 0;
    seen.calls = 0;
    expect(await runTrials(tinyRequests(2, 3), runner)).toEqual({ reused: 2, run: 4, failed: 0, notStarted: 0 });
    expect(runs.slice(0, 2).map((run) => [run.reused, run.request.caseId, run.trial.key.number])).toEqual([
      [true, 'amount-2', 1],
      [true, 'amount-2', 3],
    ]);
    expect(seen.calls).toBe(4);
    expect(await runTrials(tinyRequests(2, 3), runner)).toEqual({ reused: 6, run: 0, failed: 0, notStarted: 0 });
    expect(seen.calls).toBe(4);
  });

  it('runs whatever is asked for exactly once, however it is asked for, in whatever order', async () => {
    const wanted = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 450 })), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(wanted, wanted, async (earlier, later) => {
        const { model, seen } = watchedModel();
        const { runner, runs } = runnerWith({ model });
        const first = new Set(earlier.map(String));
        const second = new Set(later.map(String));
        expect((await runTrials(requestsOf(earlier), runner)).run).toBe(first.size);
        const stored = [...second].filter((name) => first.has(name)).length;
        const { reused, run } = await runTrials(requestsOf(later), runner);
        expect({ reused, run }).toEqual({ reused: stored, run: second.size - stored });
        expect(seen.calls).toBe(first.size + second.size - stored);
        expect(runs).toHaveLength(first.size + second.size);
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it('reads long rows of stored trials page by page', async () => {
    const { runner, runs } = runnerWith();
    for (let number = 1; number <= 1001; number += 1) await runner.store.save(tinyTrial(keyOf(tinyRequest(1, number))));
    expect(await runTrials(tinyRequests(1, 1001), runner)).toMatchObject({ reused: 1001, run: 0 });
    expect(runs.map((run) => run.trial.key.number)).toEqual(Array.from({ length: 1001 }, (_, at) => at + 1));
  });

  it('hears meanwhile that it is to end, when all trials are stored', async () => {
    const rung = new AbortController();
    let delivered = 0;
    const { runner } = runnerWith({
      signal: rung.signal,
      onRun: () => {
        delivered += 1;
        for (const end = performance.now() + 2; performance.now() < end; );
      },
    });
    for (let number = 1; number <= 150; number += 1) await runner.store.save(tinyTrial(keyOf(tinyRequest(1, number))));
    setTimeout(() => rung.abort(new Error('Ctrl-C')), 20);
    await expect(runTrials(tinyRequests(1, 150), runner)).rejects.toThrow('Ctrl-C');
    expect(delivered).toBeLessThan(100);
  });

  it('counts infra errors apart and runs those trials the next time', async () => {
    const { model } = watchedModel((call) => {
      if (call <= 3) throw new ModelError('connection', 'The line is down.', { retryable: true });
    });
    const { runner } = runnerWith({ model, maxInfraRetries: 0 });
    expect(await runTrials(tinyRequests(1, 10), runner)).toEqual({ reused: 0, run: 7, failed: 3, notStarted: 0 });
    expect(await runner.store.failures()).toHaveLength(3);
    expect(await runTrials(tinyRequests(1, 10), runner)).toEqual({ reused: 7, run: 3, failed: 0, notStarted: 0 });
    expect(await runner.store.failures()).toEqual([]);
  });

  it.each(['authentication', 'spend-limit'] as const)(
    'starts no more trials after an error of the kind %s; those in flight end',
    async (kind) => {
      const { model, seen } = watchedModel(async (call) => {
        if (call === 2) throw new ModelError(kind, 'No more.', { retryable: false });
        await turn();
        await turn();
      });
      const { runner } = runnerWith({ model, concurrency: 5 });
      const summary = await runTrials(tinyRequests(1, 50), runner);
      expect(summary).toEqual({ reused: 0, run: 4, failed: 1, notStarted: 45, stopped: { reason: 'No more.' } });
      expect(seen.calls).toBe(5);
      // What was claimed beforehand is free again.
      const left = [...tinyRequests(1, 50)].slice(6);
      expect(new Set(await Promise.all(left.map((request) => runner.store.claim(keyOf(request)))))).toEqual(new Set(['claimed']));
    },
  );

  describe('starts no more trials when all would end alike', () => {
    const failing = (error: ModelError, from = 1) =>
      watchedModel((call) => {
        if (call >= from) throw error;
      });
    const unknownModel = new ModelError('request', 'There is no such model.', { retryable: false });
    const lineDown = new ModelError('connection', 'The line is down.', { retryable: true });
    const run = (model: Model, cases: number, trials: number) =>
      runTrials(tinyRequests(cases, trials), runnerWith({ model, maxInfraRetries: 0, concurrency: 1 }).runner);

    it('after ten of two cases that failed for good', async () => {
      const { model, seen } = failing(unknownModel, 4);
      expect(await run(model, 10, 6)).toEqual({
        reused: 0,
        run: 3,
        failed: 10,
        notStarted: 47,
        stopped: { reason: 'There is no such model. 10 trials in a row ended like this.' },
      });
      expect(seen.calls).toBe(13);
    });

    it('after ten on a server that never answered', async () => {
      expect(await run(failing(lineDown).model, 10, 6)).toMatchObject({ failed: 10, notStarted: 50 });
    });

    it('but for one case alone, whose input may be the reason', async () => {
      let calls = 0;
      const { model } = watchedModel(() => {
        calls += 1;
        if (calls <= 20) throw unknownModel;
      });
      expect(await run(model, 2, 20)).toEqual({ reused: 0, run: 20, failed: 20, notStarted: 0 });
    });

    it.each([
      ['an outage of a server that answered before', lineDown],
      ['requests that were not recorded', new ModelError('replay-miss', 'Not recorded.', { retryable: false })],
    ])('but not for %s', async (_name, error) => {
      expect(await run(failing(error, 4).model, 10, 6)).toEqual({ reused: 0, run: 3, failed: 57, notStarted: 0 });
    });

    it('at once when the server asks to wait for hours', async () => {
      const hours = new ModelError('rate-limit', 'Until tomorrow.', { retryable: false });
      expect(await run(failing(hours).model, 1, 6)).toMatchObject({ failed: 1, notStarted: 5, stopped: { reason: 'Until tomorrow.' } });
    });
  });

  it('throws the reason of an abort; what was stored stays, what was claimed is free', async () => {
    const abort = new AbortController();
    const { model } = watchedModel((call) => (call > 20 ? new Promise(() => {}) : undefined));
    const { runner, runs } = runnerWith({
      model,
      signal: abort.signal,
      onRun: (run) => {
        if (runs.push(run) === 20) setTimeout(() => abort.abort(new Error('Ctrl-C')), 10);
      },
    });
    await expect(runTrials(tinyRequests(1, 100), runner)).rejects.toThrow('Ctrl-C');
    expect(await runner.store.list(tinyRequest(1, 1))).toHaveLength(20);
    const again = await runTrials(tinyRequests(1, 100), { ...runner, model: answering, signal: new AbortController().signal });
    expect(again).toMatchObject({ reused: 20, run: 80 });
  });

  it('ends when a callback throws, and frees what was claimed', async () => {
    const { runner } = runnerWith({
      onRun: () => {
        throw new Error('the report is broken');
      },
    });
    await expect(runTrials(tinyRequests(1, 30), runner)).rejects.toThrow('the report is broken');
    const { runner: next } = runnerWith({ store: runner.store });
    const { reused, run } = await runTrials(tinyRequests(1, 30), next);
    expect(reused + run).toBe(30);
  });

  it('does everything else first while others run a trial, then waits for them', async () => {
    const [first, second] = tinyRequests(1, 2) as [ReturnType<typeof tinyRequest>, ReturnType<typeof tinyRequest>];
    const clock = fakeClock(async (count) => {
      if (count === 1) await runner.store.save(tinyTrial(keyOf(first)));
      if (count === 3) await runner.store.release(keyOf(second));
    });
    const { runner, runs } = runnerWith({ concurrency: 1, clock });
    await runner.store.claim(keyOf(first));
    await runner.store.claim(keyOf(second));
    expect(await runTrials(tinyRequests(1, 20), runner)).toEqual({
      reused: 1,
      run: 19,
      failed: 0,
      notStarted: 0,
    });
    expect(runs.slice(-2).map((run) => [run.trial.key.number, run.reused])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('ends two runs of the same trials in one process, each with all results', async () => {
    const { model, seen } = watchedModel(turn);
    const { runner, runs } = runnerWith({ model });
    const { runner: other, runs: otherRuns } = runnerWith({ model, store: runner.store });
    const summaries = await Promise.all([runTrials(tinyRequests(2, 30), runner), runTrials(tinyRequests(2, 30).reverse(), other)]);
    expect(seen.calls).toBe(60);
    expect(summaries.map((summary) => summary.run + summary.reused)).toEqual([60, 60]);
    expect([runs.length, otherRuns.length]).toEqual([60, 60]);
  });

  it('says that the disk is full, keeps all it reported, and goes on from there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docket-full-'));
    const path = join(folder, 'docket.db');
    const database = openDatabase(path, trialDatabase);
    database.exec('PRAGMA max_page_count = 40');
    const { runner, runs } = runnerWith({ store: new SqliteTrialStore(path, { database }) });
    const run = runTrials(tinyRequests(10, 100), runner);
    await expect(run).rejects.toThrow(DocketError);
    await expect(run).rejects.toThrow(/the disk is full\. All stored trials are safe; free space and run the same command again/);
    await runner.store.close();
    expect(runs.length).toBeGreaterThan(50);

    const { model, seen } = watchedModel();
    const { runner: next } = runnerWith({ store: openTrialStore(path), model });
    for (const { trial } of runs) expect(await next.store.find(trial.key)).toEqual(trial);
    const summary = await runTrials(tinyRequests(10, 100), next);
    expect(summary.reused).toBeGreaterThanOrEqual(runs.length);
    expect(summary.run).toBe(1000 - summary.reused);
    expect(seen.calls).toBe(summary.run);
    await next.store.close();
    rmSync(folder, { recursive: true });
  });
});

/** A generator, because requests need not be an array. */
function* requestsOf(wanted: readonly (readonly [number, number])[]) {
  for (const [amount, number] of wanted) yield tinyRequest(amount, number);
}
