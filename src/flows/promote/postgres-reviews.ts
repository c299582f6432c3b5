import type { PostgresKind } from '../../database/postgres/postgres-kind.ts';

/** Lines of the review log, each once. */
export const postgresReviews: PostgresKind = {
  holds: 'reviews',
  migrations: [
    `
    CREATE TABLE docket.reviews (
      id uuid PRIMARY KEY, project text NOT NULL, entry text NOT NULL, added timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX reviews_by_project ON docket.reviews (project, added);
    `,
  ],
  reviewed: ['reviews'],
  whenDamaged: 'Remove its row: the log stands beside the cases, too.',
};
