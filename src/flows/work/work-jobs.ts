import { setTimeout as wait } from 'node:timers/promises';
import { DocketError } from '../../contracts/docket-error.ts';
import type { FailedTrial } from '../../contracts/trial.ts';
import type { JobBoard } from '../../trials/jobs/job-board.ts';
import { deathsOf, mostInJob, type TakenJob } from '../../trials/jobs/trial-job.ts';
import { type AskedClaim, askClaim, giveBackClaim, type TrialRequest, type TrialRun, tryClaimed } from '../../trials/run-trial.ts';
import { StopRule } from '../../trials/stop-rule.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { saveFailure } from './failed-without-run.ts';
import { type Held, HeldJobs } from './held-jobs.ts';
import { jobRequest } from './job-request.ts';
import { Places } from './places.ts';
import { busySeconds, sortJobs } from './poison-jobs.ts';
import { changedText, type ServedQueue, ServedQueues } from './served-queues.ts';
import type { WorkOptions } from './work-options.ts';

/** What a worker did. */
export interface WorkSummary {
  readonly run: number;
  readonly failed: number;
  /** Why it stopped of its own accord: what it met would end each of its trials, or its files have changed. */
  readonly stopped?: string;
}

/** How often the others are told that this one is here, and looked after. */
const beatMs = 2000;
/** How often the engine is told. */
const heartbeatMs = 20_000;
/** Jobs are taken and put away by the handful, at most so often. */
const cycleMs = 40;
/** Pause between two looks for jobs, where there were none. */
const firstPollMs = 100;
const longestPollMs = 1000;
/** What this worker could not run, and perhaps no other can, is left to others for so long. In seconds. */
const unprovenSeconds = 5;

/** How long a worker that failed tries to leave in order, in milliseconds. */
const leaveMs = 5000;

interface Task {
  readonly held: Held;
  readonly served: ServedQueue;
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
  readonly #held: HeldJobs;
  #pending: Task[] = [];
  /** A trial with which workers ended: it is run when nothing else is, so that no other is accused with it. */
  #suspect: { readonly served: ServedQueue; readonly held: Held } | undefined;
  readonly #places: Places;
  readonly #abort = new AbortController();
  readonly #stopRule = new StopRule(1);
  #stopped: string | undefined;
  /** True where what runs may not be what its fingerprint says. */
  #isStale = false;
  #failure: unknown;
  /** True once a trial came to its end here: what fails afterwards is not this worker's fault. */
  #isProven = false;
  #run = 0;
  #failed = 0;
  #turn = 0;
  /** Trials in a job, lately. */
  #trialsPerJob = mostInJob;
  #changed = Promise.withResolvers<void>();

