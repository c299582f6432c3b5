import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { canonicalJson, sha256 } from '../contracts/canonical-json.ts';
import type { DescribedAgent, DescribedVersion } from '../contracts/described-agent.ts';
import { DocketError } from '../contracts/docket-error.ts';
import { ignoreList, keptByPython } from '../contracts/ignored-files.ts';
import { howToRead, unreadRepository } from '../model/unread-repository.ts';

const run = promisify(execFile);

/**
 * Hash of the files that a program or a server may be made of, beside those that a pattern names: which language it is written in, and what it loads, is not
 * followed. Those of the configuration's folder; of the whole repository where no pattern names any. Without what git ignores, cases, reports, documents and what the
 * configuration ignores. Undefined for an agent whose code is followed, and outside of a repository.
 * @throws {DocketError} where there is a repository and git does not read it
 */
export async function restHash(
  { own, root: place, reads = [], ignored }: Pick<DescribedAgent, 'own' | 'root' | 'reads' | 'ignored'>,
  { factors = {} }: Pick<DescribedVersion, 'factors'>,
): Promise<string | undefined> {
  if (own === undefined || own.kind === 'function' || place === undefined) return undefined;
  const root = realpathSync(place);
  const named = reads.length > 0 || Object.values(factors).some(({ files }) => files.length > 0);
  const top = await git(root, 'rev-parse', '--show-toplevel').then(
    (told) => told.trim(),
    () => undefined,
  );
  if (top === undefined) {
    const unread = unreadRepository(root);
    // What it is made of could change, and nobody would see it.
    if (unread)
      throw new DocketError(
        `Which files the agent is made of is read as git has them, and git does not read ${unread.top}: ${unread.reason}. ${howToRead(unread)}`,
      );
    return undefined;
  }
  const idle = ignoreList(ignored?.ignore ?? [], ignored?.cases ?? 'cases');
  const files = await filesWithIds(top, named ? root : top);
  const others = files.flatMap(([path]) => {
    const [, folder] = /^(.*\/|)docket\.config\.[cm]?[jt]s$/.exec(path) ?? [];
    return folder === undefined || join(top, folder) === join(root, '/') ? [] : [`${folder}cases/`, `${folder}reports/`];
  });
  const counts = (path: string) => {
    // What other agents of the repository are judged by.
    if (others.some((folder) => path.startsWith(folder))) return false;
    const below = relative(root, join(top, path)).split(sep).join('/');
    // Patterns are relative to the configuration; for a file elsewhere they are what follows the top folder.
    const name = below.startsWith('..') || isAbsolute(below) ? path : below;
    return !idle.isOwn(name) && !idle.ignores(name) && !/^docket\.config\.[cm]?[jt]s$/.test(name);
  };
  const entries = files.filter(([path]) => counts(path));
  return sha256(canonicalJson(entries.map(([path, id]) => [relative(root, join(top, path)).split(sep).join('/'), id])));
}

/** Every file that git has or would take, with the id of its content, as it is now; a link by where it leads. */
async function filesWithIds(top: string, folder: string): Promise<[path: string, id: string][]> {
  const plain = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
  const list = async (...words: string[]) =>
    (await git(folder, ...plain, 'ls-files', '-z', '--full-name', ...words)).split('\0').filter((path) => path !== '');
  const [staged, changed, gone, others] = await Promise.all([
    list('--stage'),
    list('--modified'),
    list('--deleted'),
    list('--others', '--exclude-standard'),
  ]);
  const ids = new Map(
    staged.map((line) => {
      const [about = '', path = ''] = line.split('\t');
      return [path, about.split(' ')[1] ?? ''] as const;
    }),
  );
  const sources = others.filter((path) => !keptByPython.test(path));
  const present = [...new Set([...changed, ...sources])].filter((path) => lstatSync(join(top, path), { throwIfNoEntry: false }));
  const links = present.filter((path) => lstatSync(join(top, path)).isSymbolicLink());
  const files = present.filter((path) => lstatSync(join(top, path)).isFile());
  const hashed = files.length === 0 ? [] : (await hashObjects(top, files)).split('\n');
  files.forEach((path, index) => void ids.set(path, hashed[index] ?? sha256(readFileSync(join(top, path), 'latin1'))));
  for (const path of links) ids.set(path, linkId(readlinkSync(join(top, path), 'buffer'), [...ids.values()][0]));
  for (const path of gone) ids.delete(path);
  return [...ids].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** A link is the text of where it leads, hashed as the repository's other content is. */
function linkId(target: Buffer, other = ''): string {
  return createHash(other.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${target.length}\0`)
    .update(target)
    .digest('hex');
}

/** The ids that git would give to the content once it is committed, so that committing changes nothing. */
function hashObjects(top: string, paths: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile('git', ['-C', top, 'hash-object', '--stdin-paths'], { maxBuffer: 256 * 1024 * 1024 }, (error, listed) =>
      error ? reject(error) : resolve(listed),
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(paths.map((path) => `${path}\n`).join(''));
  });
}

async function git(folder: string, ...words: string[]): Promise<string> {
  return (await run('git', ['-C', folder, ...words], { maxBuffer: 256 * 1024 * 1024 })).stdout;
}
