import { columnsOf } from '../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { rowChecksum } from '../database/row-checksum.ts';
import type { BatchedCall, BatchLedger, CallState, Submission } from '../model/batches/batch-ledger.ts';

/** What is under way in batches, in the shared database of the trials. */
export class PostgresBatchLedger implements BatchLedger {
  readonly #database: PostgresDatabase;

  constructor(database: PostgresDatabase) {
    this.#database = database;
  }

  async stateOf(call: string): Promise<CallState> {
    type Row = { readonly submission: number; readonly answer: string | null; readonly checksum: number | null };
    const { rows } = await this.#database.query<Row>('SELECT submission, answer, checksum FROM docket.batch_calls WHERE call = $1', [call]);
    const [row] = rows;
    if (row === undefined) return { kind: 'new' };
    if (row.answer === null) return { kind: 'sent', submission: row.submission };
    // What is damaged is asked for anew.
    return rowChecksum(call, row.answer) === row.checksum ? { kind: 'answered', answer: row.answer } : { kind: 'new' };
  }

  async begin(started: Omit<Submission, 'id' | 'batch'>, calls: readonly BatchedCall[]): Promise<Submission> {
    const { endpoint, startedAt, requests, after } = started;
    // Sent twice, it leaves a submission without calls behind, which nobody asks for.
    const { rows } = await this.#database.query<{ readonly id: number }>(
      `WITH begun AS (
        INSERT INTO docket.batch_submissions (endpoint, started_at, requests, after) VALUES ($1, $2, $3, $4) RETURNING id
      ), added AS (
        INSERT INTO docket.batch_calls (call, trial, custom_id, submission)
          SELECT wanted.call, wanted.trial, wanted.custom_id, begun.id FROM begun, unnest($5::text[], $6::text[], $7::text[]) AS wanted (call, trial, custom_id)
          ON CONFLICT (call) DO UPDATE SET trial = excluded.trial, custom_id = excluded.custom_id, submission = excluded.submission, answer = NULL, checksum = NULL
      ) SELECT id FROM begun`,
      [
        endpoint,
        startedAt,
        requests,
        after,
        ...columnsOf(
          calls,
          ({ call }) => call,
          ({ trial }) => trial,
          ({ customId }) => customId,
        ),
      ],
    );
    return { ...started, id: rows[0]?.id ?? 0, batch: null };
  }

  async became(submission: number, batch: string | null): Promise<void> {
    await this.#database.query('UPDATE docket.batch_submissions SET batch = $1 WHERE id = $2', [batch, submission]);
  }

  async find(submission: number): Promise<Submission | undefined> {
    const { rows } = await this.#database.query<Submission>(
      'SELECT id, endpoint, started_at AS "startedAt", requests, after, batch FROM docket.batch_submissions WHERE id = $1',
      [submission],
    );
    return rows[0];
  }

  async isKnown(batch: string): Promise<boolean> {
    const { rows } = await this.#database.query('SELECT FROM docket.batch_submissions WHERE batch = $1', [batch]);
    return rows.length > 0;
  }

  async openCalls(submission: number): Promise<BatchedCall[]> {
    const { rows } = await this.#database.query<BatchedCall>(
      'SELECT call, trial, custom_id AS "customId" FROM docket.batch_calls WHERE submission = $1 AND answer IS NULL ORDER BY call',
      [submission],
    );
    return rows;
  }

  async answer(answers: readonly { readonly call: string; readonly answer: string }[]): Promise<void> {
    if (answers.length === 0) return;
    await this.#database.query(
      `UPDATE docket.batch_calls AS waiting SET answer = given.answer, checksum = given.checksum
        FROM unnest($1::text[], $2::text[], $3::bigint[]) AS given (call, answer, checksum) WHERE waiting.call = given.call`,
      columnsOf(
        answers,
        ({ call }) => call,
        ({ answer }) => answer,
        ({ call, answer }) => rowChecksum(call, answer),
      ),
    );
  }

  async forget(calls: readonly string[]): Promise<void> {
    await this.#database.query('DELETE FROM docket.batch_calls WHERE call = ANY ($1::text[])', [calls]);
  }

  async end(submission: number): Promise<void> {
    await this.#database.query(
      `WITH open AS (DELETE FROM docket.batch_calls WHERE submission = $1 AND answer IS NULL)
        DELETE FROM docket.batch_submissions WHERE id = $1`,
      [submission],
    );
  }

  async endTrial(trial: string): Promise<void> {
    await this.#database.query('DELETE FROM docket.batch_calls WHERE trial = $1', [trial]);
  }
}
