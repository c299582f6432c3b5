import { z } from 'zod';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';

/** Far more than a planner puts into one. */
const mostTrials = 1000;

/** Most trials of a job that a planner puts: the engine's share of the work is small then, and what a lost worker leaves is little. */
export const mostInJob = 10;

/** What a worker is asked for: neighbouring trials of one version, which its queue names, on one input. */
export const trialJobSchema = z
  .object({
    caseId: z.string(),
    caseFingerprint: z.string(),
    series: z.string().min(1),
    first: z.int().positive(),
    last: z.int().positive(),
    /** The budget that its calls count against. */
    budget: z.string().optional(),
    /** How many workers ended without a word while they ran it among others; it is run apart from them then. */
    ended: z.int().positive().optional(),
  })
  .refine(({ first, last }) => first <= last && last - first < mostTrials, { error: `a job holds 1 to ${mostTrials} trials` });
export type TrialJob = z.infer<typeof trialJobSchema>;

/** A job in a worker's hands. */
export interface TakenJob {
  readonly id: string;
  /** How many had it before and ended without a word. */
  readonly attempt: number;
  readonly job: TrialJob;
}

/** So many workers may end while they run a trial; then it is an infra error. */
export const mostDeaths = 3;

/** How many workers ended without a word while they had the job. */
export function deathsOf({ attempt, job }: Pick<TakenJob, 'attempt' | 'job'>): number {
  return (job.ended ?? 0) + attempt;
}

/** True for a job that is to be run when nothing else is, so that no other is accused with it. */
export function mayBePoison(taken: Pick<TakenJob, 'attempt' | 'job'>): boolean {
  return deathsOf(taken) === mostDeaths - 1;
}

/** All jobs of one version: whoever works on them has exactly this version. */
export interface JobQueueRow {
  readonly name: string;
  readonly agent: string;
  /** How the version is named in the configuration: `v2`, `v1/v2`. */
  readonly reference: string;
  readonly fingerprint: string;
  readonly mode: string;
  /** Hashes of what the fingerprint is made of, by name. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Name of the queue of a version. Its agent is part of it: the fingerprint knows none, and workers look for queues of theirs. */
export function queueName(agent: string, fingerprint: string): string {
  return `trials-${sha256(canonicalJson([agent, fingerprint])).slice(0, 40)}`;
}
