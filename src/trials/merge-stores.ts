import type { DatabaseSync } from 'node:sqlite';
import { DocketError } from '../contracts/docket-error.ts';
import type { TrialKey } from '../contracts/trial.ts';
import { databaseError } from '../database/database-error.ts';
import { openDatabase } from '../database/open-database.ts';
import { openToRead } from '../database/open-to-read.ts';
import { rowChecksum } from '../database/row-checksum.ts';
import { SelectionIds } from './selection-ids.ts';
import { readScore, type ScoreRow } from './stored-score.ts';
import { readTrial, trialChecksum, trialText } from './stored-trial.ts';
import { trialDatabase } from './trial-database.ts';
import type { TrialSigner } from './trial-signer.ts';
import { prepareStatements, type TrialStatements } from './trial-statements.ts';

/** One trial that two stores hold with different content. */
export interface MergeConflict extends TrialKey {
  /** Whose stays: the one that was run first, and of two that began at once the one whose text comes first. */
  readonly stays: 'there' | 'brought';
  /** When both began, ISO 8601. */
  readonly there: string;
  readonly brought: string;
}

/** What came of one store. */
export interface MergedStore {
  /** Trials that were not there yet. */
  readonly taken: number;
  /** Trials that were there already, with the same content. */
  readonly known: number;
  /** Trials that nobody signed, or with another secret, and that were left for it. */
  readonly unsigned: number;
  readonly scores: number;
  readonly unsignedScores: number;
  /** What is damaged, and was left out, the first of it. */
  readonly damaged: readonly string[];
  readonly damagedTrials: number;
  /** The first of them. */
  readonly conflicts: readonly MergeConflict[];
  readonly conflictingTrials: number;
  /** Calls that wait in batches at a server: they stay where they are. */
  readonly waitingCalls: number;
  /** True where it shares no case with what was there before: it may be another agent's. */
  readonly isElsewhere: boolean;
}

/** Who is believed. */
export interface MergeTrust {
  /** Only trials that were signed with its secret are taken. */
  readonly signer?: TrialSigner | undefined;
  /** Without a signer: also a gate's trials and what scorers said, which anybody may have written. */
  readonly trustUnsigned: boolean;
}

/** Most of a kind that are named one by one. */
const mostNamed = 100;
/** Trials a transaction. */
const atOnce = 200;

/** The trials of a gate and of its baseline stand under series with a colon, which nobody can give on the command line. */
function isGates({ series }: { readonly series: string }): boolean {
  return series.includes(':');
}

type Row = { readonly number: number; readonly trial: string; readonly checksum: number | null; readonly signature: string | null } & Omit<
  TrialKey,
  'number'
