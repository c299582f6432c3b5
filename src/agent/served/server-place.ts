import { dirname, resolve } from 'node:path';
import { sha256 } from '../../contracts/canonical-json.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { filesNamed } from '../command/files-named.ts';
import { programEnvironment } from '../command/program-environment.ts';
import { authHeader, type HttpAuth, keyOf } from '../http/http-auth.ts';
import type { ServerPlace } from '../http/http-runner.ts';
import { filePath } from '../source-closure.ts';
import type { VersionFactors } from '../version-factors.ts';
import { OwnServer } from './own-server.ts';
import { checkVersionFrom, type VersionFrom } from './version-from.ts';
import { VersionWatch } from './version-watch.ts';

/** How a checkout's own server is started. */
export interface ServeDefinition {
  /** The program and its arguments; no shell reads them. The port to listen on is in the variable `PORT`, and stands for `$PORT` in them. */
  readonly command: readonly [program: string, ...words: string[]];
  /** A path that is answered with 2xx as soon as it serves: `/health`. Taking connections is enough when not given. */
  readonly ready?: string;
  /** Longest time until it serves, in milliseconds; a minute when not given. */
  readonly readyMs?: number;
  /** Folder in which it runs, relative to the file that `source` names; that file's folder when not given. */
  readonly directory?: string;
  /** Variables that it gets beside those of the environment. Nothing secret: they stand in the configuration. */
  readonly variables?: Readonly<Record<string, string>>;
}

interface Served {
  readonly url: string;
  readonly source: string;
  readonly serve: ServeDefinition;
  readonly reads?: readonly string[];
  readonly versions?: Readonly<Record<string, { readonly factors?: VersionFactors }>>;
}

/**
 * A server of the checkout's own.
 * @throws {DocketError} when it cannot be one
 */
export function ownPlace({ url: path, source, serve, reads, versions = {} }: Served, at: string) {
  const { command, ready, readyMs = 60_000, directory: folder = '.', variables = {} } = serve;
  if (!Array.isArray(command) || command.length === 0 || !command.every((word) => typeof word === 'string' && word !== ''))
    throw new DocketError(
      `${at}: "serve.command" is no command. Expected the program and its arguments, each a text: ['python', 'server.py'].`,
    );
  if (typeof path !== 'string' || !/^\/(?!\/)/.test(path))
    throw new DocketError(`${at}: "url" is ${JSON.stringify(path)}. With "serve" it is the path on the agent's own server: '/decide'.`);
  if (ready !== undefined && !/^\/(?!\/)/.test(ready))
    throw new DocketError(`${at}: "serve.ready" is ${JSON.stringify(ready)}, expected a path that is answered once it serves: '/health'.`);
  const named = Object.values(versions);
  if (reads === undefined && (named.length === 0 || named.some(({ factors = {} }) => Object.keys(factors).length === 0)))
    throw new DocketError(
      `${at}: "reads" is missing. Docket cannot see which files a server is made of: list them as patterns, for example ['server/**'], or give [].`,
    );
  const directory = resolve(dirname(filePath(source)), folder);
  const server = new OwnServer({
    command: command as ServeDefinition['command'],
    directory,
    ready,
    readyMs,
    environment: (spans) => programEnvironment(process.env, variables, { address: spans }),
  });
  const place: ServerPlace = {
    // Its start is no trial's own time.
    url: async ({ spans, waiting }) =>
      new URL(path, await waiting(spans ? spans.endpoint().then((address) => server.origin(address)) : server.origin())),
  };
  return {
    ...place,
    address: new URL(path, 'http://own.server'),
    how: `${command.map((word) => (word === process.execPath ? 'node' : word)).join(' ')} (${sha256(JSON.stringify([ready, variables, folder])).slice(0, 12)})`,
    sources: filesNamed(command, directory),
    close: async () => server.close(),
  };
}

/** A server that is somewhere else. */
export function placeElsewhere(
  url: URL,
  { versionFrom, auth, at }: { readonly versionFrom: VersionFrom | undefined; readonly auth: HttpAuth | undefined; readonly at: string },
) {
  if (versionFrom) checkVersionFrom(versionFrom, at);
  const watch = new VersionWatch({ url, from: versionFrom, headers: () => authHeader(auth, auth && keyOf(auth, process.env, at)) });
  return { url: async () => url, address: url, watch };
}
