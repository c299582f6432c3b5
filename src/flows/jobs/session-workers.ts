import { DocketError } from '../../contracts/docket-error.ts';
import { type PostgresAddress, storeVariable } from '../../database/postgres/postgres-address.ts';
import type { JobBoard } from '../../trials/jobs/job-board.ts';

/** Who runs the trials of a session in its place. */
export interface SessionWorkers {
  readonly board: JobBoard;
  /** The budget that all of them share. */
  readonly budget: string | undefined;
  /** Told who is at work, and who is missing. */
  readonly note: (message: string) => void;
}

/**
 * Opens what planners and workers share.
 * @throws {DocketError} where no database is named, or it cannot be used
 */
export async function openBoard(shared: PostgresAddress | undefined, warn: (message: string) => void): Promise<JobBoard> {
  if (!shared)
    throw new DocketError(
      `Workers and those who give them work meet in a shared store, and none is named. Set ${storeVariable}, here or in .env: postgres://user:password@host/database.`,
    );
  // Loaded only here: most projects have no workers.
  const { JobBoard } = await import('../../trials/jobs/job-board.ts');
  return JobBoard.open(shared, { warn });
}
