import type { PostgresAddress } from '../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { postgresTraces } from '../traces/store/postgres-traces.ts';
import { postgresJobs } from '../trials/jobs/postgres-jobs.ts';
import { postgresTrials } from '../trials/postgres-trials.ts';
import { postgresReviews } from './promote/postgres-reviews.ts';
import { postgresRuns } from './runs/postgres-runs.ts';

/** @throws {DocketError} when a newer Docket made some of what the database holds */
export async function requireKnown(address: PostgresAddress): Promise<void> {
  for (const kind of sharedKinds) {
    const database = await PostgresDatabase.openAsIs(address, kind);
    try {
      await database.version();
    } finally {
      await database.close();
    }
  }
}

/** All that a shared database holds. */
export const sharedKinds = [postgresTrials, postgresTraces, postgresRuns, postgresReviews, postgresJobs] as const;
