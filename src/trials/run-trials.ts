import type { TrialKey } from '../contracts/trial.ts';
import { type TrialRequest, type TrialRun, type TrialRunner, TrialWait, tryTrial } from './run-trial.ts';
import { StopRule } from './stop-rule.ts';
import type { TrialSelection } from './trial-store.ts';

/** What many trials are run with. */
export interface TrialsRunner extends TrialRunner {
  /** Most trials in flight at a time. */
  readonly concurrency: number;
  /** Called as each trial ends, stored ones first. What it throws ends the run; a promise holds up further ones. */
  onRun(run: TrialRun): unknown;
  /** Called as a trial starts; never for stored ones. */
  onStart?(request: TrialRequest): void;
}

/** What became of the requests; a request that was given twice counts once. */
export interface RunSummary {
  /** Were stored, or were run by another process meanwhile. */
  readonly reused: number;
  /** Ran here and are stored now. */
  readonly run: number;
  /** Ended by the machinery, not by the agent; the next run tries them again. */
  readonly failed: number;
  /** Never started, because the run was stopped. */
  readonly notStarted: number;
  /** Why no more trials were started: an error that would have met each of them. */
  readonly stopped?: { readonly reason: string };
}

/** Most stored trials that are read at a time. */
const pageSize = 200;

/**
 * Runs trials with bounded concurrency, stored ones first. Keeps no transcript: `onRun` gets each trial as it ends.
 * A trial that another process is running is put off until nothing else is left to do, then waited for.
 * @throws the signal's reason at an abort, an error of the store, or what a callback or a tool's bug threw; trials in flight are aborted then.
 */
export async function runTrials(requests: Iterable<TrialRequest>, runner: TrialsRunner): Promise<RunSummary> {
  const wanted = new WantedTrials(requests);
  const run = new TrialsRun(runner);
  await run.deliverStored(wanted);
  await run.runAll(wanted.missing());
  return run.summary();
}

/** Requests without repeats, by case and version, in the order they came. */
class WantedTrials {
  readonly #groups = new Map<string, { readonly selection: TrialSelection; readonly requests: Map<number, TrialRequest> }>();
  readonly #inOrder: TrialRequest[] = [];
  readonly #stored = new Set<TrialRequest>();

  constructor(requests: Iterable<TrialRequest>) {
    for (const request of requests) {
      const { versionFingerprint, caseFingerprint, series, number } = request;
      const name = JSON.stringify([versionFingerprint, caseFingerprint, series]);
      let group = this.#groups.get(name);
      if (!group) {
        group = { selection: { versionFingerprint, caseFingerprint, series }, requests: new Map() };
        this.#groups.set(name, group);
      }
      if (group.requests.has(number)) continue;
      group.requests.set(number, request);
      this.#inOrder.push(request);
    }
  }

  /** Neighbouring trial numbers of one selection, a page at a time. */
  *pages(): Generator<{ selection: TrialSelection; first: number; last: number }> {
    for (const { selection, requests } of this.#groups.values()) {
      const numbers = [...requests.keys()].sort((left, right) => left - right);
      let first = numbers[0];
      for (const [index, last] of numbers.entries()) {
        if (first === undefined) first = last;
        if (numbers[index + 1] === last + 1 && last - first + 1 < pageSize) continue;
        yield { selection, first, last };
        first = undefined;
      }
    }
  }

  /** The request for a stored trial, marked as done with. */
  take(key: TrialKey): TrialRequest | undefined {
    const name = JSON.stringify([key.versionFingerprint, key.caseFingerprint, key.series]);
    const request = this.#groups.get(name)?.requests.get(key.number);
    if (request) this.#stored.add(request);
    return request;
  }

  missing(): TrialRequest[] {
    return this.#inOrder.filter((request) => !this.#stored.has(request));
  }
}

class TrialsRun {
  readonly #runner: TrialsRunner;
  /** Aborts what is in flight when the run cannot go on: its results could not be stored. */
  readonly #giveUp = new AbortController();
  readonly #trialRunner: TrialRunner;
  #stopRule = new StopRule(0);
  #reused = 0;
  #run = 0;
  #failed = 0;
  #notStarted = 0;
  #stopped: { readonly reason: string } | undefined;

  constructor(runner: TrialsRunner) {
    this.#runner = runner;
    this.#trialRunner = { ...runner, signal: AbortSignal.any([runner.signal, this.#giveUp.signal]) };
  }

  summary(): RunSummary {
    const counts = { reused: this.#reused, run: this.#run, failed: this.#failed, notStarted: this.#notStarted };
    return this.#stopped ? { ...counts, stopped: this.#stopped } : counts;
  }

  async deliverStored(wanted: WantedTrials): Promise<void> {
    const { store, signal } = this.#runner;
    for (const { selection, first, last } of wanted.pages()) {
      for (const portion of store.portions(selection, { first, last })) {
        signal.throwIfAborted();
        for (const trial of store.list(selection, portion)) {
          const request = wanted.take(trial.key);
          if (request) await this.#end({ request, trial, reused: true });
        }
      }
    }
  }

  async runAll(requests: readonly TrialRequest[]): Promise<void> {
    this.#stopRule = new StopRule(new Set(requests.map(({ caseFingerprint }) => caseFingerprint)).size);
    let pending = await this.#pass(requests);
    // Others are running what is left. Nothing of ours is claimed while we wait, so two processes cannot wait for each other.
    for (let waiting: TrialWait | undefined; pending.length > 0 && !this.#stopped; ) {
      const [oldest] = pending as [TrialRequest];
      waiting ??= new TrialWait(oldest, this.#trialRunner);
      await waiting.pause();
      const left = await this.#pass(pending);
      if (left.length < pending.length) waiting = undefined;
      pending = left;
    }
    this.#notStarted += pending.length;
  }

  /** Runs all that nobody else is running; returns the others. */
  async #pass(requests: readonly TrialRequest[]): Promise<TrialRequest[]> {
    const busy: TrialRequest[] = [];
    let next = 0;
    const work = async () => {
      for (let request = requests[next++]; request; request = requests[next++]) {
        if (this.#stopped) {
          this.#notStarted += 1;
          continue;
        }
        const run = await tryTrial(request, this.#trialRunner, this.#runner.onStart);
        if (run === 'busy') busy.push(request);
        else await this.#end(run);
      }
    };
    const workers = Array.from({ length: Math.min(Math.max(1, this.#runner.concurrency), requests.length) }, () =>
      work().catch((error: unknown) => {
        this.#giveUp.abort(error);
        throw error;
      }),
    );
    // All of them end before the error is thrown, so that every claim is given back.
    await Promise.allSettled(workers);
    if (this.#trialRunner.signal.aborted) throw this.#trialRunner.signal.reason;
    return busy;
  }

  #end(run: TrialRun): unknown {
    if (run.reused) this.#reused += 1;
    else if (run.trial.outcome.kind === 'infra-error') this.#failed += 1;
    else this.#run += 1;
    const reason = run.reused ? undefined : this.#stopRule.after(run);
    if (reason !== undefined) this.#stopped ??= { reason };
    return this.#runner.onRun(run);
  }
}
