import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type PostgresServer, serverUser, testPassword } from './postgres-server.ts';

const program = '/usr/sbin/pgbouncer';

/** Why tests of PgBouncer cannot run here; undefined where they can. */
export function whyNoPgBouncer(): string | undefined {
  return existsSync(program) ? undefined : 'PgBouncer is not installed (apt-get install pgbouncer), so nothing is tried through it.';
}

/** A real PgBouncer before a server. */
export interface PgBouncer {
  /** The address of a database through it. */
  through(url: string): string;
  end(): Promise<void>;
}

/** @param settings lines of its configuration */
export async function startPgBouncer({ port: behind }: Pick<PostgresServer, 'port'>, settings: readonly string[]): Promise<PgBouncer> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-pgbouncer-'));
  const port = await freePort();
  const [users, configuration] = [join(folder, 'users'), join(folder, 'pgbouncer.ini')];
  writeFileSync(users, `"docket_owner" "${testPassword}"\n`);
  writeFileSync(
    configuration,
    [
      '[databases]',
      `* = host=127.0.0.1 port=${behind}`,
      '[pgbouncer]',
      ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = plain', `auth_file = ${users}`],
      ...settings,
    ].join('\n'),
  );
  const owner = serverUser();
  if (owner) for (const path of [folder, users, configuration]) chownSync(path, owner.uid, owner.gid);
  const child = spawn(program, [configuration], { stdio: 'ignore', cwd: '/', ...owner });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (tries > 3000) throw new Error('PgBouncer did not start.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    through: (url) => url.replace(`:${behind}/`, `:${port}/`),
    async end() {
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGKILL'), 1000).unref();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
