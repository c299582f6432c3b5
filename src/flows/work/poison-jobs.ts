import type { JobBoard } from '../../trials/jobs/job-board.ts';
import { oneByOne } from '../../trials/jobs/stretches.ts';
import { deathsOf, mayBePoison, mostDeaths, type TakenJob, type TrialJob } from '../../trials/jobs/trial-job.ts';
import type { Session } from '../session.ts';
import { saveFailure } from './failed-without-run.ts';
import { jobRequest } from './job-request.ts';
import type { ServedQueue } from './served-queues.ts';

/** What somebody else runs, or may be poison, is left to others for so long, in seconds. */
export const busySeconds = 2;

/** Jobs that were taken: what may be run of them, and how. */
export interface SortedJobs {
  readonly mine: readonly TakenJob[];
  /** A trial with which workers ended: it is run when nothing else is. */
  readonly suspect: TakenJob | undefined;
  /** Trials that became infra errors. */
  readonly givenUp: number;
}

/**
 * What may be run of jobs that were taken. Where a worker ended with a job, its trials are jobs of their own from then on; with whichever of them the next
 * ends too, that one may be poison: it comes last and is run alone; and then it is given up. So nothing is given up that did not end a worker all by itself.
 */
export async function sortJobs(
  session: Session,
  { engine }: JobBoard,
  served: ServedQueue,
  jobs: readonly TakenJob[],
): Promise<SortedJobs> {
  const mine: TakenJob[] = [];
  let suspect: TakenJob | undefined;
  let givenUp = 0;
  for (const taken of jobs) {
    const { job } = taken;
    const deaths = deathsOf(taken);
    if (deaths > 0 && job.first < job.last) {
      await engine.put(served.name, oneByOne({ ...job, ended: deaths }));
      await engine.done(served.name, [taken]);
    } else if (deaths >= mostDeaths) {
      const end = await giveUp(session, served, job);
      if (end === 'busy') await engine.giveBack(served.name, [taken], busySeconds);
      else await engine.done(served.name, [taken]);
      if (end === 'saved') givenUp += 1;
    } else if (!mayBePoison(taken)) mine.push(taken);
    // One that has just ended a worker is put behind everything else; of the others, other workers take each one.
    else if (taken.attempt > 0 || suspect) await engine.giveBack(served.name, [taken], 0);
    else suspect = taken;
  }
  return { mine, suspect, givenUp };
}

/** Whatever it is, it ends whoever runs it. */
async function giveUp(session: Session, served: ServedQueue, job: TrialJob): Promise<'saved' | 'busy' | 'stored'> {
  const { first, caseId } = job;
  const message = `${mostDeaths} workers ended without a word while they ran trial ${first} of case ${caseId}. The agent may end its process, wait without end in one go, or need more memory than there is. See it alone: docket eval --case ${caseId} --trials 1`;
  return saveFailure(session, jobRequest(served, job, {}, first), message);
}
