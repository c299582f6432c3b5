import type { DatabaseSync } from 'node:sqlite';
import type { Score } from '../contracts/score.ts';
import type { FailedTrial, Trial, TrialKey } from '../contracts/trial.ts';
import { databaseError } from '../database/database-error.ts';
import type { OpenDatabase } from '../database/open-to-read.ts';
import type { BatchLedger } from '../model/batches/batch-ledger.ts';
import { type ClaimOwner, isAlive, newClaimOwner, processIdOf, sweepDeadOwners } from './claim-owner.ts';
import { GroupCommit } from './group-commit.ts';
import { SelectionIds } from './selection-ids.ts';
import { SqliteBatchLedger } from './sqlite-batch-ledger.ts';
import { readScore, type ScoreRow, scorePage, scoreRow } from './stored-score.ts';
import { readFailedTrial, readTrial, type TrialRow, trialChecksum, trialText } from './stored-trial.ts';
import { trialDatabase } from './trial-database.ts';
import { prepareStatements, type TrialStatements } from './trial-statements.ts';
import type { ScorePage, SignedTrials, TrialPortion, TrialRange, TrialSelection, TrialStore, TrialStoreOptions } from './trial-store.ts';
import { WholeRows } from './whole-rows.ts';

/** How often a claim is tried again after a dead owner's was removed or a live one's ended meanwhile. */
const claimAttempts = 5;

/** Bytes of trials that are listed at once, where one alone is not larger: as objects they take several times as much. */
const mostAtOnce = 2 * 1024 * 1024;

/** The trial store in one SQLite database. */
export class SqliteTrialStore implements TrialStore {
  readonly #path: string;
  readonly #discard: (() => void) | undefined;
  readonly #database: DatabaseSync;
  readonly #statements: TrialStatements;
  readonly #selections: SelectionIds;
  readonly #commits = new GroupCommit((work) => this.#transaction(work));
  /** Made with the first claim: who only reads owns nothing. */
  #owner: ClaimOwner | undefined;

  readonly #signed: SignedTrials | undefined;
  /** Trials that were found without a valid signature where one is asked for. */
  readonly #refused = new Set<string>();

  readonly #whole: WholeRows;

  #batches: BatchLedger | undefined;

  /** What was saved here; undefined where nothing may be taken back. */
  readonly #saved: (readonly [selection: number, number: number])[] | undefined;

  /** @param database opened and migrated; the store closes it */
  constructor(path: string, { database, discard }: Omit<OpenDatabase, 'file'>, { signed, onDamage, mayTakeBack }: TrialStoreOptions = {}) {
    this.#path = path;
    this.#discard = discard;
    this.#signed = signed;
    this.#whole = new WholeRows(trialDatabase.whenDamaged, onDamage);
    this.#saved = mayTakeBack ? [] : undefined;
    this.#database = database;
    this.#statements = this.#guard(() => prepareStatements(database));
    this.#selections = new SelectionIds(this.#statements);
  }

