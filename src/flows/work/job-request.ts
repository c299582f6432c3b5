import type { JsonObject } from '../../contracts/json.ts';
import type { TrialJob } from '../../trials/jobs/trial-job.ts';
import type { TrialRequest } from '../../trials/run-trial.ts';
import { trialRequest } from '../judging/trial-request.ts';
import type { ServedQueue } from './served-queues.ts';

/** One trial of a job, as the runner takes it. */
export function jobRequest(
  { version }: ServedQueue,
  { caseId, caseFingerprint, series }: TrialJob,
  input: JsonObject,
  number: number,
): TrialRequest {
  return trialRequest(version, { case: { id: caseId }, input, fingerprint: caseFingerprint }, series, number);
}
