import { columnsOf } from '../database/postgres/columns-of.ts';
import type { PostgresDatabase } from '../database/postgres/postgres-database.ts';
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
    const name = JSON.stringify([selection.versionFingerprint, selection.caseFingerprint, selection.series]);
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#added.ask(selection);
    this.#ids.set(name, id);
    id.catch(() => this.#ids.delete(name));
    return id;
  }

  async #findOrAddAll(wanted: readonly TrialSelection[]): Promise<number[]> {
    const found = await this.#findAll(wanted);
    if (found.includes(0)) {
      await this.#database.query(statements.addSelections, selectionColumns(wanted));
      return this.#findAll(wanted);
    }
    return found;
  }

  async #findAll(wanted: readonly TrialSelection[]): Promise<number[]> {
    type Row = { readonly item: number; readonly id: number };
    const { rows } = await this.#database.query<Row>(statements.selections, selectionColumns(wanted));
    const ids = wanted.map(() => 0);
    for (const { item, id } of rows) ids[item - 1] = id;
    return ids;
  }
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
