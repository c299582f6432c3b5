import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import type { RawLog } from '../otlp/raw-log.ts';
import { PostgresLogWriter } from './postgres-log-writer.ts';
import type { SavedLogs } from './trace-store.ts';
import { mostWaiting } from './waiting-logs.ts';

/** Log records in a shared database: those of spans that are there, and those that wait for theirs. */
export class PostgresLogs {
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  async save(logs: readonly RawLog[], now: number): Promise<SavedLogs> {
    if (logs.length === 0) return { joined: 0, known: 0, waiting: 0, dropped: 0 };
    const ends = await this.#database.transaction((transaction) => new PostgresLogWriter(transaction, now).saveLogs(logs));
    const count = (end: (typeof ends)[number]) => ends.filter((each) => each === end).length;
    const waiting = count('waiting');
    return {
      joined: count('joined'),
      known: count('known'),
      waiting,
      dropped: count('full') + (waiting > 0 ? await this.#dropOldest() : 0),
    };
  }

  async waiting(): Promise<number> {
    const { rows } = await this.#database.query<{ readonly records: number }>('SELECT count(*) AS records FROM docket.trace_logs');
    return rows[0]?.records ?? 0;
  }

  /** Lets go of the oldest log records that wait, until no more than is allowed are left. @returns how many */
  async #dropOldest(): Promise<number> {
    const { rows } = await this.#database.query<{ readonly dropped: number }>(
      `WITH dropped AS (
          DELETE FROM docket.trace_logs WHERE id IN (
            SELECT id FROM (
              SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS sum FROM docket.trace_logs WINDOW newest AS (ORDER BY id DESC)
            ) AS waiting WHERE place > $1 OR sum > $2
          ) RETURNING 1
        ) SELECT count(*) AS dropped FROM dropped`,
      [mostWaiting.records, mostWaiting.bytes],
    );
    return rows[0]?.dropped ?? 0;
  }
}