  constructor(session: Session, board: JobBoard, options: WorkOptions) {
    this.#session = session;
    this.#board = board;
    this.#options = options;
    this.#places = new Places(options.concurrency, () => {
      this.#start();
      this.#wake();
    });
    this.#queues = new ServedQueues(session, board, options);
    this.#held = new HeldJobs(session, board, this.#queues, options.concurrency, (error) => this.#fail(error));
  }

  async run(): Promise<WorkSummary> {
    const { drain, idleMs } = this.#options;
    const { workers } = this.#board;
    drain.addEventListener('abort', () => this.#wake(), { once: true });
    this.#board.paceLost.catch((error: unknown) => this.#fail(error));
    await workers.release();
    const changed = await this.#queues.open();
    if (changed !== undefined) this.#stopStale(changed);
    await this.#held.tell();
    const beating = this.#beat();
    let pollMs = firstPollMs;
    let busyAt = performance.now();
    try {
      while (!this.#isEnding) {
        const begun = performance.now();
        // Also what ends while jobs are taken is a change.
        const changed = this.#change();
        await this.#held.putAway();
        const took = await this.#take();
        this.#start();
        if (this.#places.open > 0 || took > 0) [pollMs, busyAt] = [firstPollMs, performance.now()];
        if (idleMs !== undefined && performance.now() - busyAt > idleMs) break;
        if (took > 0 || this.#places.open > 0) await this.#until(begun + cycleMs);
        // Until a trial ends, or there may be more to do.
        if (took === 0) await Promise.race([changed, wait(this.#places.open > 0 ? longestPollMs : pollMs, undefined, { ref: false })]);
        if (took > 0 || this.#places.open > 0 || this.#isEnding) continue;
        pollMs = Math.min(pollMs * 2, longestPollMs);
        // A run may have begun.
        await this.#queues.refresh();
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
    return this.#suspect ? 0 : this.#places.room(this.#pending.length);
  }

  /** Waits until then, unless the work ends. */
  async #until(then: number): Promise<void> {
    while (!this.#isEnding && performance.now() < then) await wait(Math.max(1, then - performance.now()));
    this.#places.reckon();
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
        const isThorough = performance.now() - heartAt > heartbeatMs;
        await this.#board.workers.release(isThorough);
        if (!this.#isEnding) {
          await this.#queues.refresh();
          const changed = await this.#queues.changedFiles();
          if (changed !== undefined) this.#stopStale(changed);
        }
        await this.#held.tell();
        if (!isThorough) continue;
        heartAt = performance.now();
        await this.#held.beat();
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  async #take(): Promise<number> {
    let took = 0;
    for (const served of this.#inTurn()) {
      const room = this.#room;
      if (room === 0 || this.#isEnding) break;
      const jobs = await this.#board.engine.take(served.name, Math.ceil(room / this.#trialsPerJob));
      if (jobs.length === 0) continue;
      took += jobs.length;
      const { mine, suspect, givenUp } = await sortJobs(this.#session, this.#board, served, jobs);
      this.#failed += givenUp;
      if (suspect) this.#suspect = { served, held: this.#held.add(served.name, suspect, true) };
      if (mine.length === 0) continue;
      this.#trialsPerJob = mine.reduce((sum, taken) => sum + trialsOf(taken), 0) / mine.length;
      const [kept, others] = upTo(room, mine);
      // Other workers have nothing to do meanwhile.
      await this.#board.engine.giveBack(served.name, others, 0);
      const held = kept.map((taken) => this.#held.add(served.name, taken, false));
      // What ended others may end this one at once, so the others know of it before it is begun.
      if (kept.some((taken) => deathsOf(taken) > 0)) await this.#held.tell();
      this.#pending.push(...(await this.#tasksOf(served, held)));
    }
    if (took > 0) this.#held.tellSoon();
    return took;
  }

  /** The queues, each time another one first: no run waits until all others are through. */
  #inTurn(): ServedQueue[] {
    const { all } = this.#queues;
    this.#turn = (this.#turn + 1) % Math.max(1, all.length);
    return [...all.slice(this.#turn), ...all.slice(0, this.#turn)];
  }

  async #tasksOf(served: ServedQueue, jobs: readonly Held[]): Promise<Task[]> {
    const inputs = await this.#board.inputs([...new Set(jobs.map(({ taken }) => taken.job.caseFingerprint))]);
    const tasks: Task[] = [];
    for (const held of jobs) {
      const { job } = held.taken;
      const input = inputs.get(job.caseFingerprint);
      // Whoever wants these trials asks again, and brings the input along.
      if (input === undefined) this.#held.endAll(held);
      else
        for (let number = job.first; number <= job.last; number += 1)
          tasks.push({ held, served, asked: askClaim(jobRequest(served, job, input, number), this.#session) });
    }
    return tasks;
  }

  #start(): void {
    while (this.#places.isFree && !this.#isEnding) {
      const task = this.#pending.shift();
      if (task) this.#places.launch((onSave) => this.#runTask(task, onSave));
      else if (this.#places.open === 0 && this.#suspect?.held.waits) this.#places.launch((onSave) => this.#runSuspect(onSave));
      else return;
    }
  }

  /** Never rejects. The others know that it is begun before anything is done with it. */
  async #runSuspect(onSave: () => void): Promise<void> {
    const { served, held } = this.#suspect as { served: ServedQueue; held: Held };
    held.waits = false;
    try {
      await this.#held.tell();
      for (const task of await this.#tasksOf(served, [held])) await this.#runTask(task, onSave);
    } catch (error) {
      this.#fail(error);
    }
    this.#suspect = undefined;
  }

  /** Never rejects. */
  async #runTask(task: Task, onSave: () => void): Promise<void> {
    await this.#runClaimed(task, onSave);
    this.#held.ended(task.held);
  }

  async #runClaimed({ held, served, asked }: Task, onSave: () => void): Promise<void> {
    const { store, clock, spans, tracedContent } = this.#session;
    try {
      const model = await this.#options.modelFor(held.taken.job.budget);
      const keepsFailure = (failed: FailedTrial) => {
        // Another worker may have its files as they were.
        if (failed.outcome.error === 'changed') return false;
        const keeps = this.#isProven || isOfTheTrial(failed);
        if (!keeps) held.again = Math.max(held.again ?? 0, unprovenSeconds);
        return keeps;
      };
      const run = await tryClaimed(
        asked,
        { model, store, clock, spans, tracedContent, signal: this.#abort.signal, keepsFailure },
        { onSave: () => onSave() },
      );
      if (run === 'busy') held.again = Math.max(held.again ?? 0, busySeconds);
      else if (isOfOtherFiles(run)) await this.#leave(held, served.version);
      else this.#see(run);
    } catch (error) {
      if (this.#abort.signal.aborted || error instanceof DocketError) held.again ??= 0;
      if (this.#abort.signal.aborted) return;
      if (error instanceof DocketError) this.#fail(error);
      else await this.#failRun(held, asked.request, error);
    }
  }

  /** Its files have changed: whoever has them as they were runs the job. */
  async #leave(held: Held, { identity, watch }: PreparedVersion): Promise<void> {
    held.again ??= 0;
    const why = await watch.changed();
    if (why !== undefined) this.#stopStale(changedText(identity.name, why));
  }

  #see(run: TrialRun): void {
    if (run.reused) return;
    const failed = run.trial.outcome.kind === 'infra-error' ? (run.trial as FailedTrial) : undefined;
    if (failed) this.#failed += 1;
    else {
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
      const end = await saveFailure(this.#session, request, `The agent's own code failed: ${detail}`);
      if (end === 'busy') held.again = busySeconds;
      if (end === 'saved') this.#failed += 1;
    } catch (failure) {
      held.again ??= 0;
      this.#fail(failure);
    }
  }

  /** Lets what runs come to its end, and gives everything else back. */
  async #end(): Promise<void> {
    const drainMs = this.#isStale ? 0 : this.#options.drainMs;
    this.#held.close();
    const left = this.#pending.splice(0);
    await Promise.all(left.map(({ asked }) => giveBackClaim(asked, this.#session)));
    for (const { held } of left) {
      held.again ??= 0;
      this.#held.ended(held);
    }
    const { held: suspect } = this.#suspect ?? {};
    if (suspect?.waits) {
      suspect.again = 0;
      this.#held.ended(suspect);
    }
    const limit = performance.now() + drainMs;
    while (this.#places.open > 0 && this.#failure === undefined && performance.now() < limit)
      await Promise.race([this.#change(), wait(Math.max(1, limit - performance.now()), undefined, { ref: false })]);
    this.#abort.abort(new Error('the worker ends'));
    while (this.#places.open > 0) await this.#change();
    const leave = async () => {
      await this.#held.putAway();
      await this.#board.workers.end(this.#stopped);
    };
    // Where the database failed nobody can be told, and others find out.
    if (this.#failure === undefined) await leave();
    else await Promise.race([leave().catch(() => {}), wait(leaveMs, undefined, { ref: false })]);
  }

  /** What runs may not be what its fingerprint says: it is not waited for. */
  #stopStale(reason: string): void {
    this.#isStale = true;
    this.#stop(reason);
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

function trialsOf({ job: { first, last } }: TakenJob): number {
  return last - first + 1;
}

/** The first jobs, with which there are as many trials as there is room for, and the rest: jobs may be larger than those before them were. */
function upTo(room: number, jobs: readonly TakenJob[]): [TakenJob[], TakenJob[]] {
  let end = 0;
  for (let trials = 0; end < jobs.length && trials < room; end += 1) trials += trialsOf(jobs[end] as TakenJob);
  return [jobs.slice(0, end), jobs.slice(end)];
}

function isOfOtherFiles({ trial: { outcome } }: TrialRun): boolean {
  return outcome.kind === 'infra-error' && outcome.error === 'changed';
}

/** True where another worker would meet the same. */
function isOfTheTrial({ outcome: { error } }: FailedTrial): boolean {
  return ['spend-limit', 'replay-miss', 'request'].includes(error);
}
