import { columnsOf } from '../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../database/postgres/postgres-database.ts';
import { valueByItem } from '../database/postgres/rows-by-item.ts';
import { RoundTrips } from '../database/round-trips.ts';
import { postgresStatements as statements } from './postgres-statements.ts';
import type { TrialSelection } from './trial-store.ts';

/** The ids that stand for selections in the database, looked up once, those of many together. */
export class PostgresSelections {
  readonly #database: PostgresDatabase;
  readonly #ids = new Map<string, Promise<number>>();
  readonly #added: RoundTrips<TrialSelection, number>;

  constructor(database: PostgresDatabase) {
    this.#database = database;
    this.#added = new RoundTrips((wanted) => this.#findOrAddAll(wanted));
  }

  findOrAdd(selection: TrialSelection): Promise<number> {
    const name = nameOf(selection);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#added.ask(selection);
    this.#ids.set(name, id);
    id.catch(() => this.#ids.delete(name));
    return id;
  }

  /** What a claim has told. */
  learn(selection: TrialSelection, id: number): void {
    const name = nameOf(selection);
    if (!this.#ids.has(name)) this.#ids.set(name, Promise.resolve(id));
  }

  async #findOrAddAll(wanted: readonly TrialSelection[]): Promise<number[]> {
    type Row = { readonly item: number; readonly id: number };
    const { rows } = await this.#database.query<Row>(statements.selections, selectionColumns(wanted));
    return valueByItem(wanted, rows, 0, ({ id }) => id);
  }
}

function nameOf({ versionFingerprint, caseFingerprint, series }: TrialSelection): string {
  return `${versionFingerprint}\n${caseFingerprint}\n${series}`;
}

/** The parameters of statements about selections: version, case and series. */
export function selectionColumns(wanted: readonly TrialSelection[]) {
  return columnsOf(
    wanted,
    ({ versionFingerprint }) => versionFingerprint,
    ({ caseFingerprint }) => caseFingerprint,
    ({ series }) => series,
  );
}
