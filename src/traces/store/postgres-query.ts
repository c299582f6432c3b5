import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { PostgresDatabase, PostgresTransaction } from '../../database/postgres/postgres-database.ts';
import { codeOf } from '../../database/postgres/postgres-error.ts';
import type { QueryLimits, QueryResult } from './trace-store.ts';

/** More text than this is not collected; the answer is then said to be cut. */
const mostCharacters = 16 * 1024 * 1024;
const rowsAtATime = 500;
/** The server ends a statement that takes too long by itself; it is waited for a little longer. */
const graceMs = 2000;

/**
 * Runs a person's SELECT over the views, in a transaction that the server lets only read. A superuser's could read the server's files all the same, so that
 * none is run as one.
 * @throws {DocketError} when it is refused, wrong, or takes longer than the limit
 */
export async function selectFromPostgres(
  database: PostgresDatabase,
  sql: string,
  { rows: most, milliseconds }: QueryLimits,
): Promise<QueryResult> {
  const select = sql.trim().replace(/;+\s*$/, '');
  if (select === '') throw new DocketError('The query has no statement. Give one SELECT.');
  return database.transaction(async (transaction) => {
    const { rows: role } = await transaction.query<{ readonly is_superuser: string }>(
      `SELECT current_setting('is_superuser') AS is_superuser`,
    );
    if (role[0]?.is_superuser !== 'off')
      throw new DocketError(
        `The role ${database.address.user} is a superuser, whose queries may read the server's files. Use a role that is none: what roles need is printed by docket store roles.`,
      );
    await transaction.query('SET TRANSACTION READ ONLY');
    await transaction.query(`SELECT set_config('statement_timeout', $1, true), set_config('search_path', 'docket_views', true)`, [
      String(milliseconds),
    ]);
    try {
      // What stands behind a semicolon in it is a fault.
      await transaction.query(`DECLARE answer NO SCROLL CURSOR FOR ${select}`);
      return await collected(transaction, most, milliseconds + graceMs);
    } catch (error) {
      throw refusalOf(error, milliseconds);
    }
  });
}

async function collected(transaction: PostgresTransaction, most: number, milliseconds: number): Promise<QueryResult> {
  const found: JsonValue[][] = [];
  for (let characters = 0; ; ) {
    const { columns, rows } = await transaction.list(`FETCH ${rowsAtATime} FROM answer`, milliseconds);
    for (const row of rows) {
      if (found.length === most || characters > mostCharacters) return { columns, rows: found, cut: true };
      const values = row.map(jsonOf);
      characters += values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 8), 0);
      found.push(values);
    }
    if (rows.length < rowsAtATime) return { columns, rows: found, cut: false };
  }
}

/** Of PostgreSQL's messages those that are about the query; the others are told as they are. */
function refusalOf(error: unknown, milliseconds: number): unknown {
  const code = codeOf(error);
  if (code === '57014')
    return new DocketError(
      `The query took longer than ${milliseconds / 1000} s and was ended. Narrow it (a LIMIT, a condition), or give it more time (--seconds).`,
    );
  if (code === '25006' || code === '42501')
    return new DocketError(
      'The query would do more than read. One SELECT over the views traces, spans, scores and findings is allowed; writing is not.',
    );
  if (code === undefined || !/^(?:42|22|0A|26|34)/.test(code)) return error;
  const message = (error instanceof Error ? error.message : String(error)).replace(/[\s\p{Cc}]+/gu, ' ').replace(/\.$/, '');
  return new DocketError(`The query failed: ${message}. The views are traces, spans, scores and findings, in PostgreSQL's SQL.`);
}

/** Whole numbers beyond 2^53 and decimals are text, so that no digit is lost; bytes are hexadecimal text. */
function jsonOf(value: unknown): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(jsonOf);
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
