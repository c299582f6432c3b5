import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { poolerCode } from './pooler-errors.ts';
import { type PostgresAddress, storeVariable } from './postgres-address.ts';
import { tlsMeaning } from './postgres-tls-error.ts';

/** The code of a failure: PostgreSQL's own of five signs, also of what a connection pool before it says, or the one of the network or of TLS. */
export function codeOf(error: unknown): string | undefined {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== 'string') return undefined;
  return poolerCode(code, String(message)) ?? code;
}

/** What the driver says without a code when a connection is gone, or does not answer. */
const lostWords =
  /connection terminated|timeout expired|query read timeout|timeout exceeded when trying to connect|client has encountered a connection error/i;

const lostCodes = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EAI_AGAIN'],
  // Class 08, and a server that ends, has crashed or starts: https://www.postgresql.org/docs/current/errcodes-appendix.html.
  ...['08000', '08001', '08003', '08004', '08006', '57P01', '57P02', '57P03', '57P05', '53300'],
  // A transaction that stood still for longer than the server lets one.
  ...['25P03', '25P04'],
  // A full disk: somebody may free space, and what is to be stored was paid for.
  '53100',
  // A server that became a copy of another one, which takes its place.
  '25006',
]);

/** True when the connection failed and not what was asked: the same may go well a moment later. */
export function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return lostCodes.has(code);
  return error instanceof AggregateError ? error.errors.some(isOutage) : error instanceof Error && lostWords.test(error.message);
}

/** True when two transactions stood in each other's way and one of them is to be tried again. */
export function isConflict(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(codeOf(error) ?? '');
}

/** Says what a failing database means to the person at the keyboard; an error that is not the database's is returned as it is. */
export function postgresError(address: PostgresAddress, { holds }: { readonly holds: string }, error: unknown): unknown {
  if (error instanceof DocketError) return error;
  const detail = wordsOf(error);
  const found = meaningOf(address, holds, codeOf(error) ?? codeOfAll(error), detail);
  if (!found) return error;
  // Its cause could be printed, and holds what the driver was given.
  return new DocketError(`${address.shown}: ${found.text}`, found.goesOn ? { exitCode: exitCodes.incomplete } : {});
}

interface Meaning {
  readonly text: string;
  /** True where the same command goes on once the cause is gone. */
  readonly goesOn?: true;
}

function meaningOf(address: PostgresAddress, holds: string, code: string | undefined, detail: string): Meaning | undefined {
  const { user, database, tls } = address;
  const where = address.places.map(({ host, port }) => `${host}, port ${port}`).join(' or ');
  const hosts = address.places.map(({ host }) => host).join(' or ');
  switch (code) {
    case 'ENOTFOUND':
      return { text: `no server of the name ${hosts} is known. Correct the host in ${storeVariable}.` };
    case 'ECONNREFUSED':
    case 'ENOENT':
      return {
        text: `nothing answers at ${where}. Is PostgreSQL running there, and does it listen to this machine?`,
        goesOn: true,
      };
    case '28P01':
      return { text: `the password of the role ${user} is wrong, or there is no such role. Correct ${storeVariable}.` };
    case '28000':
      return {
        text: `the server does not let the role ${user} in from here (${detail}). Correct ${storeVariable}, or the server's pg_hba.conf${letInBy(tls, detail)}.`,
      };
    case '3D000':
      return { text: `there is no database "${database}". Create it (createdb ${database}), or correct ${storeVariable}.` };
    case '42501':
      return {
        text: `the role ${user} may not do this (${detail}). What a role needs is printed by: docket store roles.`,
      };
    case '53100':
      return {
        text: `the server's disk is full. All stored ${holds} are safe; free space there and run the same command again: it continues where it stopped.`,
        goesOn: true,
      };
    case '53300':
      return {
        text: `the server has no connection left (${detail}). Run fewer processes at a time, or raise max_connections (in PgBouncer: default_pool_size, max_client_conn), and run the same command again.`,
        goesOn: true,
      };
    case '25006':
      return {
        text: `the server takes no changes: it is a copy, or the database is read-only (${detail}). Name the one that is written to.`,
        goesOn: true,
      };
    case '0A000':
      if (!/statement pooling/i.test(detail)) break;
      return { text: 'the connection pool before the server lets no transaction through. Set pool_mode = transaction there (or session).' };
    case '42P06':
    case '42P07':
    case '42710':
    case '42723':
      return {
        text: `something that is not Docket's has its names already (${detail}). Docket's tables lie in the schema docket: name a database in which that is free, in ${storeVariable}.`,
      };
    case '55P03':
      return {
        text: `somebody else has kept tables locked for too long (${detail}), as a Docket that brings them to a newer version may. Run the same command again once that has ended.`,
        goesOn: true,
      };
    case '57014':
      return {
        text: `the server ended a statement that took too long (${detail}). Raise statement_timeout for the role ${user}, and run the same command again.`,
        goesOn: true,
      };
    case '53200':
      return { text: 'the server is out of memory. Run the same command again once it has some.', goesOn: true };
    case '58030':
      return { text: `the server's disk could not be read or written (${detail}). Have it looked at before you go on.`, goesOn: true };
    case '3F000':
    case '42P01':
    case '42703':
    case '42883':
      return {
        text: `the tables of the ${holds} are not as Docket made them, or its schema is not Docket's (${detail}). Restore the database from a copy, or name another one.`,
      };
    case 'XX001':
    case 'XX002':
      return { text: `the database is damaged (${detail}). Restore it from a copy.` };
  }
  const ofTls = code !== undefined && lostCodes.has(code) ? undefined : tlsMeaning(address, code, detail);
  return ofTls === undefined ? otherMeaning(code, detail) : { text: ofTls };
}

/** What a server may want that keeps somebody out, after a colon. */
function letInBy({ mode, client }: PostgresAddress['tls'], detail: string): string {
  if (mode === 'disable') return '; it may want an encrypted connection: add ?sslmode=verify-full';
  if (!/client certificate/i.test(detail) || client) return '';
  return '; what it wants is named by sslcert and sslkey (PGSSLCERT, PGSSLKEY)';
}

function otherMeaning(code: string | undefined, detail: string): Meaning | undefined {
  if (/client password must be/i.test(detail))
    return { text: `the server asks for a password. Write it in ${storeVariable}: postgres://user:password@host/database.` };
  if (code !== undefined && lostCodes.has(code)) return { text: `the server cannot be reached (${detail}).`, goesOn: true };
  if (lostWords.test(detail)) return { text: 'the server does not answer.', goesOn: true };
  // PostgreSQL's own codes have five signs.
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? { text: `PostgreSQL says: ${detail} (${code}).` } : undefined;
}

/** A host of several addresses fails with all that became of them. */
function codeOfAll(error: unknown): string | undefined {
  return error instanceof AggregateError ? error.errors.map(codeOf).find((code) => code !== undefined) : undefined;
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
