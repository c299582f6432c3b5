import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { DocketError } from '../../contracts/docket-error.ts';
import { isLoopback } from '../../contracts/loopback.ts';

/** Names the environment variable with the address of a shared store. */
export const storeVariable = 'DOCKET_STORE';

/** How a connection is protected, in libpq's words: https://www.postgresql.org/docs/current/libpq-ssl.html. */
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof sslModes)[number];

/** What an address may say beside the server, the database and the user. */
const parameters = ['sslmode', 'sslrootcert', 'host', 'connect_timeout'] as const;

/** Where a PostgreSQL database is and how it is reached. */
export interface PostgresAddress {
  /** For people: without the password. */
  readonly shown: string;
  /** A name or an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Empty where the server asks for none. It stands in the address alone: PGPASSWORD may be the agent's. */
  readonly password: string;
  readonly tls: SslMode;
  /** Certificates that are trusted beside or instead of those that Node.js knows, as PEM. */
  readonly rootCertificate: string | undefined;
  /** How long one try to connect may take, in milliseconds. */
  readonly connectMs: number;
  /** Why the connection can be listened to or led elsewhere, as a sentence; undefined where it cannot. */
  readonly insecure: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The database that the environment names; undefined where it names none.
 * @param environment with what `.env` adds
 * @throws {DocketError} where it is no address of one; no message holds the password
 */
export function postgresAddress(environment: Environment): PostgresAddress | undefined {
  const text = environment[storeVariable]?.trim();
  if (!text) return undefined;
  return parsePostgresAddress(text, environment);
}

/** @throws {DocketError} where it is no address of a PostgreSQL database */
export function parsePostgresAddress(text: string, environment: Environment): PostgresAddress {
  // A socket has no host in its address, which a URL with a user must have.
  const whole = /[?&]host=/.test(text) ? text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/:])/, '$1localhost') : text;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol))
    throw wrong('is no address of a PostgreSQL database', 'postgres://user:password@host/database');
  const database = decoded(url.pathname.slice(1), 'the name of the database');
  // A password with one of these signs in it would end where it does not.
  if (database === '' || /[/@:?#]/.test(database))
    throw wrong('names no database', 'postgres://user:password@host/database, with every special character of the password as %xx');
  const said = parametersOf(url.searchParams);
  const host = hostOf(url, said.host);
  const isLocal = host.startsWith('/') || isLoopback(host);
  const tls = sslModeOf(said.sslmode, isLocal);
  const user = decoded(url.username, 'the user') || environment.PGUSER || userInfo().username;
  const port = url.port === '' ? 5432 : Number(url.port);
  const place = host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    shown: `postgres://${user}@${place}/${database}`,
    host,
    port,
    database,
    user,
    password: decoded(url.password, 'the password'),
    tls,
    rootCertificate: certificateOf(said.sslrootcert ?? environment.PGSSLROOTCERT, tls),
    connectMs: timeoutOf(said.connect_timeout),
    insecure: isLocal ? undefined : insecurityOf(tls),
  };
}

function wrong(what: string, expected: string): DocketError {
  // Not a word of what stands there: it may be a password.
  return new DocketError(`${storeVariable} ${what}. Expected: ${expected}.`);
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(`has a percent sign in ${what} that begins no character`, 'each % written as %25');
  }
}

type Said = Readonly<Partial<Record<(typeof parameters)[number], string>>>;

function parametersOf(search: URLSearchParams): Said {
  const unknown = [...search.keys()].find((name) => !parameters.some((known) => known === name));
  if (unknown !== undefined) throw wrong('has a parameter that is not known', parameters.join(', '));
  return Object.fromEntries(search);
}

function hostOf(url: URL, socket: string | undefined): string {
  if (socket !== undefined && !socket.startsWith('/'))
    throw wrong('names a host beside its own', 'a folder, where it is a socket: ?host=/run/postgresql');
  const host = decoded(url.hostname, 'the host').replace(/^\[|\]$/g, '');
  if (host === '' && socket === undefined) throw wrong('names no server', 'postgres://user:password@host/database');
  return socket ?? host;
}

function sslModeOf(said: string | undefined, isLocal: boolean): SslMode {
  if (said === undefined) return isLocal ? 'disable' : 'verify-full';
  const mode = sslModes.find((known) => known === said);
  // With `allow` and `prefer` whoever is on the way decides that nothing is encrypted.
  if (!mode) throw wrong('has an sslmode that is not taken', sslModes.join(', '));
  return mode;
}

function certificateOf(file: string | undefined, tls: SslMode): string | undefined {
  if (!file || tls === 'disable' || file === 'system') return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DocketError(
      `The certificates of the shared store cannot be read (${file}: ${(cause as NodeJS.ErrnoException).code}). Correct PGSSLROOTCERT or sslrootcert.`,
      { cause },
    );
  }
}

function timeoutOf(said: string | undefined): number {
  if (said === undefined) return 10_000;
  if (!/^[1-9]\d{0,3}$/.test(said)) throw wrong('has a connect_timeout that is no number of seconds', '1 to 9999');
  return Number(said) * 1000;
}

function insecurityOf(tls: SslMode): string | undefined {
  switch (tls) {
    case 'disable':
      return 'Nothing is encrypted (sslmode=disable): the password and all trials can be read and changed on the way.';
    case 'require':
      return 'The server is not verified (sslmode=require): whoever is on the way can pretend to be it. Use sslmode=verify-full.';
    case 'verify-ca':
      return "The server's name is not verified (sslmode=verify-ca): any server with a certificate of the same authority can pretend to be it. Use sslmode=verify-full.";
    default:
      return undefined;
  }
}
