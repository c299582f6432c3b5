import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { FailedTrial } from '../../contracts/trial.ts';
import { awaitStretches, earlierFailures } from '../../trials/jobs/await-stretches.ts';
import type { JobBoard } from '../../trials/jobs/job-board.ts';
import { oneByOne, type Stretch, stretchesOf } from '../../trials/jobs/stretches.ts';
import { mostInJob, queueName, type TrialJob } from '../../trials/jobs/trial-job.ts';
import type { TrialRequest, TrialRun } from '../../trials/run-trial.ts';
import { deliverStored, type RunSummary } from '../../trials/run-trials.ts';
import { StopRule } from '../../trials/stop-rule.ts';
import { TrialRequests } from '../../trials/trial-requests.ts';
import type { Session } from '../session.ts';
import type { SessionWorkers } from './session-workers.ts';
import { type AwaitedQueue, WorkerWatch } from './worker-watch.ts';

export interface RunningByWorkers {
  readonly session: Pick<Session, 'store' | 'clock' | 'prepare' | 'agent' | 'mode'>;
  readonly workers: SessionWorkers;
  readonly signal: AbortSignal;
  readonly onRun: (run: TrialRun) => unknown;
}

/** So many jobs for each trial that can be run at a time, so that no worker is left alone with a long rest. */
const jobsPerPlace = 8;
/** What is reckoned with while no worker is there yet. */
const placesExpected = 16;
/** How often who is at work is looked at. */
const watchMs = 1000;
/** Jobs that are put at once. */
const putAtOnce = 1000;

/**
 * Runs trials by workers: what is stored first, then what is missing as jobs, until all are stored or have failed.
 * A planner that is ended leaves its jobs, which workers go on with; one that is interrupted takes those back that nobody runs.
 * @throws {DocketError} of a store, or when no worker comes; the signal's reason at an abort; what `onRun` threw
 */
export async function runByWorkers(requests: Iterable<TrialRequest>, running: RunningByWorkers): Promise<RunSummary> {
  const { session, workers, signal, onRun } = running;
  const { store, clock } = session;
  const { board } = workers;
  const wanted = requests instanceof TrialRequests ? requests : new TrialRequests(requests);
  const counts = { reused: 0, run: 0, failed: 0 };
  await deliverStored(wanted, { store, signal }, (run) => {
    counts.reused += 1;
    return onRun(run);
  });
  const left = wanted.left();
  if (left.requests === 0) return { ...counts, notStarted: 0 };
  const earlier = await earlierFailures(store);
  const queues = await wantQueues(wanted, running);
  const watch = new WorkerWatch(workers, session.agent.name, [...queues.values()], clock);
  const places = (await watch.look()) || placesExpected;
  const most = Math.max(1, Math.min(mostInJob, Math.floor(left.requests / (places * jobsPerPlace))));
  const put = (stretches: Iterable<Stretch>) => putJobs(stretches, queues, workers);
  const stopRule = new StopRule(left.inputs);
  let stopped: string | undefined;
  let watchedAt = clock.now();
  try {
    await withdrawOthers(wanted, queues, workers);
    await put(stretchesOf(wanted.missing(), most));
    const unseen = await awaitStretches(stretchesOf(wanted.missing(), most), {
      ...{ store, clock, signal, earlier },
      counts: (failed) => countsHere(failed, workers),
      // One by one, as those are that a worker ended with: what is there already is not put again.
      askAgain: (stretches) => put(stretches.flatMap(oneByOne)),
      async onRun(run) {
        const failed = run.trial.outcome.kind === 'infra-error';
        counts[failed ? 'failed' : 'run'] += 1;
        (queues.get(run.request.versionFingerprint) as AwaitedQueue).left -= 1;
        stopped ??= stopRule.after(run);
        await onRun(run);
        return stopped !== undefined;
      },
      async onPause() {
        if (clock.now() - watchedAt < watchMs) return stopped !== undefined;
        watchedAt = clock.now();
        await board.workers.release(true);
        await watch.look();
        stopped ??= watch.hopeless();
        return stopped !== undefined;
      },
    });
    const notStarted = unseen.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    if (stopped !== undefined) await withdraw(queues, board);
    return { ...counts, notStarted, ...(stopped === undefined ? {} : { stopped: { reason: stopped } }) };
  } catch (error) {
    // What nobody runs yet is wanted no more; a worker ends what it has begun, and stores it.
    await withdraw(queues, board).catch(() => {});
    signal.throwIfAborted();
    throw error;
  }
}

