import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** Where the server of a whole test run lies; vitest's configuration makes the folder's name and ends what is started there. */
const runFolderVariable = 'DOCKET_TEST_POSTGRES';
/** Folder with the programs of another server than the newest of the system's package: initdb, pg_ctl, postgres. */
const programsVariable = 'DOCKET_TEST_POSTGRES_PROGRAMS';
/** Set where a run without PostgreSQL must not pass. */
const requiredVariable = 'DOCKET_TEST_POSTGRES_REQUIRED';

/** A PostgreSQL server that tests started: a real one, usually of the system's package, in a folder that is thrown away. */
export interface PostgresServer {
  readonly folder: string;
  readonly port: number;
  /** The address of a database for its superuser, or another role. */
  url(database: string, user?: string, password?: string): string;
}

const superuser = 'docket_owner';
/** Of all roles of the tests. */
export const testPassword = 'a-password/of tests';

/** Folder of the server programs: those that are asked for, or the newest; undefined where the system has none. */
export function postgresPrograms(): string | undefined {
  const named = process.env[programsVariable];
  if (named) return named;
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(root, version, 'bin')).find((folder) => existsSync(join(folder, 'initdb')));
}

/** Why tests of PostgreSQL cannot run here; undefined where they can. */
export function whyNoPostgres(): string | undefined {
  if (postgresPrograms() !== undefined) return undefined;
  if (process.env[requiredVariable]) throw new Error('PostgreSQL is required here, and /usr/lib/postgresql has no server.');
  return 'PostgreSQL is not installed (apt-get install postgresql), so nothing is tried on it.';
}

/** The server of the test run; started by whoever needs it first. */
export async function sharedPostgres(): Promise<PostgresServer> {
  const folder = process.env[runFolderVariable];
  if (folder === undefined) throw new Error(`${runFolderVariable} is not set: run the tests by vitest.`);
  const ready = join(folder, 'port');
  try {
    mkdirSync(folder);
  } catch {
    // Somebody else is starting it.
    for (let waitedMs = 0; !existsSync(ready); waitedMs += 20) {
      if (waitedMs > 60_000) throw new Error('The PostgreSQL server of this test run did not start.');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return serverIn(folder, Number(readFileSync(ready, 'utf8')));
  }
  const server = await startPostgres(folder);
  writeFileSync(`${ready}.new`, String(server.port));
  renameSync(`${ready}.new`, ready);
  return server;
}

/** Starts a server of its own in a folder, for tests that restart, fill or break it. @param settings lines of postgresql.conf */
export async function startPostgres(
  folder = mkdtempSync(join(tmpdir(), 'docket-postgres-')),
  settings: readonly string[] = [],
): Promise<PostgresServer> {
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(folder, 'password'), testPassword);
  const owner = serverUser();
  if (owner) for (const path of [folder, data, join(folder, 'password')]) chownSync(path, owner.uid, owner.gid);
  chmodSync(data, 0o700);
  const initdb = [
    '-D',
    data,
    '-U',
    superuser,
    '-A',
    'scram-sha-256',
    '--pwfile',
    join(folder, 'password'),
    '-N',
    '-E',
    'UTF8',
    '--locale=C',
  ];
  runProgram('initdb', initdb);
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const lines = [
      `port = ${port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${folder}'`,
      'fsync = off',
      'max_connections = 200',
      ...settings,
    ];
    writeFileSync(join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
    try {
      controlPostgres(folder, 'start');
      return serverIn(folder, port);
    } catch (error) {
      // Somebody may have taken the port meanwhile.
      if (tries === 3) throw error;
    }
  }
}

/** Starts a copy of a server, which follows it until it is promoted. */
export async function startCopy(of: PostgresServer): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-postgres-'));
  const owner = serverUser();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const conninfo = `host=127.0.0.1 port=${of.port} user=${superuser} password='${testPassword}'`;
  runProgram('pg_basebackup', ['-d', conninfo, '-D', join(folder, 'data'), '-R', '-c', 'fast', '-X', 'stream']);
  const port = await freePort();
  const lines = [`port = ${port}`, `unix_socket_directories = '${folder}'`];
  appendFileSync(join(folder, 'data', 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
  controlPostgres(folder, 'start');
  return serverIn(folder, port);
}

/** Starts, restarts or stops the server of a folder. */
export function controlPostgres(folder: string, ...how: readonly string[]): void {
  runProgram('pg_ctl', ['-D', join(folder, 'data'), '-w', '-s', '-l', join(folder, 'log'), ...how]);
}

/** A new database of a server, by its address. */
export async function newDatabase({ url }: PostgresServer): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runSql(url('postgres'), `CREATE DATABASE ${name}`);
  return url(name);
}

/** Runs statements as the role of an address. */
export async function runSql(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=docket,public' });
  await client.connect();
  try {
    const result = await client.query(sql);
    return (Array.isArray(result) ? result.at(-1) : result).rows;
  } finally {
    await client.end();
  }
}

/** Ends the server of a folder, if it was started, and removes the folder. */
export function endPostgres(folder: string): void {
  if (!existsSync(folder)) return;
  try {
    controlPostgres(folder, 'stop', '-m', 'immediate');
  } catch {
    // It did not start.
  }
  rmSync(folder, { recursive: true, force: true });
}

function serverIn(folder: string, port: number): PostgresServer {
  return {
    folder,
    port,
    url: (database, user = superuser, password = testPassword) =>
      `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
  };
}

/** The server refuses to run as root: then it is the user that the system's package made. */
export function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('PostgreSQL does not run as root, and there is no user "postgres".');
  return { uid: Number(uid), gid: Number(gid) };
}

function runProgram(name: string, words: readonly string[]): void {
  const { uid, gid } = serverUser() ?? {};
  execFileSync(join(postgresPrograms() ?? '', name), words, {
    cwd: '/',
    // A server holds what it is given open.
    stdio: 'ignore',
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
