import { describe, expect, it } from 'vitest';
import { DocketError } from '../contracts/docket-error.ts';
import type { Model } from '../model/model.ts';
import { ModelError } from '../model/model-error.ts';
import { simulatedModel } from '../model/simulated.ts';
import { openTrialStore } from './open-trial-store.ts';
import { keyOf, runTrial, type TrialRunner } from './run-trial.ts';
import { fakeClock } from './testing/fake-clock.ts';
import { tinyRequest, tinySimulator, tinyTrial } from './testing/tiny-agent.ts';
import type { TrialStore } from './trial-store.ts';

const request = tinyRequest(5, 1);
const key = keyOf(request);
const answering = simulatedModel(tinySimulator);

/** Throws the errors first, one a call, then lets the simulated model answer. */
function failingModel(...errors: Error[]): Model & { calls: number } {
  return {
    mode: 'simulated',
    calls: 0,
    create(...call) {
      this.calls += 1;
      const error = errors.shift();
      return error ? Promise.reject(error) : answering.create(...call);
    },
  };
}

function runnerWith(parts: Partial<TrialRunner> = {}) {
  const clock = fakeClock();
  return { model: answering, store: openTrialStore(':memory:'), clock, signal: new AbortController().signal, random: () => 0.5, ...parts };
}

const serverError = () => new ModelError('server', 'The server failed.', { retryable: true });

