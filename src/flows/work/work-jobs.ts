import { setTimeout as wait } from 'node:timers/promises';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { FailedTrial } from '../../contracts/trial.ts';
import type { Model } from '../../model/model.ts';
import type { JobBoard } from '../../trials/jobs/job-board.ts';
import type { TakenJob, TrialJob } from '../../trials/jobs/trial-job.ts';
import { type AskedClaim, askClaim, giveBackClaim, type TrialRequest, type TrialRun, tryClaimed } from '../../trials/run-trial.ts';
import { StopRule } from '../../trials/stop-rule.ts';
import { trialRequest } from '../judging/trial-request.ts';
import type { Session } from '../session.ts';
import { saveFailure } from './failed-without-run.ts';
import { type ServedQueue, ServedQueues } from './served-queues.ts';

export interface WorkOptions {
  /** Most trials at a time. */
  readonly concurrency: number;
  /** Ends the work after so long without a job, in milliseconds; never when not given. */
  readonly idleMs?: number;
  /** Once it aborts no more jobs are taken, and what runs comes to its end. */
  readonly drain: AbortSignal;
  /** What runs is aborted after so long, in milliseconds, and left to others. */
  readonly drainMs: number;
  /** The model whose calls count against a budget. */
  readonly modelFor: (budget: string | undefined) => Promise<Model>;
  /** Called as each trial ends that was run here. */
  readonly onRun: (run: TrialRun) => void;
  /** Told which versions are served and which are refused. */
  readonly note: (message: string) => void;
}

/** What a worker did. */
export interface WorkSummary {
  readonly run: number;
  readonly failed: number;
  /** Why it stopped of its own accord: what it met would end each of its trials, or its files have changed. */
  readonly stopped?: string;
}

/** So many workers may end while they run a trial; then it is an infra error. */
const mostDeaths = 3;
/** How often the others are told that this one is here, and looked after. */
const beatMs = 2000;
/** How often the engine is told. */
const heartbeatMs = 20_000;
/** What is held changes often; others are told of it together. */
const tellMs = 200;
/** Jobs are taken and put away by the handful, at most so often. */
const cycleMs = 40;
/** Trials are taken ahead for so long, by how fast they end, so that no place waits for the database. */
const aheadMs = 150;
/** Pause between two looks for jobs, where there were none. */
const firstPollMs = 100;
const longestPollMs = 1000;
/** What others run is looked at again after so long; what this worker could not run is left to others for so long. In seconds. */
const busySeconds = 2;
const unprovenSeconds = 5;

interface Held {
  readonly queue: string;
  readonly taken: TakenJob;
  /** Trials that have not ended. */
  left: number;
  /** Seconds until somebody is to try again what was not done; undefined where all was. */
  again: number | undefined;
}

interface Task {
  readonly held: Held;
  /** The right to run it, asked for with those of the others that were taken with it. */
  readonly asked: AskedClaim;
}

/** Takes jobs and runs their trials until it is told to end. @throws {DocketError} of the shared database */
export async function workJobs(session: Session, board: JobBoard, options: WorkOptions): Promise<WorkSummary> {
  const work = new JobWork(session, board, options);
  return work.run();
}

class JobWork {
  readonly #session: Session;
  readonly #board: JobBoard;
  readonly #options: WorkOptions;
  readonly #queues: ServedQueues;
  readonly #held = new Map<string, Held>();
  #finished: Held[] = [];
  #pending: Task[] = [];
  /** A trial with which workers ended twice: it is run when nothing else is, so that no other is accused with it. */
  #alone: Task | undefined;
  #isAloneRunning = false;
  #inFlight = 0;
  readonly #abort = new AbortController();
  readonly #stopRule = new StopRule(1);
  #stopped: string | undefined;
  #failure: unknown;
  /** True once a trial came to its end here: what fails afterwards is not this worker's fault. */
  #isProven = false;
  #run = 0;
  #failed = 0;
  /** How fast trials ended lately. */
  #endedPerMs = 0;
  #endedSince = 0;
  #countedAt = performance.now();
  #telling: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Trials in a job, lately. */
  #trialsPerJob = 1;
  #changed = Promise.withResolvers<void>();

  constructor(session: Session, board: JobBoard, options: WorkOptions) {
    this.#session = session;
    this.#board = board;
    this.#options = options;
    this.#queues = new ServedQueues(session, board, options.note);
  }

