import type { Trial, TrialKey } from '../contracts/trial.ts';
import { columnsOf } from '../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { rowsByItem, valueByItem } from '../database/postgres/rows-by-item.ts';
import { RoundTrips } from '../database/round-trips.ts';
import { selectionColumns } from './postgres-selections.ts';
import { postgresStatements as statements } from './postgres-statements.ts';
import type { TrialPortion, TrialRange, TrialSelection } from './trial-store.ts';
import type { PlacedRow, UsableRows } from './usable-rows.ts';

/** Bytes of trials that are listed at once, where one alone is not larger: as objects they take several times as much. */
const mostAtOnce = 2 * 1024 * 1024;

interface RangeOf {
  readonly selection: TrialSelection;
  readonly range: TrialRange;
}

/** What is read of the trials in a shared database; what many want at the same time is asked together. */
export class PostgresStoredTrials {
  readonly #database: PostgresDatabase;
  readonly #usable: UsableRows;
  readonly #finds: RoundTrips<TrialKey, PlacedRow[]>;
  readonly #lists: RoundTrips<RangeOf, PlacedRow[]>;
  readonly #counts: RoundTrips<RangeOf, number>;
  readonly #sizes: RoundTrips<RangeOf, { readonly number: number; readonly bytes: number }[]>;

  constructor(database: PostgresDatabase, usable: UsableRows) {
    this.#database = database;
    this.#usable = usable;
    this.#finds = new RoundTrips((wanted) => this.#findAll(wanted), { most: 100 });
    this.#lists = new RoundTrips((wanted) => this.#listAll(wanted));
    this.#counts = new RoundTrips((wanted) => this.#countAll(wanted));
    this.#sizes = new RoundTrips((wanted) => this.#sizesOf(wanted));
  }

  /** All that stands under a key, whether it can be used or not. */
  rows(key: TrialKey): Promise<PlacedRow[]> {
    return this.#finds.ask(key);
  }

  async find(key: TrialKey): Promise<Trial | undefined> {
    const [trial] = this.#usable.trials(key, await this.rows(key));
    return trial;
  }

  async list(selection: TrialSelection, range: TrialRange): Promise<Trial[]> {
    return this.#usable.trials(selection, await this.#lists.ask({ selection, range }));
  }

  /** Of those that nobody took back, whoever signed them. */
  count(selection: TrialSelection, range: TrialRange): Promise<number> {
    return this.#counts.ask({ selection, range });
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

  async newest(most: number): Promise<Trial[]> {
    type Row = TrialSelection & PlacedRow;
    const { rows } = await this.#database.query<Row>(statements.newest, [most, mostAtOnce]);
    return rows.flatMap((row) => this.#usable.trials(row, [row]));
  }

  async #findAll(wanted: readonly TrialKey[]): Promise<PlacedRow[][]> {
    const values = [...selectionColumns(wanted), ...columnsOf(wanted, ({ number }) => number)];
    const { rows } = await this.#database.query<PlacedRow & { readonly item: number }>(statements.find, values);
    return rowsByItem(wanted, rows);
  }

  async #listAll(wanted: readonly RangeOf[]): Promise<PlacedRow[][]> {
    const { rows } = await this.#database.query<PlacedRow & { readonly item: number }>(statements.list, rangeColumns(wanted));
    return rowsByItem(wanted, rows);
  }

  async #countAll(wanted: readonly RangeOf[]): Promise<number[]> {
    type Row = { readonly item: number; readonly trials: number };
    const { rows } = await this.#database.query<Row>(statements.count, rangeColumns(wanted));
    return valueByItem(wanted, rows, 0, ({ trials }) => trials);
  }

  async #sizesOf(wanted: readonly RangeOf[]): Promise<{ readonly number: number; readonly bytes: number }[][]> {
    type Row = { readonly item: number; readonly number: number; readonly bytes: number };
    const { rows } = await this.#database.query<Row>(statements.sizes, rangeColumns(wanted));
    return rowsByItem(wanted, rows);
  }
}

function rangeColumns(wanted: readonly RangeOf[]) {
  const ends = columnsOf(
    wanted,
    ({ range }) => range.first,
    ({ range }) => range.last,
  );
  return [...selectionColumns(wanted.map(({ selection }) => selection)), ...ends];
}
