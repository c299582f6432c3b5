import type { TrialKey } from '../contracts/trial.ts';
import { columnsOf } from '../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { valueByItem } from '../database/postgres/rows-by-item.ts';
import { RoundTrips } from '../database/round-trips.ts';
import { Lease } from './lease.ts';
import { type PostgresSelections, selectionColumns } from './postgres-selections.ts';
import { postgresStatements as statements } from './postgres-statements.ts';
import type { PostgresStoredTrials } from './postgres-stored-trials.ts';
import type { UsableRows } from './usable-rows.ts';

type ClaimState = 'claimed' | 'stored' | 'busy';

interface Claiming {
  readonly key: TrialKey;
  readonly place: number;
}

interface Claimed {
  readonly selection: number;
  readonly state: ClaimState;
}

interface Releasing {
  readonly selection: number;
  readonly number: number;
}

/** Which trials this store runs; what many claim and give back at the same time goes together. */
export class PostgresClaims {
  readonly #database: PostgresDatabase;
  readonly #selections: PostgresSelections;
  readonly #stored: PostgresStoredTrials;
  readonly #usable: UsableRows;
  readonly #lease: Lease;
  /** What this store claimed, and where it will stand. */
  readonly #held = new Map<string, number>();
  /** Claims that are asked for. */
  readonly #asked = new Map<string, Promise<ClaimState>>();
  readonly #claims: RoundTrips<Claiming, Claimed>;
  readonly #releases: RoundTrips<Releasing, undefined>;

  constructor(
    database: PostgresDatabase,
    selections: PostgresSelections,
    stored: PostgresStoredTrials,
    usable: UsableRows,
    leaseSeconds: number | undefined,
  ) {
    this.#database = database;
    this.#selections = selections;
    this.#stored = stored;
    this.#usable = usable;
    this.#lease = new Lease(database, leaseSeconds);
    this.#claims = new RoundTrips((wanted) => this.#claimAll(wanted));
    this.#releases = new RoundTrips((wanted) => this.#releaseAll(wanted));
  }

  /** Of whoever claims here. */
  get owner(): string {
    return this.#lease.id;
  }

  async claim(key: TrialKey): Promise<ClaimState> {
    const name = nameOf(key);
    // Whoever asks second in this process waits for the answer that the first is given.
    const asked = this.#asked.get(name);
    if (asked) return (await asked) === 'claimed' ? 'busy' : asked;
    if (this.#held.has(name)) return 'busy';
    const claiming = this.#claim(key, name).finally(() => this.#asked.delete(name));
    this.#asked.set(name, claiming);
    return claiming;
  }

  async heldBy({ versionFingerprint, caseFingerprint, series, number }: TrialKey): Promise<string | undefined> {
    const { rows } = await this.#database.query<{ readonly runsIn: string }>(statements.heldBy, [
      ...[versionFingerprint, caseFingerprint, series],
      number,
    ]);
    return rows[0]?.runsIn;
  }

  /** Where what is brought for a key stands: behind what cannot be used. */
  placeOf(key: TrialKey): number {
    return this.#held.get(nameOf(key)) ?? 0;
  }

  /** The claim went with what was brought. */
  end(key: TrialKey): void {
    this.#held.delete(nameOf(key));
  }

  async release(key: TrialKey): Promise<void> {
    if (!this.#held.delete(nameOf(key))) return;
    await this.#releases.ask({ selection: await this.#selections.findOrAdd(key), number: key.number });
  }

  /** Waits for what is asked for. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#asked.values());
    await this.#claims.settled();
  }

  /** Gives all claims back. */
  async close(): Promise<void> {
    await this.#releases.settled();
    await this.#lease.end();
  }

  async #claim(key: TrialKey, name: string): Promise<ClaimState> {
    await this.#lease.begin();
    for (let place = 0; ; ) {
      const { selection, state } = await this.#claims.ask({ key, place });
      this.#selections.learn(key, selection);
      if (state === 'claimed') this.#held.set(name, place);
      // Whoever has it may have been killed a moment ago.
      if (state === 'busy' && (await this.#lease.endKilled())) continue;
      if (state !== 'stored') return state;
      const rows = await this.#stored.rows(key);
      if (this.#usable.trials(key, rows).length > 0) return 'stored';
      // What is there cannot be used: the next one is run in its place.
      place = Math.max(-1, ...rows.map((row) => row.place)) + 1;
    }
  }

  async #claimAll(wanted: readonly Claiming[]): Promise<Claimed[]> {
    const places = columnsOf(
      wanted,
      ({ key }) => key.number,
      ({ place }) => place,
    );
    const { rows } = await this.#database.query<Claimed & { readonly item: number }>(statements.claim, [
      ...selectionColumns(wanted.map(({ key }) => key)),
      ...places,
      this.#lease.id,
    ]);
    return valueByItem<(typeof rows)[number], Claimed>(wanted, rows, { selection: 0, state: 'busy' }, (row) => row);
  }

  async #releaseAll(wanted: readonly Releasing[]): Promise<undefined[]> {
    const keys = columnsOf(
      wanted,
      ({ selection }) => selection,
      ({ number }) => number,
    );
    await this.#database.query(statements.release, [...keys, this.#lease.id]);
    return [];
  }
}

function nameOf({ versionFingerprint, caseFingerprint, series, number }: TrialKey): string {
  return `${versionFingerprint}\n${caseFingerprint}\n${series}\n${number}`;
}
