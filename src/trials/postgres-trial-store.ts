import type { Score } from '../contracts/score.ts';
import type { FailedTrial, Trial, TrialKey } from '../contracts/trial.ts';
import { columnsOf } from '../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { RoundTrips } from '../database/round-trips.ts';
import type { BatchLedger } from '../model/batches/batch-ledger.ts';
import { Lease } from './lease.ts';
import { PostgresBatchLedger } from './postgres-batch-ledger.ts';
import { PostgresSelections, selectionColumns } from './postgres-selections.ts';
import { postgresStatements as statements } from './postgres-statements.ts';
import { readScore, type ScoreRow, scorePage, scoreRow } from './stored-score.ts';
import { type TrialRow, trialChecksum, trialText } from './stored-trial.ts';
import type { ScorePage, SignedTrials, TrialPortion, TrialRange, TrialSelection, TrialStore, TrialStoreOptions } from './trial-store.ts';
import { type PlacedRow, UsableRows } from './usable-rows.ts';

/** Bytes of trials that are listed at once, where one alone is not larger. */
const mostAtOnce = 8 * 1024 * 1024;

type ClaimState = 'claimed' | 'stored' | 'busy';

interface RangeOf {
  readonly selection: TrialSelection;
  readonly range: TrialRange;
}

interface Claiming {
  readonly selection: number;
  readonly number: number;
  readonly place: number;
}

interface Saving extends Claiming {
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
  readonly #lease: Lease;
  readonly #signed: SignedTrials | undefined;
  readonly #usable: UsableRows;
  /** What this store claimed, and where it will stand. */
  readonly #held = new Map<string, number>();
  /** Claims that are asked for. */
  readonly #claiming = new Map<string, Promise<ClaimState>>();
  /** What was saved here; undefined where nothing may be taken back. */
  readonly #saved: { readonly key: TrialKey; readonly saving: Saving }[] | undefined;
  #closing: Promise<void> | undefined;

  readonly #claims: RoundTrips<Claiming, ClaimState>;
  readonly #saves: RoundTrips<Saving, boolean>;
  readonly #failures: RoundTrips<Saving, undefined>;
  readonly #releases: RoundTrips<Claiming, undefined>;
  readonly #finds: RoundTrips<TrialKey, PlacedRow[]>;
  readonly #lists: RoundTrips<RangeOf, PlacedRow[]>;
  readonly #counts: RoundTrips<RangeOf, number>;
  readonly #sizes: RoundTrips<RangeOf, { readonly number: number; readonly bytes: number }[]>;

  /** @param database opened with `postgresTrials`; the store closes it */
  constructor(database: PostgresDatabase, options: PostgresTrialStoreOptions = {}) {
    this.#database = database;
    this.#signed = options.signed;
    this.#usable = new UsableRows(database.address.shown, options);
    this.#saved = options.mayTakeBack ? [] : undefined;
    this.#selections = new PostgresSelections(database);
    this.#lease = new Lease(database, options.leaseSeconds);
    this.batches = new PostgresBatchLedger(database);
    const bytesOf = ({ text }: Saving) => text.length;
    this.#claims = new RoundTrips((wanted) => this.#claimAll(wanted));
    this.#saves = new RoundTrips((wanted) => this.#saveAll(wanted), { bytesOf });
    this.#failures = new RoundTrips((wanted) => this.#saveFailures(wanted), { bytesOf });
    this.#releases = new RoundTrips((wanted) => this.#releaseAll(wanted));
    this.#finds = new RoundTrips((wanted) => this.#findAll(wanted), { most: 100 });
    this.#lists = new RoundTrips((wanted) => this.#listAll(wanted));
    this.#counts = new RoundTrips((wanted) => this.#countAll(wanted));
    this.#sizes = new RoundTrips((wanted) => this.#sizesOf(wanted));
  }

  async find(key: TrialKey): Promise<Trial | undefined> {
    const [trial] = this.#usable.trials(key, await this.#finds.ask(key));
    return trial;
  }

