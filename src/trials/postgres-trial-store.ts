import type { Score } from '../contracts/score.ts';
import type { FailedTrial, Trial, TrialKey } from '../contracts/trial.ts';
import { columnsOf } from '../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { valueByItem } from '../database/postgres/rows-by-item.ts';
import { RoundTrips } from '../database/round-trips.ts';
import type { BatchLedger } from '../model/batches/batch-ledger.ts';
import { PostgresBatchLedger } from './postgres-batch-ledger.ts';
import { PostgresClaims } from './postgres-claims.ts';
import { PostgresSelections } from './postgres-selections.ts';
import { postgresStatements as statements } from './postgres-statements.ts';
import { PostgresStoredTrials } from './postgres-stored-trials.ts';
import { readScore, type ScoreRow, scorePage, scoreRow } from './stored-score.ts';
import { type TrialRow, trialChecksum, trialText } from './stored-trial.ts';
import type { ScorePage, SignedTrials, TrialPortion, TrialRange, TrialSelection, TrialStore, TrialStoreOptions } from './trial-store.ts';
import { UsableRows } from './usable-rows.ts';

const everyNumber: TrialRange = { first: 1, last: Number.MAX_SAFE_INTEGER };

interface Saving {
  readonly selection: number;
  readonly number: number;
  readonly place: number;
  readonly text: string;
  readonly checksum: number;
  readonly signature: string | null;
}

export interface PostgresTrialStoreOptions extends TrialStoreOptions {
  /** How long claims outlive the last word of this process, in seconds. */
  readonly leaseSeconds?: number;
}

/** The trial store in a shared PostgreSQL database. */
export class PostgresTrialStore implements TrialStore {
  readonly batches: BatchLedger;
  readonly #database: PostgresDatabase;
  readonly #selections: PostgresSelections;
  readonly #stored: PostgresStoredTrials;
  readonly #claims: PostgresClaims;
  readonly #signed: SignedTrials | undefined;
  readonly #usable: UsableRows;
  /** What was saved here; undefined where nothing may be taken back. */
  readonly #saved: ({ readonly key: TrialKey } & Pick<Saving, 'selection' | 'number' | 'place'>)[] | undefined;
  #closing: Promise<void> | undefined;

  readonly #saves: RoundTrips<Saving, boolean>;
  readonly #failures: RoundTrips<Saving, undefined>;

  /** @param database opened with `postgresTrials`; the store closes it */
  constructor(database: PostgresDatabase, options: PostgresTrialStoreOptions = {}) {
    this.#database = database;
    this.#signed = options.signed;
    this.#usable = new UsableRows(database.address.shown, options);
    this.#saved = options.mayTakeBack ? [] : undefined;
    this.#selections = new PostgresSelections(database);
    this.#stored = new PostgresStoredTrials(database, this.#usable);
    this.#claims = new PostgresClaims(database, this.#selections, this.#stored, this.#usable, options.leaseSeconds);
    this.batches = new PostgresBatchLedger(database);
    const bytesOf = ({ text }: Saving) => text.length;
    this.#saves = new RoundTrips((wanted) => this.#saveAll(wanted), { bytesOf });
    this.#failures = new RoundTrips((wanted) => this.#saveFailures(wanted), { bytesOf });
  }

  find(key: TrialKey): Promise<Trial | undefined> {
    return this.#stored.find(key);
  }

  list(selection: TrialSelection, range: TrialRange = everyNumber): Promise<Trial[]> {
    return this.#stored.list(selection, range);
  }

