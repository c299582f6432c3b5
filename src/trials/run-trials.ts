import type { Trial } from '../contracts/trial.ts';
import { Turns } from '../contracts/turns.ts';
import {
  type AskedClaim,
  askClaim,
  giveBackClaim,
  type TrialRequest,
  type TrialRun,
  type TrialRunner,
  TrialWait,
  type TryOptions,
  tryClaimed,
} from './run-trial.ts';
import { StopRule } from './stop-rule.ts';
import { type TrialPage, TrialRequests } from './trial-requests.ts';

/** Selections that a store is asked about at once: one that is far away answers them together. */
const pagesAtOnce = 200;

/**
 * Bytes of trials that are read at once, where one portion alone is not larger. As objects they take several times as much, and what is more than the space for new
 * objects holds (`cli/modest-heap.ts`) is copied twice before it is garbage.
 */
const mostBytes = 64 * 1024;

/** Most trials that wait for a look at the files of their version: they are in memory whole. */
const mostHeld = 64;

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

/**
 * Runs trials with bounded concurrency, stored ones first. Keeps no transcript: `onRun` gets each trial as it ends.
 * A trial that another process is running is put off until nothing else is left to do, then waited for.
 * @throws the signal's reason at an abort, an error of the store, or what a callback or a tool's bug threw; trials in flight are aborted then.
 */
