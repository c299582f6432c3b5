import type { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import { damagedDatabase, databaseError } from '../database/database-error.ts';
import { openDatabase } from '../database/open-database.ts';
import { openToRead } from '../database/open-to-read.ts';
import { rowChecksum } from '../database/row-checksum.ts';
import { contentOf, type HandedRow, isBefore, isWhole, keyOf, type MergedStore, type MergeTrust, Merging } from './merged-store.ts';
import { SelectionIds } from './selection-ids.ts';
import { readScore, type ScoreRow } from './stored-score.ts';
import { trialDatabase } from './trial-database.ts';
import { prepareStatements, type TrialStatements } from './trial-statements.ts';

/** Trials a transaction. */
const atOnce = 200;

/**
 * A store that others are merged into. What a trial comes to depends on the stores and on nothing else: not on their order, nor on how often one is
 * merged. A row at a time is in memory.
 */
export class MergedInto {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements: TrialStatements;
  readonly #selections: SelectionIds;
  readonly #trust: MergeTrust;
  /** Fingerprints of all cases of which there is something. */
  readonly #cases: Set<string>;
  /** Of those of which there was something before anything was taken. */
  readonly #casesBefore: ReadonlySet<string>;
  readonly #casesBrought = new Set<string>();

  /** @throws {DocketError} as `openTrialStore` */
  constructor(path: string, trust: MergeTrust, warn: (message: string) => void) {
    this.#path = path;
    this.#trust = trust;
    this.#database = openDatabase(path, trialDatabase, warn);
    this.#statements = prepareStatements(this.#database);
    this.#selections = new SelectionIds(this.#statements);
    const rows = this.#database.prepare('SELECT DISTINCT case_fingerprint AS found FROM selections').all();
    this.#cases = new Set(rows.map(({ found }) => String(found)));
    this.#casesBefore = new Set(this.#cases);
  }

  /** True where nothing that was taken is of a case that was there before: it may be another agent's. */
  get isApart(): boolean {
    return this.#casesBefore.size > 0 && this.#casesBrought.size > 0 && this.#casesBefore.isDisjointFrom(this.#casesBrought);
  }

  /**
   * Looks through a store, whatever its size, without taking anything.
   * @throws {DocketError} as `take`
   */
  static check(path: string): void {
    reading(path, (database) => {
      const [fault] = database.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
      if (fault && fault.quick_check !== 'ok') throw damagedDatabase(path, trialDatabase, fault.quick_check);
    });
  }

  /**
   * Takes what another store holds.
   * @throws {DocketError} when it cannot be read, is damaged as a whole, or is not as Docket makes one
   */
  take(path: string): MergedStore {
    return reading(path, (database) => this.#takeAll(path, database));
  }

  close(): void {
    this.#database.close();
  }

  #takeAll(path: string, database: DatabaseSync): MergedStore {
    const merging = new Merging(path, this.#trust);
    const rows = database
      .prepare(
        `SELECT version_fingerprint AS versionFingerprint, case_fingerprint AS caseFingerprint, series, trials.number, trial, checksum, signature
          FROM trials JOIN selections ON selections.id = trials.selection
          LEFT JOIN signatures ON signatures.selection = trials.selection AND signatures.number = trials.number`,
      )
      .iterate() as unknown as Iterable<HandedRow>;
    this.#inPortions(rows, (row) => this.#takeTrial(row, merging));
    const scores = database.prepare('SELECT key, scorer, score, signature, checksum FROM scores').iterate() as unknown as Iterable<
      ScoreRow & { readonly key: string }
    >;
    this.#inPortions(scores, (row) => this.#takeScore(row, merging));
    const { calls } = database.prepare('SELECT count(*) AS calls FROM batch_calls').get() as { calls: number };
    const isElsewhere = this.#cases.size > 0 && merging.cases.size > 0 && this.#cases.isDisjointFrom(merging.cases);
    for (const found of merging.cases) {
      this.#cases.add(found);
      this.#casesBrought.add(found);
    }
    return merging.result(calls, isElsewhere);
  }

  #takeTrial(row: HandedRow, merging: Merging): void {
    if (!merging.isTaken(row)) return;
    merging.cases.add(row.caseFingerprint);
    const id = [this.#selections.findOrAdd(row), row.number] as const;
    const there = this.#statements.find.get(...id) as unknown as Omit<HandedRow, 'signature'> | undefined;
    const signature = (this.#statements.signature.get(...id) as { signature: string } | undefined)?.signature ?? null;
    const before = there && { ...row, ...there, signature };
    const counts = before !== undefined && this.#isBelieved(before) && isWhole(before);
    if (counts) {
      if (before.trial === row.trial) {
        merging.known += 1;
        if (signature === null && row.signature !== null) this.#statements.sign.run(...id, row.signature);
        return;
      }
      // Two texts may say the same. Here they are read whole, which takes time and is seldom needed.
      const [known, brought] = [contentOf(this.#path, before), merging.contentOf(row)];
      if (!brought) return;
      if (known?.text === brought.text) {
        merging.known += 1;
        return;
      }
      if (known) {
        const stays = isBefore(known, brought) ? 'there' : 'brought';
        merging.conflict({ ...keyOf(row), stays, there: known.startedAt, brought: brought.startedAt });
        if (stays === 'there') return;
      }
    }
    if (!counts) merging.taken += 1;
    this.#statements.removeTrial.run(...id);
    this.#statements.removeSignature.run(...id);
    this.#statements.save.run(...id, row.trial, row.checksum);
    if (row.signature !== null) this.#statements.sign.run(...id, row.signature);
    this.#statements.forgetFailure.run(...id);
  }

  /** What stands here already counts as not there where nobody signed it and only what is signed counts. */
  #isBelieved(row: HandedRow): boolean {
    const { signer } = this.#trust;
    return !signer || signer.isSigned(keyOf(row), row.trial, row.signature ?? undefined);
  }

  #takeScore(row: ScoreRow & { readonly key: string }, merging: Merging): void {
    if (rowChecksum(row.key, row.scorer, row.score) !== row.checksum) {
      merging.damage(`a score of "${row.scorer}"`, 'score');
      return;
    }
    const { signer, trustUnsigned } = this.#trust;
    if (signer ? readScore(row.key, row, { signer, only: true }) === undefined : !trustUnsigned) {
      merging.unsignedScores += 1;
      return;
    }
    const there = this.#statements.findScore.get(row.key) as unknown as ScoreRow | undefined;
    const known = readScore(row.key, there, signer && { signer, only: true });
    // Asked twice, a scorer may answer twice: any rule will do that does not depend on who came first.
    if (there && known !== undefined && (there.score ?? '') <= (row.score ?? '')) return;
    if (known === undefined) merging.scores += 1;
    this.#statements.saveScore.run(row.key, row.scorer, row.score, row.signature, row.checksum);
  }

  #inPortions<T>(rows: Iterable<T>, take: (row: T) => void): void {
    const waiting = rows[Symbol.iterator]();
    for (let next = waiting.next(); !next.done; ) {
      try {
        this.#statements.begin.run();
        for (let taken = 0; taken < atOnce && !next.done; taken += 1, next = waiting.next()) take(next.value);
        this.#statements.commit.run();
      } catch (error) {
        this.#selections.forget();
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw databaseError(this.#path, trialDatabase, error);
      }
    }
  }
}

/** Opens a store that was handed over for as long as it is read. */
function reading<Value>(path: string, read: (database: DatabaseSync) => Value): Value {
  const { database, discard } = openToRead(path, trialDatabase);
  try {
    requireTables(path, database);
    return read(database);
  } catch (error) {
    throw databaseError(path, trialDatabase, error);
  } finally {
    database.close();
    discard?.();
  }
}

/** A file that somebody made up may hold more than tables, which SQLite would run. */
function requireTables(path: string, database: DatabaseSync): void {
  const strange = database.prepare("SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') LIMIT 1").get();
  if (!strange) return;
  throw new DocketError(`${path}: holds more than Docket puts into a store (${String(strange.name)}), so nothing of it is taken.`);
}
