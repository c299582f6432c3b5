import { postgresTraces } from '../traces/store/postgres-traces.ts';
import { postgresJobs } from '../trials/jobs/postgres-jobs.ts';
import { postgresTrials } from '../trials/postgres-trials.ts';
import { postgresReviews } from './promote/postgres-reviews.ts';
import { postgresRuns } from './runs/postgres-runs.ts';

/** All that a shared database holds. */
export const sharedKinds = [postgresTrials, postgresTraces, postgresRuns, postgresReviews, postgresJobs] as const;