  async count(selection: TrialSelection, range: TrialRange): Promise<number> {
    if (!this.#signed?.only) return this.#stored.count(selection, range);
    // Which of them are trusted is seen when they are read.
    let trusted = 0;
    for (const portion of await this.portions(selection, range)) trusted += (await this.list(selection, portion)).length;
    return trusted;
  }

  portions(selection: TrialSelection, range: TrialRange): Promise<TrialPortion[]> {
    return this.#stored.portions(selection, range);
  }

  async selections(): Promise<TrialSelection[]> {
    return (await this.#database.query<TrialSelection>(statements.everySelection)).rows;
  }

  async keysOf(caseFingerprints: readonly string[], most: number): Promise<TrialKey[]> {
    return (await this.#database.query<TrialKey>(statements.keysOf, [caseFingerprints, most])).rows;
  }

  newest(most: number): Promise<Trial[]> {
    return this.#stored.newest(most);
  }

  claim(key: TrialKey): Promise<'claimed' | 'stored' | 'busy'> {
    return this.#claims.claim(key);
  }

  heldBy(key: TrialKey): Promise<string | undefined> {
    return this.#claims.heldBy(key);
  }

  async save(trial: Trial): Promise<'saved' | 'stored'> {
    const { key } = trial;
    const saving = await this.#savingOf(key, trialText(trial), this.#claims.placeOf(key));
    const isSaved = await this.#saves.ask(saving);
    this.#claims.end(key);
    const { selection, number, place } = saving;
    if (isSaved) this.#saved?.push({ key, selection, number, place });
    return isSaved ? 'saved' : 'stored';
  }

  async takeBack(): Promise<void> {
    const saved = this.#saved ?? [];
    await this.#database.query(statements.revoke, [
      ...columnsOf(
        saved,
        ({ selection }) => selection,
        ({ number }) => number,
        ({ place }) => place,
        ({ key, place }) => this.#usable.revocation(key, place),
      ),
    ]);
  }

  release(key: TrialKey): Promise<void> {
    return this.#claims.release(key);
  }

  async saveFailure(failed: FailedTrial): Promise<void> {
    await this.#failures.ask(await this.#savingOf(failed.key, trialText(failed), 0));
    this.#claims.end(failed.key);
  }

  async failures(selection?: TrialSelection): Promise<FailedTrial[]> {
    const { versionFingerprint = null, caseFingerprint = null, series = null } = selection ?? {};
    const { rows } = await this.#database.query<TrialSelection & TrialRow>(statements.failures, [
      versionFingerprint,
      caseFingerprint,
      series,
    ]);
    return this.#usable.failures(rows);
  }

  async scorersKept(): Promise<string[]> {
    return (await this.#database.query<{ readonly scorer: string }>(statements.scorersKept)).rows.map(({ scorer }) => scorer);
  }

  async findScore(key: string): Promise<Score | null | undefined> {
    const { rows } = await this.#database.query<ScoreRow>(statements.findScore, [key]);
    // Where only signed ones count, whoever may add may have added others since.
    for (const row of this.#signed?.only ? rows : rows.slice(0, 1)) {
      const score = readScore(key, row, this.#signed);
      if (score !== undefined) return score;
    }
    return undefined;
  }

  async saveScore(key: string, scorer: string, score: Score | null): Promise<void> {
    const { score: text, signature, checksum } = scoreRow(key, scorer, score, this.#signed);
    await this.#database.query(statements.saveScore, [key, scorer, text, signature, checksum]);
  }

  async scores(after = ''): Promise<ScorePage> {
    const { rows } = await this.#database.query<ScoreRow & { readonly key: string }>(statements.scores, [after]);
    return scorePage(rows, this.#signed);
  }

  refusedTrials(): number {
    return this.#usable.refused;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#claims.settled();
    for (const trips of [this.#saves, this.#failures]) await trips.settled();
    await this.#claims.close();
    await this.#database.close();
  }

  async #savingOf(key: TrialKey, text: string, place: number): Promise<Saving> {
    return {
      selection: await this.#selections.findOrAdd(key),
      number: key.number,
      place,
      text,
      checksum: trialChecksum(key, key.number, text),
      signature: this.#signed?.signer.sign(key, text) ?? null,
    };
  }

  async #saveAll(wanted: readonly Saving[]): Promise<boolean[]> {
    type Row = { readonly item: number };
    const checksums = columnsOf(wanted, ({ checksum }) => checksum);
    const values = [
      ...placeColumns(wanted),
      ...columnsOf(wanted, ({ text }) => text),
      ...checksums,
      ...columnsOf(wanted, ({ signature }) => signature),
    ];
    const { rows, again } = await this.#database.query<Row>(statements.save, [...values, this.#claims.owner]);
    const saved = valueByItem(wanted, rows, false, () => true);
    if (!again) return saved;
    const { rows: own } = await this.#database.query<Row>(statements.own, [...placeColumns(wanted), ...checksums, this.#claims.owner]);
    return valueByItem(wanted, own, false, () => true).map((isOwn, index) => isOwn || saved[index] === true);
  }

  async #saveFailures(wanted: readonly Saving[]): Promise<undefined[]> {
    await this.#database.query(
      statements.saveFailures,
      columnsOf(
        wanted,
        ({ selection }) => selection,
        ({ number }) => number,
        ({ text }) => text,
        ({ checksum }) => checksum,
      ),
    );
    return [];
  }
}

function placeColumns(wanted: readonly Saving[]) {
  return columnsOf(
    wanted,
    ({ selection }) => selection,
    ({ number }) => number,
    ({ place }) => place,
  );
}
