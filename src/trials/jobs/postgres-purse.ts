import { randomUUID } from 'node:crypto';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import type { Purse } from '../../model/spend-budget.ts';

/** A budget in the shared database. What was sent twice, because no answer came, is taken twice: it is never overrun. */
export class PostgresPurse implements Purse {
  readonly id: string;
  readonly dollars: number;
  readonly #database: PostgresDatabase;

  private constructor(database: PostgresDatabase, id: string, dollars: number) {
    this.#database = database;
    this.id = id;
    this.dollars = dollars;
  }

  /** Opens a budget of its own for a run. */
  static async create(database: PostgresDatabase, dollars: number): Promise<PostgresPurse> {
    const id = randomUUID();
    await database.query(
      'INSERT INTO docket.budgets (id, dollars, taken, opened) VALUES ($1, $2, 0, clock_timestamp()) ON CONFLICT DO NOTHING',
      [id, dollars],
    );
    return new PostgresPurse(database, id, dollars);
  }

  /** The budget of a run; undefined where it is there no more. */
  static async find(database: PostgresDatabase, id: string): Promise<PostgresPurse | undefined> {
    const { rows } = await database.query<{ readonly dollars: number }>('SELECT dollars FROM docket.budgets WHERE id = $1', [id]);
    return rows[0] && new PostgresPurse(database, id, Number(rows[0].dollars));
  }

  /** True where nothing is left to take, or the budget is there no more. */
  async isSpent(): Promise<boolean> {
    const { rows } = await this.#database.query('SELECT FROM docket.budgets WHERE id = $1 AND taken < dollars', [this.id]);
    return rows.length === 0;
  }

  async take(dollars: number): Promise<number> {
    const { rows } = await this.#database.query<{ readonly got: number }>(
      `WITH before AS (SELECT id, dollars - taken AS rest FROM docket.budgets WHERE id = $1 FOR UPDATE)
        UPDATE docket.budgets AS budget SET taken = budget.taken + least($2::double precision, greatest(before.rest, 0)) FROM before WHERE budget.id = before.id
        RETURNING least($2::double precision, greatest(before.rest, 0)) AS got`,
      [this.id, dollars],
    );
    return Number(rows[0]?.got ?? 0);
  }
}