export async function runTrials(requests: Iterable<TrialRequest>, runner: TrialsRunner): Promise<RunSummary> {
  const wanted = requests instanceof TrialRequests ? requests : new TrialRequests(requests);
  const run = new TrialsRun(runner);
  await run.deliverStored(wanted);
  await run.runMissing(wanted);
  return run.summary();
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
  /** Trials that are under way, among them those that have ended and wait to be kept. */
  readonly #open = new Set<Promise<unknown>>();

  constructor(runner: TrialsRunner) {
    this.#runner = runner;
    this.#trialRunner = { ...runner, signal: AbortSignal.any([runner.signal, this.#giveUp.signal]) };
  }

  summary(): RunSummary {
    const counts = { reused: this.#reused, run: this.#run, failed: this.#failed, notStarted: this.#notStarted };
    return this.#stopped ? { ...counts, stopped: this.#stopped } : counts;
  }

  async deliverStored(wanted: TrialRequests): Promise<void> {
    await deliverStored(wanted, this.#runner, (run) => this.#end(run));
  }

  async runMissing(wanted: TrialRequests): Promise<void> {
    const left = wanted.left();
    this.#stopRule = new StopRule(left.inputs);
    let pending = await this.#pass(wanted.missing(), left.requests);
    // Others are running what is left. Nothing of ours is claimed while we wait, so two processes cannot wait for each other.
    for (let waiting: TrialWait | undefined; pending.length > 0 && !this.#stopped; ) {
      const [oldest] = pending as [TrialRequest];
      waiting ??= new TrialWait(oldest, this.#trialRunner);
      await waiting.pause();
      const left = await this.#pass(pending, pending.length);
      if (left.length < pending.length) waiting = undefined;
      pending = left;
    }
    this.#notStarted += pending.length;
  }

  /** Runs all that nobody else is running; returns the others. */
  async #pass(requests: Iterable<TrialRequest>, count: number): Promise<TrialRequest[]> {
    const busy: TrialRequest[] = [];
    const waiting = requests[Symbol.iterator]();
    const { onStart } = this.#runner;
    const work = async () => {
      let ahead: AskedClaim | undefined;
      const ask = () => {
        const next = this.#stopped ? undefined : waiting.next();
        ahead = next && !next.done ? askClaim(next.value, this.#trialRunner) : undefined;
      };
      try {
        this.#trialRunner.signal.throwIfAborted();
        for (ask(); ahead; ahead ?? ask()) {
          const asked: AskedClaim = ahead;
          if (this.#stopped) break;
          ahead = undefined;
          // The next one's claim goes in with this one's trial: otherwise each would wait for a transaction twice.
          await this.#try(asked, { onStart, onSave: ask, busy });
          this.#trialRunner.signal.throwIfAborted();
        }
      } finally {
        if (ahead) {
          await giveBackClaim(ahead, this.#trialRunner);
          this.#notStarted += 1;
        }
      }
    };
    const workers = Array.from({ length: Math.min(Math.max(1, this.#runner.concurrency), count) }, () =>
      work().catch((error: unknown) => {
        this.#giveUp.abort(error);
        throw error;
      }),
    );
    // All of them end before the error is thrown, so that every claim is given back.
    await Promise.allSettled(workers);
    await Promise.all(this.#open);
    if (this.#stopped) for (let next = waiting.next(); !next.done; next = waiting.next()) this.#notStarted += 1;
    if (this.#trialRunner.signal.aborted) throw this.#trialRunner.signal.reason;
    return busy;
  }

  /** Until the trial has ended here, or its place is free because it only waits to be kept. */
  async #try(asked: AskedClaim, { onStart, onSave, busy }: Pick<TryOptions, 'onStart'> & { onSave(): void; busy: TrialRequest[] }) {
    const waits = Promise.withResolvers<void>();
    const onHeld = (held: boolean) => {
      onSave();
      if (held) waits.resolve();
    };
    const ending = tryClaimed(asked, this.#trialRunner, { onStart, onSave: onHeld }).then((run) =>
      run === 'busy' ? busy.push(asked.request) : this.#end(run),
    );
    const open: Promise<unknown> = ending.catch((error: unknown) => this.#giveUp.abort(error)).finally(() => this.#open.delete(open));
    this.#open.add(open);
    await Promise.race([ending, waits.promise]);
    if (this.#open.size >= this.#runner.concurrency + mostHeld) await Promise.race(this.#open);
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

/** Hands on what is stored of what is wanted, which is wanted no more then. @throws as `readStored` does */
export function deliverStored(
  wanted: TrialRequests,
  runner: Pick<TrialRunner, 'store' | 'signal'>,
  onRun: (run: TrialRun) => unknown,
): Promise<void> {
  return readStored(wanted.pages(), runner, (trial) => {
    const request = wanted.take(trial.key);
    return request && onRun({ request, trial, reused: true });
  });
}

/**
 * Reads what is stored of the pages, with little of it in memory at a time.
 * @param onTrial a promise holds up further ones
 * @throws the signal's reason at an abort, an error of the store, or what `onTrial` threw
 */
export async function readStored(
  pages: Iterable<TrialPage>,
  { store, signal }: Pick<TrialRunner, 'store' | 'signal'>,
  onTrial: (trial: Trial) => unknown,
): Promise<void> {
  const turns = new Turns(signal);
  for (const some of chunksOf(pages, pagesAtOnce)) {
    const found = await Promise.all(
      some.map(async ({ selection, first, last }) =>
        (await store.portions(selection, { first, last })).map((portion) => ({ selection, portion, bytes: portion.bytes })),
      ),
    );
    for (const together of bySize(found.flat())) {
      await turns.give();
      signal.throwIfAborted();
      const lists = await Promise.all(together.map(({ selection, portion }) => store.list(selection, portion)));
      for (const trial of lists.flat()) {
        await onTrial(trial);
        if (turns.due) await turns.give();
      }
    }
  }
}

function* chunksOf<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let chunk: Item[] = [];
  for (const item of items) {
    if (chunk.push(item) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** Neighbours that together are no larger than what is read at once. */
function* bySize<Item extends { readonly bytes: number }>(items: readonly Item[]): Generator<Item[]> {
  let together: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (together.length > 0 && bytes + item.bytes > mostBytes) {
      yield together;
      together = [];
      bytes = 0;
    }
    together.push(item);
    bytes += item.bytes;
  }
  if (together.length > 0) yield together;
}
