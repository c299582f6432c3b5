import { columnsOf } from '../../database/postgres/columns-of.ts';
import type { PostgresAddress } from '../../database/postgres/postgres-address.ts';
import { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import type { LoadedConfig } from '../load-config.ts';
import { postgresReviews } from './postgres-reviews.ts';
import { ReviewLog } from './review-log.ts';

/**
 * Adds the lines of the review log that the shared database does not have; the log itself is committed with the cases, and stays what counts.
 * @returns how many were added
 * @throws {DocketError} when the database cannot be used
 */
export async function shareReviews(config: LoadedConfig, address: PostgresAddress, warn: (message: string) => void): Promise<number> {
  const entries = new ReviewLog(config).entries();
  const database = await PostgresDatabase.open(address, postgresReviews, { warn });
  try {
    if (entries.length === 0) return 0;
    const { rows } = await database.query<{ readonly id: string }>('SELECT id FROM docket.reviews WHERE id = ANY ($1::uuid[])', [
      entries.map(({ id }) => id),
    ]);
    const known = new Set(rows.map(({ id }) => id));
    const added = entries.filter(({ id }) => !known.has(id));
    if (added.length === 0) return 0;
    await database.query(
      `INSERT INTO docket.reviews (id, project, entry) SELECT wanted.id, $3, wanted.entry FROM unnest($1::uuid[], $2::text[]) AS wanted (id, entry)
        ON CONFLICT DO NOTHING`,
      [
        ...columnsOf(
          added,
          ({ id }) => id,
          (entry) => JSON.stringify(entry),
        ),
        config.agent.name,
      ],
    );
    return added.length;
  } finally {
    await database.close();
  }
}
