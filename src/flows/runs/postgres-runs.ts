import type { PostgresKind } from '../../database/postgres/postgres-kind.ts';

/** Runs that ended, each with the files that were kept of it. Nothing of them is ever changed. */
export const postgresRuns: PostgresKind = {
  holds: 'runs',
  migrations: [
    `
    CREATE TABLE docket.runs (id text PRIMARY KEY, project text NOT NULL, kept text NOT NULL, added timestamptz NOT NULL DEFAULT clock_timestamp());
    CREATE INDEX runs_by_project ON docket.runs (project, id);
    CREATE TABLE docket.run_files (
      run text NOT NULL, name text NOT NULL, content bytea NOT NULL, PRIMARY KEY (run, name)
    );
    `,
  ],
  appended: ['runs', 'run_files'],
  whenDamaged: 'Remove its row: the run stays where it was made.',
};