  async list(selection: TrialSelection, range: TrialRange = { first: 1, last: Number.MAX_SAFE_INTEGER }): Promise<Trial[]> {
    return this.#usable.trials(selection, await this.#lists.ask({ selection, range }));
  }

  async count(selection: TrialSelection, range: TrialRange): Promise<number> {
    if (!this.#signed?.only) return this.#counts.ask({ selection, range });
    // Which of them are trusted is seen when they are read.
    let trusted = 0;
    for (const portion of await this.portions(selection, range)) trusted += (await this.list(selection, portion)).length;
    return trusted;
  }

  async portions(selection: TrialSelection, range: TrialRange): Promise<TrialPortion[]> {
    const portions: { first: number; last: number; bytes: number }[] = [];
    for (const { number, bytes } of await this.#sizes.ask({ selection, range })) {
      const open = portions.at(-1);
      if (open && open.bytes + bytes <= mostAtOnce) Object.assign(open, { last: number, bytes: open.bytes + bytes });
      else portions.push({ first: number, last: number, bytes });
    }
    return portions;
  }

  async selections(): Promise<TrialSelection[]> {
    return (await this.#database.query<TrialSelection>(statements.everySelection)).rows;
  }

  async keysOf(caseFingerprint: string): Promise<TrialKey[]> {
    return (await this.#database.query<TrialKey>(statements.keysOf, [caseFingerprint])).rows;
  }

  async newest(most: number): Promise<Trial[]> {
    type Row = TrialSelection & PlacedRow;
    const { rows } = await this.#database.query<Row>(statements.newest, [most, mostAtOnce]);
    return rows.flatMap((row) => this.#usable.trials(row, [row]));
  }

  async claim(key: TrialKey): Promise<ClaimState> {
    const name = nameOf(key);
    // Whoever asks second in this process waits for the answer that the first is given.
    const asked = this.#claiming.get(name);
    if (asked) return (await asked) === 'claimed' ? 'busy' : asked;
    if (this.#held.has(name)) return 'busy';
    const claiming = this.#claim(key, name).finally(() => this.#claiming.delete(name));
    this.#claiming.set(name, claiming);
    return claiming;
  }

  async heldBy({ versionFingerprint, caseFingerprint, series, number }: TrialKey): Promise<string | undefined> {
    const { rows } = await this.#database.query<{ readonly runsIn: string }>(statements.heldBy, [
      ...[versionFingerprint, caseFingerprint, series],
      number,
    ]);
    return rows[0]?.runsIn;
  }

  async save(trial: Trial): Promise<'saved' | 'stored'> {
    const { key } = trial;
    const saving = await this.#savingOf(key, trialText(trial), this.#held.get(nameOf(key)) ?? 0);
    const isSaved = await this.#saves.ask(saving);
    this.#held.delete(nameOf(key));
    if (isSaved) this.#saved?.push({ key, saving });
    return isSaved ? 'saved' : 'stored';
  }

  async takeBack(): Promise<void> {
    const saved = this.#saved ?? [];
    await this.#database.query(statements.revoke, [
      ...columnsOf(
        saved,
        ({ saving }) => saving.selection,
        ({ saving }) => saving.number,
        ({ saving }) => saving.place,
        ({ key, saving }) => this.#usable.revocation(key, saving.place),
      ),
    ]);
  }

  async release(key: TrialKey): Promise<void> {
    if (!this.#held.delete(nameOf(key))) return;
    await this.#releases.ask({ selection: await this.#selections.findOrAdd(key), number: key.number, place: 0 });
  }

  async saveFailure(failed: FailedTrial): Promise<void> {
    await this.#failures.ask(await this.#savingOf(failed.key, trialText(failed), 0));
    this.#held.delete(nameOf(failed.key));
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
    await Promise.allSettled(this.#claiming.values());
    for (const trips of [this.#claims, this.#saves, this.#failures, this.#releases]) await trips.settled();
    await this.#lease.end();
    await this.#database.close();
  }

  async #claim(key: TrialKey, name: string): Promise<ClaimState> {
    await this.#lease.begin();
    const selection = await this.#selections.findOrAdd(key);
    let place = 0;
    for (;;) {
      const state = await this.#claims.ask({ selection, number: key.number, place });
      if (state === 'claimed') this.#held.set(name, place);
      if (state !== 'stored') return state;
      const rows = await this.#finds.ask(key);
      if (this.#usable.trials(key, rows).length > 0) return 'stored';
      // What is there cannot be used: the next one is run in its place.
      place = Math.max(-1, ...rows.map((row) => row.place)) + 1;
    }
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

  async #claimAll(wanted: readonly Claiming[]): Promise<ClaimState[]> {
    type Row = { readonly item: number; readonly state: ClaimState };
    const { rows } = await this.#database.query<Row>(statements.claim, [...placeColumns(wanted), this.#lease.id]);
    return inOrder(wanted, rows, 'busy', ({ state }) => state);
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
    const { rows, again } = await this.#database.query<Row>(statements.save, [...values, this.#lease.id]);
    const saved = inOrder(wanted, rows, false, () => true);
    if (!again) return saved;
    const { rows: own } = await this.#database.query<Row>(statements.own, [...placeColumns(wanted), ...checksums, this.#lease.id]);
    return inOrder(wanted, own, false, () => true).map((isOwn, index) => isOwn || saved[index] === true);
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

  async #releaseAll(wanted: readonly Claiming[]): Promise<undefined[]> {
    const keys = columnsOf(
      wanted,
      ({ selection }) => selection,
      ({ number }) => number,
    );
    await this.#database.query(statements.release, [...keys, this.#lease.id]);
    return [];
  }

  async #findAll(wanted: readonly TrialKey[]): Promise<PlacedRow[][]> {
    const values = [...selectionColumns(wanted), ...columnsOf(wanted, ({ number }) => number)];
    const { rows } = await this.#database.query<PlacedRow & { readonly item: number }>(statements.find, values);
    return grouped(wanted, rows);
  }

  async #listAll(wanted: readonly RangeOf[]): Promise<PlacedRow[][]> {
    const { rows } = await this.#database.query<PlacedRow & { readonly item: number }>(statements.list, rangeColumns(wanted));
    return grouped(wanted, rows);
  }

  async #countAll(wanted: readonly RangeOf[]): Promise<number[]> {
    type Row = { readonly item: number; readonly trials: number };
    const { rows } = await this.#database.query<Row>(statements.count, rangeColumns(wanted));
    return inOrder(wanted, rows, 0, ({ trials }) => trials);
  }

  async #sizesOf(wanted: readonly RangeOf[]): Promise<{ readonly number: number; readonly bytes: number }[][]> {
    type Row = { readonly item: number; readonly number: number; readonly bytes: number };
    const { rows } = await this.#database.query<Row>(statements.sizes, rangeColumns(wanted));
    return grouped(wanted, rows);
  }
}

function nameOf({ versionFingerprint, caseFingerprint, series, number }: TrialKey): string {
  return `${versionFingerprint}\n${caseFingerprint}\n${series}\n${number}`;
}

function placeColumns(wanted: readonly Claiming[]) {
  return columnsOf(
    wanted,
    ({ selection }) => selection,
    ({ number }) => number,
    ({ place }) => place,
  );
}

function rangeColumns(wanted: readonly RangeOf[]) {
  const ends = columnsOf(
    wanted,
    ({ range }) => range.first,
    ({ range }) => range.last,
  );
  return [...selectionColumns(wanted.map(({ selection }) => selection)), ...ends];
}

/** One value for each that was wanted; positions count from 1. */
function inOrder<Row extends { readonly item: number }, Value>(
  wanted: readonly unknown[],
  rows: readonly Row[],
  otherwise: Value,
  found: (row: Row) => Value,
): Value[] {
  const values = wanted.map(() => otherwise);
  for (const row of rows) values[row.item - 1] = found(row);
  return values;
}

function grouped<Row extends { readonly item: number }>(wanted: readonly unknown[], rows: readonly Row[]): Row[][] {
  const groups: Row[][] = wanted.map(() => []);
  for (const row of rows) groups[row.item - 1]?.push(row);
  return groups;
}