  async run(): Promise<WorkSummary> {
    const { drain, idleMs } = this.#options;
    const { workers } = this.#board;
    drain.addEventListener('abort', () => this.#wake(), { once: true });
    this.#board.paceLost.catch((error: unknown) => this.#fail(error));
    await workers.release();
    await this.#queues.refresh();
    await this.#tell();
    const beating = this.#beat();
    let pollMs = firstPollMs;
    let busyAt = performance.now();
    try {
      while (!this.#isEnding) {
        const begun = performance.now();
        await this.#putAway();
        const took = await this.#take();
        this.#start();
        if (this.#inFlight > 0 || took > 0) [pollMs, busyAt] = [firstPollMs, performance.now()];
        if (idleMs !== undefined && performance.now() - busyAt > idleMs) break;
        if (took > 0 || this.#inFlight > 0) await this.#until(begun + cycleMs);
        // Until a trial ends, or there may be more to do.
        if (took === 0) await Promise.race([this.#change(), wait(this.#inFlight > 0 ? longestPollMs : pollMs)]);
        if (took === 0 && this.#inFlight === 0) pollMs = Math.min(pollMs * 2, longestPollMs);
      }
      await this.#end();
    } finally {
      this.#abort.abort(new Error('the worker ends'));
      this.#queues.close();
      await beating;
    }
    if (this.#failure !== undefined) throw this.#failure;
    return { run: this.#run, failed: this.#failed, ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }) };
  }

  get #isEnding(): boolean {
    return this.#options.drain.aborted || this.#stopped !== undefined || this.#failure !== undefined;
  }

  /** How many trials may be taken. */
  get #room(): number {
    const ahead = Math.round(this.#endedPerMs * aheadMs);
    return this.#options.concurrency + ahead - this.#inFlight - this.#pending.length;
  }

  /** A part of the places is free: jobs are taken by the handful. */
  get #hasRoom(): boolean {
    return this.#alone === undefined && this.#room > 0 && (this.#inFlight === 0 || this.#room * 5 >= this.#options.concurrency);
  }

  /** Waits until then, unless the work ends. */
  async #until(then: number): Promise<void> {
    while (!this.#isEnding && performance.now() < then) await wait(Math.max(1, then - performance.now()));
    const now = performance.now();
    const share = Math.min(1, (now - this.#countedAt) / 1000);
    this.#endedPerMs += share * (this.#endedSince / Math.max(1, now - this.#countedAt) - this.#endedPerMs);
    [this.#endedSince, this.#countedAt] = [0, now];
  }

  #wake(): void {
    this.#changed.resolve();
  }

  #change(): Promise<void> {
    this.#changed = Promise.withResolvers();
    return this.#changed.promise;
  }

  /** Tells the others and the engine that this worker lives, and looks after those that do not. */
  async #beat(): Promise<void> {
    let heartAt = performance.now();
    while (!this.#abort.signal.aborted) {
      await wait(beatMs, undefined, { signal: this.#abort.signal }).catch(() => {});
      if (this.#abort.signal.aborted) return;
      try {
        await this.#board.workers.release();
        if (!this.#isEnding) {
          await this.#queues.refresh();
          const changed = await this.#queues.changedFiles();
          if (changed !== undefined) this.#stop(changed);
        }
        await this.#tell();
        if (performance.now() - heartAt > heartbeatMs) {
          heartAt = performance.now();
          for (const [queue, held] of this.#byQueue([...this.#held.values()]))
            await this.#board.engine.beat(
              queue,
              held.map(({ taken }) => taken),
            );
        }
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  async #tell(): Promise<void> {
    const { agent, mode } = this.#session;
    await this.#board.workers.tell({
      agent: agent.name,
      mode,
      concurrency: this.#options.concurrency,
      serves: this.#queues.serves,
      refuses: this.#queues.refuses,
      holds: [...this.#held.values()].map(({ queue, taken: { id, attempt } }) => ({ queue, id, attempt })),
    });
  }

  async #take(): Promise<number> {
    let took = 0;
    for (const served of this.#queues.all) {
      if (!this.#hasRoom || this.#isEnding) break;
      const jobs = await this.#board.engine.take(served.name, Math.max(1, Math.ceil(this.#room / this.#trialsPerJob)));
      if (jobs.length === 0) continue;
      took += jobs.length;
      const fresh = await this.#sort(served, jobs);
      if (fresh.length > 0) {
        const trials = fresh.reduce((sum, { job }) => sum + job.last - job.first + 1, 0);
        this.#trialsPerJob = trials / fresh.length;
        await this.#hold(served, fresh);
        // What ended others may end this one at once.
        if (fresh.some((taken) => endedWith(taken) > 0)) await this.#tell();
      }
    }
    if (took > 0) this.#tellSoon();
    return took;
  }

  /** Whoever finds this worker killed has to know what it held. What it had no time to tell is asked for again by who wants it. */
  #tellSoon(): void {
    const tell = () => {
      this.#telling = undefined;
      this.#toldAt = performance.now();
      if (!this.#abort.signal.aborted) this.#tell().catch((error: unknown) => this.#fail(error));
    };
    const waitMs = this.#toldAt + tellMs - performance.now();
    if (waitMs <= 0 && this.#telling === undefined) tell();
    else this.#telling ??= setTimeout(tell, waitMs);
  }

  /** Jobs that may be run here; those that workers ended with are taken apart, and given up in the end. */
  async #sort({ name }: ServedQueue, jobs: readonly TakenJob[]): Promise<TakenJob[]> {
    const { engine } = this.#board;
    const mine: TakenJob[] = [];
    let hasSuspect = false;
    for (const taken of jobs) {
      const { job } = taken;
      const ended = endedWith(taken);
      if (ended > 0 && job.first < job.last) {
        const numbers = Array.from({ length: job.last - job.first + 1 }, (_, index) => job.first + index);
        await engine.put(
          name,
          numbers.map((number): TrialJob => ({ ...job, first: number, last: number, ended })),
        );
        await engine.done(name, [taken]);
      } else if (ended >= mostDeaths) await this.#giveUp(name, taken);
      else if (ended === mostDeaths - 1 && hasSuspect) await engine.giveBack(name, taken, busySeconds);
      else mine.push(taken);
      hasSuspect ||= mine.includes(taken) && ended === mostDeaths - 1;
    }
    return mine;
  }

  /** Whatever it is, it ends whoever runs it. */
  async #giveUp(queue: string, taken: TakenJob): Promise<void> {
    const served = this.#queues.of(queue);
    if (!served) return;
    const { first, caseId } = taken.job;
    const message = `${mostDeaths} workers ended without a word while they ran trial ${first} of case ${caseId}. The agent may end its process, wait without end in one go, or need more memory than there is. See it alone: docket eval --case ${caseId} --trials 1`;
    const held = await saveFailure(this.#session, this.#requestOf(served, taken.job, {}, first), message);
    if (held === 'busy') await this.#board.engine.giveBack(queue, taken, busySeconds);
    else await this.#board.engine.done(queue, [taken]);
    this.#failed += 1;
  }

  async #hold(served: ServedQueue, jobs: readonly TakenJob[]): Promise<void> {
    const inputs = await this.#board.inputs([...new Set(jobs.map(({ job }) => job.caseFingerprint))]);
    for (const taken of jobs) {
      const { first, last, caseFingerprint } = taken.job;
      const input = inputs.get(caseFingerprint);
      // Whoever wants these trials asks again, and brings the input along.
      if (input === undefined) {
        await this.#board.engine.done(served.name, [taken]);
        continue;
      }
      const held: Held = { queue: served.name, taken, left: last - first + 1, again: undefined };
      this.#held.set(taken.id, held);
      for (let number = first; number <= last; number += 1) {
        const asked = askClaim(this.#requestOf(served, taken.job, input, number), this.#session);
        if (endedWith(taken) === mostDeaths - 1) this.#alone = { held, asked };
        else this.#pending.push({ held, asked });
      }
    }
  }

  #start(): void {
    const { concurrency } = this.#options;
    while (this.#inFlight < concurrency && !this.#isEnding) {
      const task = this.#pending.shift() ?? (this.#inFlight === 0 ? this.#alone : undefined);
      if (!task) return;
      this.#isAloneRunning = task === this.#alone;
      this.#inFlight += 1;
      void this.#runTask(task).finally(() => {
        if (task === this.#alone) [this.#alone, this.#isAloneRunning] = [undefined, false];
        this.#inFlight -= 1;
        this.#ended(task.held);
        this.#start();
        this.#wake();
      });
      if (this.#isAloneRunning) return;
    }
  }

  /** Never rejects. */
  async #runTask({ held, asked }: Task): Promise<void> {
    const { store, clock, spans, tracedContent } = this.#session;
    try {
      const model = await this.#options.modelFor(held.taken.job.budget);
      const keepsFailure = (failed: FailedTrial) => this.#isProven || isOfTheTrial(failed);
      const run = await tryClaimed(asked, { model, store, clock, spans, tracedContent, signal: this.#abort.signal, keepsFailure }, {});
      if (run === 'busy') held.again = Math.max(held.again ?? 0, busySeconds);
      else this.#see(held, run);
    } catch (error) {
      if (this.#abort.signal.aborted) held.again ??= 0;
      else if (error instanceof DocketError) this.#fail(error);
      else await this.#failRun(held, asked.request, error);
    }
  }

  #see(held: Held, run: TrialRun): void {
    if (run.reused) return;
    const failed = run.trial.outcome.kind === 'infra-error' ? (run.trial as FailedTrial) : undefined;
    if (failed) {
      this.#failed += 1;
      if (!this.#isProven && !isOfTheTrial(failed)) held.again = Math.max(held.again ?? 0, unprovenSeconds);
    } else {
      this.#run += 1;
      this.#isProven = true;
    }
    this.#options.onRun(run);
    const reason = failed?.outcome.error === 'spend-limit' ? undefined : this.#stopRule.after(run);
    if (reason !== undefined) this.#stop(reason);
  }

  /** The agent's own code threw what no agent may throw. */
  async #failRun(held: Held, request: TrialRequest, error: unknown): Promise<void> {
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    try {
      if ((await saveFailure(this.#session, request, `The agent's own code failed: ${detail}`)) === 'busy') held.again = busySeconds;
      this.#failed += 1;
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #ended(held: Held): void {
    held.left -= 1;
    this.#endedSince += 1;
    if (held.left === 0) this.#finished.push(held);
  }

  /** Removes jobs that are done, and lets others have what was not. */
  async #putAway(): Promise<void> {
    const finished = this.#finished;
    if (finished.length === 0) return;
    this.#finished = [];
    const { engine } = this.#board;
    for (const [queue, all] of this.#byQueue(finished)) {
      await engine.done(
        queue,
        all.filter(({ again }) => again === undefined).map(({ taken }) => taken),
      );
      for (const { taken, again } of all) if (again !== undefined) await engine.giveBack(queue, taken, again);
    }
    for (const { taken } of finished) this.#held.delete(taken.id);
  }

  /** Lets what runs come to its end, and gives everything else back. */
  async #end(): Promise<void> {
    const { drainMs } = this.#options;
    clearTimeout(this.#telling);
    const left = this.#pending.splice(0);
    if (this.#alone && !this.#isAloneRunning) left.push(this.#alone);
    await Promise.all(left.map(({ asked }) => giveBackClaim(asked, this.#session)));
    for (const { held } of left) {
      held.again ??= 0;
      this.#ended(held);
    }
    const limit = performance.now() + drainMs;
    while (this.#inFlight > 0 && this.#failure === undefined && performance.now() < limit)
      await Promise.race([this.#change(), wait(Math.max(1, limit - performance.now()), undefined, { ref: false })]);
    this.#abort.abort(new Error('the worker ends'));
    while (this.#inFlight > 0) await this.#change();
    if (this.#failure !== undefined) return;
    await this.#putAway();
    await this.#board.workers.end(this.#stopped);
  }

  #requestOf({ version }: ServedQueue, { caseId, caseFingerprint, series }: TrialJob, input: JsonObject, number: number): TrialRequest {
    return trialRequest(version, { case: { id: caseId }, input, fingerprint: caseFingerprint }, series, number);
  }

  #byQueue(held: readonly Held[]): Map<string, Held[]> {
    return Map.groupBy(held, ({ queue }) => queue);
  }

  #stop(reason: string): void {
    this.#stopped ??= reason;
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }
}

/** How many workers ended without a word while they had the job. */
function endedWith({ attempt, job }: TakenJob): number {
  return (job.ended ?? 0) + attempt;
}

/** True where another worker would meet the same. */
function isOfTheTrial({ outcome: { error } }: FailedTrial): boolean {
  return ['spend-limit', 'replay-miss', 'request'].includes(error);
}