async function withdraw(queues: Queues, { engine }: JobBoard): Promise<void> {
  for (const { name } of queues.values()) await engine.withdraw(name);
}

/** Takes back what a run that was ended left of the same trials for another budget: it would be spent. Whoever still wants those asks again. */
async function withdrawOthers(wanted: TrialRequests, queues: Queues, { board, budget }: SessionWorkers): Promise<void> {
  const cases = new Map([...queues.keys()].map((fingerprint) => [fingerprint, new Set<string>()]));
  for (const { versionFingerprint, caseFingerprint } of wanted.missing()) cases.get(versionFingerprint)?.add(caseFingerprint);
  for (const [fingerprint, { name }] of queues)
    await board.engine.withdrawOthers(name, [...(cases.get(fingerprint) as Set<string>)], budget);
}

/** False for a trial that another run's budget had no more money for. */
async function countsHere({ outcome }: FailedTrial, { board, budget }: SessionWorkers): Promise<boolean> {
  if (outcome.error !== 'spend-limit') return true;
  return budget !== undefined && board.isSpent(budget);
}

/** The queues of a run by the fingerprints of their versions. */
type Queues = ReadonlyMap<string, AwaitedQueue>;

/** Opens the queues of all versions that something is missing of. */
async function wantQueues(wanted: TrialRequests, { session, workers }: RunningByWorkers): Promise<Queues> {
  const queues = new Map<string, AwaitedQueue>();
  for (const { agent, versionFingerprint: fingerprint } of wanted.missing()) {
    const known = queues.get(fingerprint);
    if (known) known.left += 1;
    if (known) continue;
    const { name: reference } = agent.version;
    const { parts, version } = await session.prepare(reference);
    if (version.served?.version === null)
      throw new DocketError(
        `Workers cannot run trials of ${reference}: ${version.served.address} ${version.served.why}, so nobody can tell whether they ask the same one. Have it say its version, or run without --workers.`,
      );
    const { name: agentName } = session.agent;
    const name = queueName(agentName, fingerprint);
    await workers.board.want({ name, agent: agentName, reference, fingerprint, mode: session.mode, parts });
    queues.set(fingerprint, { name, reference, left: 1 });
  }
  await workers.board.sweep();
  return queues;
}

async function putJobs(stretches: Iterable<Stretch>, queues: Queues, { board, budget }: SessionWorkers): Promise<void> {
  const jobs = new Map<string, TrialJob[]>();
  let inputs = new Map<string, JsonObject>();
  let size = 0;
  const flush = async () => {
    await board.keepInputs(inputs);
    for (const [queue, some] of jobs) await board.engine.put(queue, some);
    jobs.clear();
    inputs = new Map();
    size = 0;
  };
  for (const { like, first, last } of stretches) {
    const { caseId, caseFingerprint, series, input, versionFingerprint } = like;
    const { name: queue } = queues.get(versionFingerprint) as AwaitedQueue;
    const job: TrialJob = {
      caseId,
      caseFingerprint,
      series,
      first,
      last,
      ...(budget === undefined ? {} : { budget }),
    };
    const others = jobs.get(queue);
    if (others) others.push(job);
    else jobs.set(queue, [job]);
    inputs.set(caseFingerprint, input);
    size += 1;
    if (size >= putAtOnce) await flush();
  }
  await flush();
}