describe('runTrial', () => {
  it('runs the agent and stores what happened', async () => {
    const runner = runnerWith();
    const run = await runTrial(request, runner);
    expect(run.reused).toBe(false);
    expect(run.request).toBe(request);
    expect(run.trial).toMatchObject({ key, mode: 'simulated', startedAt: '2026-11-23T00:00:00.000Z', infraRetries: 0 });
    expect(run.trial.outcome.kind).toBe('decided');
    expect(run.trial.transcript.steps.map((step) => step.kind)).toEqual(['model-call', 'tool-call', 'model-call']);
    expect(await runner.store.find(key)).toEqual(run.trial);
  });

  it('gives the stored trial and asks no model', async () => {
    const runner = runnerWith();
    const first = await runTrial(request, runner);
    const model = failingModel();
    const second = await runTrial(request, { ...runner, model });
    expect(second).toEqual({ request, trial: first.trial, reused: true });
    expect(model.calls).toBe(0);
  });

  it('tries again when the machinery failed and trying may help, with growing pauses', async () => {
    const clock = fakeClock();
    const runner = runnerWith({ model: failingModel(serverError(), serverError()), clock });
    const { trial } = await runTrial(request, runner);
    expect(trial).toMatchObject({ infraRetries: 2, outcome: { kind: 'decided' } });
    expect(clock.pauses).toEqual([1000, 2000]);
    expect(await runner.store.find(key)).toEqual(trial);
  });

  it('remembers what was charged for tries that the machinery ended, and what may have been', async () => {
    const lost = new ModelError('timeout', 'The answer was cut.', { retryable: true, lost: true });
    const errors = [undefined, serverError(), undefined, lost];
    const model: Model = {
      mode: 'simulated',
      create(...call) {
        const error = errors.shift();
        return error ? Promise.reject(error) : answering.create(...call);
      },
    };
    const runner = runnerWith({ model });
    const { trial } = await runTrial(request, runner);
    expect(trial).toMatchObject({ infraRetries: 2, outcome: { kind: 'decided' } });
    const [first] = trial.transcript.steps.flatMap((step) => (step.kind === 'model-call' ? [step] : []));
    const once = { model: first?.model, usage: first?.usage };
    expect(trial.earlierCharges).toEqual([
      once,
      once,
      expect.objectContaining({ unknown: 'an answer that may have been charged never came' }),
    ]);
    expect(await runner.store.find(key)).toEqual(trial);
  });

  it('keeps a run that the machinery ended apart, and runs it the next time', async () => {
    const model = failingModel(serverError(), serverError(), serverError());
    const runner = runnerWith({ model });
    const { trial, reused } = await runTrial(request, runner);
    expect(reused).toBe(false);
    expect(trial).toMatchObject({ infraRetries: 2, outcome: { kind: 'infra-error', error: 'server' } });
    expect(await runner.store.find(key)).toBeUndefined();
    expect(await runner.store.failures()).toEqual([trial]);
    expect((await runTrial(request, runner)).trial.outcome.kind).toBe('decided');
    expect(await runner.store.failures()).toEqual([]);
  });

  it('does not try again what would fail again', async () => {
    const model = failingModel(new ModelError('authentication', 'The key is wrong.', { retryable: false }));
    const { trial } = await runTrial(request, runnerWith({ model }));
    expect(trial).toMatchObject({ infraRetries: 0, outcome: { kind: 'infra-error', error: 'authentication' } });
    expect(model.calls).toBe(1);
  });

  it('gives its claim back when it is aborted, also in a pause, and throws the reason', async () => {
    for (const model of [{ mode: 'simulated', create: () => new Promise<never>(() => {}) } as const, failingModel(serverError())]) {
      const abort = new AbortController();
      const clock = {
        ...fakeClock(),
        pause: () => new Promise<never>((_, reject) => abort.signal.addEventListener('abort', () => reject(abort.signal.reason))),
      };
      const runner = runnerWith({ model, signal: abort.signal, clock });
      const run = runTrial(request, runner);
      setTimeout(() => abort.abort(new Error('Ctrl-C')), 20);
      await expect(run).rejects.toThrow('Ctrl-C');
      expect(await runner.store.claim(key)).toBe('claimed');
    }
  });

  it('asks no model once it is aborted', async () => {
    const model = failingModel();
    await expect(runTrial(request, runnerWith({ model, signal: AbortSignal.abort(new Error('Ctrl-C')) }))).rejects.toThrow('Ctrl-C');
    const abort = new AbortController();
    const runner = runnerWith({ model, signal: abort.signal });
    const run = runTrial(request, runner);
    abort.abort(new Error('Ctrl-C'));
    await expect(run).rejects.toThrow('Ctrl-C');
    expect(model.calls).toBe(0);
    expect(await runner.store.claim(key)).toBe('claimed');
  });

  it('gives its claim back and throws on when the agent itself is broken', async () => {
    const runner = runnerWith({ model: failingModel(new TypeError('a bug')) });
    await expect(runTrial(request, runner)).rejects.toThrow('a bug');
    expect(await runner.store.claim(key)).toBe('claimed');
  });

  it('runs once for two callers at the same time; both get the result', async () => {
    const model = failingModel();
    const runner = runnerWith({ model });
    const runs = await Promise.all([runTrial(request, runner), runTrial(request, runner)]);
    expect(runs.map((run) => run.reused)).toEqual([false, true]);
    expect(runs[1]?.trial).toEqual(runs[0]?.trial);
    expect(model.calls).toBe(2);
  });

  it('waits for another process, takes its result, or runs the trial itself when that one gave up', async () => {
    const atThirdPause = async (store: TrialStore, act: () => unknown) => {
      await store.claim(key);
      return runnerWith({ store, clock: fakeClock((count) => count === 3 && act()) });
    };
    const finished = openTrialStore(':memory:');
    const taker = await atThirdPause(finished, () => finished.save(tinyTrial(key)));
    expect((await runTrial(request, taker)).reused).toBe(true);

    const givenUp = openTrialStore(':memory:');
    const taken = await atThirdPause(givenUp, () => givenUp.release(key));
    expect((await runTrial(request, taken)).reused).toBe(false);
  });

  it('does not wait for ever', async () => {
    const clock = fakeClock();
    const runner = runnerWith({ clock });
    await runner.store.claim(key);
    const run = runTrial(request, runner);
    await expect(run).rejects.toThrow(DocketError);
    await expect(run).rejects.toThrow(new RegExp(`case "amount-5" has been running in process ${process.pid} for more than 732 s`));
    expect(Math.max(...clock.pauses)).toBe(1000);
  });
});
