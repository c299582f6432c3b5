import type { DatabaseSync } from 'node:sqlite';
import { rowChecksum } from '../database/row-checksum.ts';
import type { BatchedCall, BatchLedger, CallState, Submission } from '../model/batches/batch-ledger.ts';
import type { InTransaction } from './group-commit.ts';

/** What is under way in batches, in the database of the trials: it goes where they go. */
export class SqliteBatchLedger implements BatchLedger {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #inTransaction: InTransaction;

  /** @param inTransaction of the store, whose errors those of this become */
  constructor(database: DatabaseSync, inTransaction: InTransaction) {
    this.#statements = prepareStatements(database);
    this.#inTransaction = inTransaction;
  }

  async stateOf(call: string): Promise<CallState> {
    return this.#inTransaction(() => {
      type Row = { submission: number | null; answer: string | null; checksum: number | null };
      const row = this.#statements.find.get(call) as unknown as Row | undefined;
      if (row === undefined) return { kind: 'new' };
      // What is damaged is asked for anew.
      if (row.answer !== null)
        return rowChecksum(call, row.answer) === row.checksum ? { kind: 'answered', answer: row.answer } : { kind: 'new' };
      return row.submission === null ? { kind: 'new' } : { kind: 'sent', submission: row.submission };
    });
  }

  async begin(started: Omit<Submission, 'id' | 'batch'>, calls: readonly BatchedCall[]): Promise<Submission> {
    const { endpoint, startedAt, requests, after } = started;
    return this.#inTransaction(() => {
      const { lastInsertRowid } = this.#statements.begin.run(endpoint, startedAt, requests, after);
      const id = Number(lastInsertRowid);
      for (const { call, trial, customId } of calls) this.#statements.add.run(call, trial, customId, id);
      return { ...started, id, batch: null };
    });
  }

  async became(submission: number, batch: string | null): Promise<void> {
    this.#inTransaction(() => this.#statements.became.run(batch, submission));
  }

  async find(submission: number): Promise<Submission | undefined> {
    return this.#inTransaction(() => this.#statements.submission.get(submission) as unknown as Submission | undefined);
  }

  async isKnown(batch: string): Promise<boolean> {
    return this.#inTransaction(() => this.#statements.isKnown.get(batch) !== undefined);
  }

  async openCalls(submission: number): Promise<BatchedCall[]> {
    return this.#inTransaction(() => this.#statements.openCalls.all(submission) as unknown as BatchedCall[]);
  }

  async answer(answers: readonly { readonly call: string; readonly answer: string }[]): Promise<void> {
    if (answers.length === 0) return;
    this.#inTransaction(() => {
      for (const { call, answer } of answers) this.#statements.answer.run(answer, rowChecksum(call, answer), call);
    });
  }

  async forget(calls: readonly string[]): Promise<void> {
    this.#inTransaction(() => {
      for (const call of calls) this.#statements.forget.run(call);
    });
  }

  async end(submission: number): Promise<void> {
    this.#inTransaction(() => {
      this.#statements.forgetOpen.run(submission);
      this.#statements.end.run(submission);
    });
  }

  async endTrial(trial: string): Promise<void> {
    this.#inTransaction(() => this.#statements.endTrial.run(trial));
  }
}

function prepareStatements(database: DatabaseSync) {
  const statement = (text: string) => database.prepare(text);
  return {
    find: statement('SELECT submission, answer, checksum FROM batch_calls WHERE call = ?'),
    begin: statement('INSERT INTO batch_submissions (endpoint, started_at, requests, after) VALUES (?, ?, ?, ?)'),
    add: statement('INSERT OR REPLACE INTO batch_calls (call, trial, custom_id, submission) VALUES (?, ?, ?, ?)'),
    became: statement('UPDATE batch_submissions SET batch = ? WHERE id = ?'),
    submission: statement('SELECT id, endpoint, started_at AS startedAt, requests, after, batch FROM batch_submissions WHERE id = ?'),
    isKnown: statement('SELECT 1 FROM batch_submissions WHERE batch = ?'),
    openCalls: statement('SELECT call, trial, custom_id AS customId FROM batch_calls WHERE submission = ? AND answer IS NULL'),
    answer: statement('UPDATE batch_calls SET answer = ?, checksum = ? WHERE call = ?'),
    forget: statement('DELETE FROM batch_calls WHERE call = ?'),
    forgetOpen: statement('DELETE FROM batch_calls WHERE submission = ? AND answer IS NULL'),
    end: statement('DELETE FROM batch_submissions WHERE id = ?'),
    endTrial: statement('DELETE FROM batch_calls WHERE trial = ?'),
  };
}
