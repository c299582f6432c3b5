import { userInfo } from 'node:os';
import { DocketError } from '../../contracts/docket-error.ts';
import { isLoopback } from '../../contracts/loopback.ts';
import { insecurityOf, type PostgresTls, type SslMode, sslModes, tlsFiles, tlsFrom } from './postgres-tls.ts';

/** Names the environment variable with the address of a shared store. */
export const storeVariable = 'DOCKET_STORE';

/** What an address may say beside the server, the database and the user, in libpq's words. */
const parameters = ['sslmode', ...tlsFiles, 'host', 'connect_timeout', 'target_session_attrs'] as const;

/** Where a server listens. */
export interface PostgresPlace {
  /** A name or an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
}

/** Where a PostgreSQL database is and how it is reached. */
export interface PostgresAddress {
  /** For people: without the password. */
  readonly shown: string;
  /** One, or several of which one takes changes and the others are its copies, ready to take its place. */
  readonly places: readonly [PostgresPlace, ...PostgresPlace[]];
  readonly database: string;
  readonly user: string;
  /** Empty where the server asks for none. It stands in the address alone: PGPASSWORD may be the agent's. */
  readonly password: string;
  readonly tls: PostgresTls;
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
  const urls = urlsOf(text);
  const [url] = urls;
  const database = decoded(url.pathname.slice(1), 'the name of the database');
  // A password with one of these signs in it would end where it does not.
  if (database === '' || /[/@:?#]/.test(database))
    throw wrong('names no database', 'postgres://user:password@host/database, with every special character of the password as %xx');
  const said = parametersOf(url.searchParams);
  if (!['any', 'primary', 'read-write'].includes(said.target_session_attrs ?? 'any'))
    throw wrong(
      'has a target_session_attrs that is not taken',
      'primary or read-write, which is what is looked for where there are several servers',
    );
  const [first, ...others] = urls.map((each) => ({ host: hostOf(each, said.host), port: each.port === '' ? 5432 : Number(each.port) }));
  const places = [first as PostgresPlace, ...others] as const;
  const isLocal = places.every(({ host }) => host.startsWith('/') || isLoopback(host));
  const tls = tlsFrom(sslModeOf(said.sslmode, isLocal), said, environment);
  const user = decoded(url.username, 'the user') || environment.PGUSER || userInfo().username;
  return {
    shown: `postgres://${user}@${placesText(places)}/${database}`,
    ...{ places, database, user, tls },
    password: decoded(url.password, 'the password'),
    connectMs: timeoutOf(said.connect_timeout),
    insecure: isLocal ? undefined : insecurityOf(tls.mode),
  };
}

/** Servers, for people. */
function placesText(places: readonly PostgresPlace[]): string {
  return places.map(({ host, port }) => (host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`)).join(',');
}

/** The address for each of its servers, which have commas between them. */
function urlsOf(text: string): readonly [URL, ...URL[]] {
  // A socket has no host in its address, which a URL with a user must have.
  const whole = /[?&]host=/.test(text) ? text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/:])/, '$1localhost') : text;
  const [, before = '', servers = '', after = ''] = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/s.exec(whole) ?? [];
  const urls = servers.split(',').map((server) => before + server + after);
  if (before === '' || !urls.every((url) => URL.canParse(url)))
    throw wrong('is no address of a PostgreSQL database', 'postgres://user:password@host/database');
  return urls.map((url) => new URL(url)) as [URL, ...URL[]];
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

function timeoutOf(said: string | undefined): number {
  if (said === undefined) return 10_000;
  if (!/^[1-9]\d{0,3}$/.test(said)) throw wrong('has a connect_timeout that is no number of seconds', '1 to 9999');
  return Number(said) * 1000;
}