  async find(key: TrialKey): Promise<Trial | undefined> {
    return this.#guard(() => {
      const selection = this.#selections.find(key);
      if (selection === undefined) return undefined;
      const row = this.#statements.find.get(selection, key.number) as unknown as TrialRow | undefined;
      return row && this.#isTrusted(selection, key, row) ? this.#whole.read(() => readTrial(this.#path, key, row)) : undefined;
    });
  }

  async list(selection: TrialSelection, range: TrialRange = { first: 1, last: Number.MAX_SAFE_INTEGER }): Promise<Trial[]> {
    return this.#guard(() => {
      const id = this.#selections.find(selection);
      if (id === undefined) return [];
      const rows = this.#statements.list.all(id, range.first, range.last) as unknown as TrialRow[];
      const trusted = rows.filter((row) => this.#isTrusted(id, selection, row));
      return trusted.flatMap((row) => this.#whole.read(() => readTrial(this.#path, selection, row)) ?? []);
    });
  }

  async count(selection: TrialSelection, range: TrialRange): Promise<number> {
    if (this.#signed?.only) {
      // Which of them are trusted is seen when they are read.
      let trusted = 0;
      for (const portion of await this.portions(selection, range)) trusted += (await this.list(selection, portion)).length;
      return trusted;
    }
    return this.#guard(() => {
      const id = this.#selections.find(selection);
      return id === undefined ? 0 : (this.#statements.count.get(id, range.first, range.last) as { trials: number }).trials;
    });
  }

  async portions(selection: TrialSelection, { first, last }: TrialRange): Promise<TrialPortion[]> {
    return this.#guard(() => {
      const id = this.#selections.find(selection);
      if (id === undefined) return [];
      const portions: { first: number; last: number; bytes: number }[] = [];
      for (const { number, bytes } of this.#statements.sizes.all(id, first, last) as unknown as { number: number; bytes: number }[]) {
        const open = portions.at(-1);
        if (open && open.bytes + bytes <= mostAtOnce) Object.assign(open, { last: number, bytes: open.bytes + bytes });
        else portions.push({ first: number, last: number, bytes });
      }
      return portions;
    });
  }

  async selections(): Promise<TrialSelection[]> {
    return this.#guard(() => this.#statements.selections.all() as unknown as TrialSelection[]);
  }

  async keysOf(caseFingerprints: readonly string[], most: number): Promise<TrialKey[]> {
    return this.#guard(() => this.#statements.keysOf.all(JSON.stringify(caseFingerprints), most) as unknown as TrialKey[]);
  }

  async newest(most: number): Promise<Trial[]> {
    return this.#guard(() => {
      type Row = TrialSelection & TrialRow & { readonly selection: number };
      const rows: Row[] = [];
      let characters = 0;
      for (const row of this.#statements.newest.iterate(most) as unknown as Iterable<Row>) {
        rows.push(row);
        characters += row.trial.length;
        if (characters > mostAtOnce) break;
      }
      const trusted = rows.filter((row) => this.#isTrusted(row.selection, row, row));
      return trusted.flatMap((row) => this.#whole.read(() => readTrial(this.#path, row, row)) ?? []);
    });
  }

  claim(key: TrialKey): Promise<'claimed' | 'stored' | 'busy'> {
    return this.#commits.add(() => {
      const owner = this.#ownerOfClaims();
      const id = [this.#selections.findOrAdd(key), key.number] as const;
      const row = this.#statements.find.get(...id) as unknown as TrialRow | undefined;
      if (row && !(this.#isTrusted(id[0], key, row) && this.#whole.read(() => readTrial(this.#path, key, row)))) this.#remove(...id);
      for (let attempt = 1; attempt <= claimAttempts; attempt += 1) {
        if (this.#statements.claim.run(...id, owner.id).changes === 1) return 'claimed';
        if (this.#statements.isStored.get(...id)) return 'stored';
        const holder = this.#holder(key);
        if (holder === owner.id || (holder !== undefined && isAlive(this.#path, holder))) return 'busy';
        if (holder !== undefined) this.#statements.releaseAll.run(holder);
      }
      return 'busy';
    });
  }

  async heldBy(key: TrialKey): Promise<string | undefined> {
    const id = this.#guard(() => processIdOf(this.#holder(key) ?? ''));
    return id === undefined ? undefined : `process ${id}`;
  }

  async save(trial: Trial): Promise<'saved' | 'stored'> {
    const text = trialText(trial);
    return this.#commits.add(() => {
      const id = [this.#selections.findOrAdd(trial.key), trial.key.number] as const;
      const { changes } = this.#statements.save.run(...id, text, trialChecksum(trial.key, trial.key.number, text));
      if (changes === 1) this.#saved?.push(id);
      if (this.#signed && changes === 1) this.#statements.sign.run(...id, this.#signed.signer.sign(trial.key, text));
      this.#statements.release.run(...id);
      this.#statements.forgetFailure.run(...id);
      return changes === 1 ? 'saved' : 'stored';
    });
  }

  async takeBack(): Promise<void> {
    this.#commits.flush();
    this.#transaction(() => {
      for (const id of this.#saved ?? []) this.#remove(...id);
    });
  }

  async release(key: TrialKey): Promise<void> {
    this.#guard(() => {
      const selection = this.#selections.find(key);
      if (selection !== undefined && this.#owner) this.#statements.releaseOwn.run(selection, key.number, this.#owner.id);
    });
  }

  async saveFailure(failed: FailedTrial): Promise<void> {
    const text = trialText(failed);
    return this.#commits.add(() => {
      const id = [this.#selections.findOrAdd(failed.key), failed.key.number] as const;
      this.#statements.saveFailure.run(...id, text, trialChecksum(failed.key, failed.key.number, text));
      this.#statements.release.run(...id);
    });
  }

  async failures(selection?: TrialSelection): Promise<FailedTrial[]> {
    return this.#guard(() => {
      if (!selection) {
        const rows = this.#statements.failures.all() as unknown as (TrialSelection & TrialRow)[];
        return rows.flatMap((row) => this.#whole.read(() => readFailedTrial(this.#path, row, row)) ?? []);
      }
      const id = this.#selections.find(selection);
      const rows = id === undefined ? [] : this.#statements.failuresOf.all(id);
      return (rows as unknown as TrialRow[]).flatMap((row) => this.#whole.read(() => readFailedTrial(this.#path, selection, row)) ?? []);
    });
  }

  async scorersKept(): Promise<string[]> {
    return this.#guard(() => this.#statements.scorersKept.all().map(({ scorer }) => String(scorer)));
  }

  async findScore(key: string): Promise<Score | null | undefined> {
    return this.#guard(() => readScore(key, this.#statements.findScore.get(key) as unknown as ScoreRow | undefined, this.#signed));
  }

  async saveScore(key: string, scorer: string, score: Score | null): Promise<void> {
    const { score: text, signature, checksum } = scoreRow(key, scorer, score, this.#signed);
    this.#transaction(() => this.#statements.saveScore.run(key, scorer, text, signature, checksum));
  }

  async scores(after = ''): Promise<ScorePage> {
    const rows = this.#guard(() => this.#statements.scores.all(after) as unknown as (ScoreRow & { readonly key: string })[]);
    return scorePage(rows, this.#signed);
  }

  refusedTrials(): number {
    return this.#refused.size;
  }

  get batches(): BatchLedger {
    this.#batches ??= this.#guard(() => new SqliteBatchLedger(this.#database, (work) => this.#transaction(work)));
    return this.#batches;
  }

  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    this.#commits.flush();
    try {
      if (this.#owner) this.#statements.releaseAll.run(this.#owner.id);
    } catch {
      // On a full disk claims cannot be removed. They end all the same: their owner does.
    }
    this.#owner?.end();
    this.#database.close();
    this.#discard?.();
  }

  /** Anybody's trial, unless only signed ones count. */
  #isTrusted(selection: number, { versionFingerprint, caseFingerprint, series }: TrialSelection, { number, trial }: TrialRow): boolean {
    if (!this.#signed?.only) return true;
    const found = this.#statements.signature.get(selection, number) as { signature: string } | undefined;
    if (this.#signed.signer.isSigned({ versionFingerprint, caseFingerprint, series, number }, trial, found?.signature)) return true;
    this.#refused.add(`${selection} ${number}`);
    return false;
  }

  /** Makes room for a run that can be trusted. */
  #remove(selection: number, number: number): void {
    this.#statements.removeTrial.run(selection, number);
    this.#statements.removeSignature.run(selection, number);
  }

  #ownerOfClaims(): ClaimOwner {
    if (!this.#owner) {
      for (const dead of sweepDeadOwners(this.#path)) this.#statements.releaseAll.run(dead);
      this.#owner = newClaimOwner(this.#path);
    }
    return this.#owner;
  }

  #holder(key: TrialKey): string | undefined {
    const selection = this.#selections.find(key);
    if (selection === undefined) return undefined;
    return (this.#statements.holder.get(selection, key.number) as { owner: string } | undefined)?.owner;
  }

  #transaction<T>(work: () => T): T {
    return this.#guard(() => {
      if (this.#database.isTransaction) return work();
      this.#statements.begin.run();
      try {
        const result = work();
        this.#statements.commit.run();
        return result;
      } catch (error) {
        this.#selections.forget();
        // SQLite has rolled back by itself when the disk is full.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw databaseError(this.#path, trialDatabase, error);
    }
  }
}
