import type { PostgresDatabase } from './postgres-database.ts';

/** Further off than this no clock is by chance. */
const mostSkewMs = 300_000;

/** That the clock of this machine and the server's differ, as the beginning of a sentence; undefined where they agree. */
export async function clockFault(database: PostgresDatabase): Promise<string | undefined> {
  const { rows } = await database.query<{ readonly now: number }>('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now');
  const there = rows[0]?.now ?? 0;
  const here = Date.now();
  if (Math.abs(here - there) <= mostSkewMs) return undefined;
  const time = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19);
  return `${database.address.shown}: it is ${time(there)} there (UTC) and ${time(here)} by this machine's clock`;
}
