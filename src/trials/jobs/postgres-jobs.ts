import type { PostgresKind } from '../../database/postgres/postgres-kind.ts';

/** The schema of the engine that keeps the jobs themselves; its own migrations come with it. */
export const engineSchema = 'docket_jobs';

/**
 * What planners and workers know of each other. The jobs are the engine's (`JobEngine`); an update of it that changes its tables is a migration here,
 * even an empty one, so that an older Docket does not start on them.
 */
export const postgresJobs: PostgresKind = {
  holds: 'jobs',
  migrations: [
    `
    CREATE TABLE docket.job_queues (
      name text PRIMARY KEY, agent text NOT NULL, reference text NOT NULL, fingerprint text NOT NULL, mode text NOT NULL, parts text NOT NULL,
      wanted timestamptz NOT NULL
    );
    CREATE TABLE docket.job_inputs (case_fingerprint text PRIMARY KEY, input text NOT NULL, wanted timestamptz NOT NULL);
    CREATE TABLE docket.job_workers (
      id text PRIMARY KEY, runs_in text NOT NULL, machine text, process text, agent text NOT NULL, mode text NOT NULL, concurrency integer NOT NULL,
      serves text NOT NULL, refuses text NOT NULL, holds text NOT NULL, stopped text,
      renewed timestamptz NOT NULL, lease interval NOT NULL
    );
    CREATE TABLE docket.paces (server text PRIMARY KEY, pace text NOT NULL);
    CREATE TABLE docket.budgets (
      id text PRIMARY KEY, dollars double precision NOT NULL, taken double precision NOT NULL, opened timestamptz NOT NULL
    );
    `,
  ],
  worked: ['job_queues', 'job_inputs', 'job_workers', 'paces', 'budgets'],
  engine: engineSchema,
  whenDamaged: 'Empty its tables: the next run asks for what is missing.',
};
