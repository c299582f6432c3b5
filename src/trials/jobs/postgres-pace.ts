import { sha256 } from '../../contracts/canonical-json.ts';
import type { PostgresDatabase } from '../../database/postgres/postgres-database.ts';
import type { SharedPace } from '../../model/leased-pace.ts';

/** The one pace of all who call a server with one key. The key itself is kept nowhere. */
export class PostgresPace implements SharedPace {
  readonly #database: PostgresDatabase;
  readonly #name: string;

  constructor(database: PostgresDatabase, server: string, secrets: readonly string[]) {
    this.#database = database;
    this.#name = `${server} ${sha256(JSON.stringify(['pace', server, ...secrets])).slice(0, 16)}`;
  }

  async update<Value>(work: (text: string | undefined, now: number) => { readonly text: string; readonly value: Value }): Promise<Value> {
    return this.#database.transaction(async ({ query }) => {
      // Made where it is missing; whoever has it is waited for.
      await query(`INSERT INTO docket.paces (server, pace) VALUES ($1, '') ON CONFLICT DO NOTHING`, [this.#name]);
      const { rows } = await query<{ readonly pace: string; readonly now: number }>(
        'SELECT pace, extract(epoch FROM clock_timestamp())::double precision * 1000 AS now FROM docket.paces WHERE server = $1 FOR UPDATE',
        [this.#name],
      );
      const [row] = rows;
      if (!row) throw new Error('A pace was removed while it was asked for.');
      const { text, value } = work(row.pace === '' ? undefined : row.pace, Number(row.now));
      await query('UPDATE docket.paces SET pace = $2 WHERE server = $1', [this.#name, text]);
      return value;
    });
  }
}