>;

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

  /** @throws {DocketError} as `openTrialStore` */
  constructor(path: string, trust: MergeTrust, warn: (message: string) => void) {
    this.#path = path;
    this.#trust = trust;
    this.#database = openDatabase(path, trialDatabase, warn);
    this.#statements = prepareStatements(this.#database);
    this.#selections = new SelectionIds(this.#statements);
    const rows = this.#database.prepare('SELECT DISTINCT case_fingerprint AS found FROM selections').all();
    this.#cases = new Set(rows.map(({ found }) => String(found)));
  }

  /**
   * Takes what another store holds.
   * @throws {DocketError} when it cannot be read, is damaged as a whole, or is not as Docket makes one
   */
  take(path: string): MergedStore {
    const { database, discard } = openToRead(path, trialDatabase);
    const merging = new Merging(path, this.#trust);
    try {
      requireTables(path, database);
      const rows = database
        .prepare(
          `SELECT version_fingerprint AS versionFingerprint, case_fingerprint AS caseFingerprint, series, trials.number, trial, checksum, signature
            FROM trials JOIN selections ON selections.id = trials.selection
            LEFT JOIN signatures ON signatures.selection = trials.selection AND signatures.number = trials.number`,
        )
        .iterate() as unknown as Iterable<Row>;
      this.#inPortions(rows, (row) => this.#takeTrial(row, merging));
      const scores = database.prepare('SELECT key, scorer, score, signature, checksum FROM scores').iterate() as unknown as Iterable<
        ScoreRow & { readonly key: string }
      >;
      this.#inPortions(scores, (row) => this.#takeScore(row, merging));
      const { calls } = database.prepare('SELECT count(*) AS calls FROM batch_calls').get() as { calls: number };
      const isElsewhere = this.#cases.size > 0 && merging.cases.size > 0 && this.#cases.isDisjointFrom(merging.cases);
      for (const found of merging.cases) this.#cases.add(found);
      return merging.result(calls, isElsewhere);
    } catch (error) {
      throw databaseError(path, trialDatabase, error);
    } finally {
      database.close();
      discard?.();
    }
  }

  close(): void {
    this.#database.close();
  }

  #takeTrial(row: Row, merging: Merging): void {
    if (!merging.isTaken(row)) return;
    merging.cases.add(row.caseFingerprint);
    const id = [this.#selections.findOrAdd(row), row.number] as const;
    const there = this.#statements.find.get(...id) as unknown as Omit<Row, 'signature'> | undefined;
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
  #isBelieved(row: Row): boolean {
    const { signer } = this.#trust;
    return !signer || signer.isSigned(keyOf(row), row.trial, row.signature ?? undefined);
  }

  #takeScore(row: ScoreRow & { readonly key: string }, merging: Merging): void {
    if (rowChecksum(row.key, row.scorer, row.score) !== row.checksum) {
      merging.damage(`a score of "${row.scorer}"`);
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

/** Holds what was written, by its checksum. */
function isWhole(row: Row): boolean {
  return trialChecksum(row, row.number, row.trial) === row.checksum;
}

/** For people. */
function nameOf({ number, series, caseFingerprint }: Row): string {
  return `trial ${number} of series "${series}" (case ${caseFingerprint})`;
}

/** A trial, for comparing. */
interface Content {
  readonly text: string;
  readonly startedAt: string;
}

/** Of two runs of one trial the first counts, whoever brings it. */
function isBefore(one: Content, other: Content): boolean {
  const [first, second] = [Date.parse(one.startedAt), Date.parse(other.startedAt)];
  return first === second ? one.text < other.text : first < second;
}

/** @returns undefined where the row does not hold what was written */
function contentOf(path: string, row: Row): Content | undefined {
  try {
    const trial = readTrial(path, row, row);
    return { text: trialText(trial), startedAt: trial.startedAt };
  } catch {
    return undefined;
  }
}

function keyOf({ versionFingerprint, caseFingerprint, series, number }: Row): TrialKey {
  return { versionFingerprint, caseFingerprint, series, number };
}

/** Counts what comes of one store. */
class Merging {
  readonly #path: string;
  readonly #trust: MergeTrust;
  taken = 0;
  known = 0;
  scores = 0;
  unsignedScores = 0;
  /** Fingerprints of the cases of what is taken. */
  readonly cases = new Set<string>();
  #unsigned = 0;
  readonly #damaged: string[] = [];
  #damagedRows = 0;
  readonly #conflicts: MergeConflict[] = [];
  #conflictingTrials = 0;

  constructor(path: string, trust: MergeTrust) {
    this.#path = path;
    this.#trust = trust;
  }

  /** Whether a row is whole, and from somebody who is believed. */
  isTaken(row: Row): boolean {
    if (!isWhole(row)) {
      this.damage(nameOf(row));
      return false;
    }
    const { signer, trustUnsigned } = this.#trust;
    if (signer ? signer.isSigned(keyOf(row), row.trial, row.signature ?? undefined) : trustUnsigned || !isGates(row)) return true;
    this.#unsigned += 1;
    return false;
  }

  /** What a row brings; undefined, and told, where that is no trial. */
  contentOf(row: Row): Content | undefined {
    const content = contentOf(this.#path, row);
    if (!content) this.damage(nameOf(row));
    return content;
  }

  damage(what: string): void {
    this.#damagedRows += 1;
    if (this.#damaged.length < mostNamed) this.#damaged.push(what);
  }

  conflict(conflict: MergeConflict): void {
    this.#conflictingTrials += 1;
    if (this.#conflicts.length < mostNamed) this.#conflicts.push(conflict);
  }

  result(waitingCalls: number, isElsewhere: boolean): MergedStore {
    return {
      taken: this.taken,
      known: this.known,
      unsigned: this.#unsigned,
      scores: this.scores,
      unsignedScores: this.unsignedScores,
      damaged: this.#damaged,
      damagedTrials: this.#damagedRows,
      conflicts: this.#conflicts,
      conflictingTrials: this.#conflictingTrials,
      waitingCalls,
      isElsewhere,
    };
  }
}

/** A file that somebody made up may hold more than tables, which SQLite would run. */
function requireTables(path: string, database: DatabaseSync): void {
  const strange = database.prepare("SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') LIMIT 1").get();
  if (!strange) return;
  throw new DocketError(`${path}: holds more than Docket puts into a store (${String(strange.name)}), so nothing of it is taken.`);
}
