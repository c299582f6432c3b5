import { globSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { DocketError } from '../contracts/docket-error.ts';
import { contentHash } from './content-hash.ts';

interface ReadingAgent {
  readonly name: string;
  readonly reads?: readonly string[] | undefined;
  readonly root?: string | undefined;
}

/**
 * Path and content hash of every file that the agent declares to read at run time, sorted; a folder stands for everything below it. Links are
 * followed: what is read is what counts.
 * @throws {DocketError} when a pattern matches nothing or is absolute: a slip of the pen would otherwise leave a file out in silence.
 */
export function readFiles(agent: ReadingAgent): [path: string, hash: string][] {
  return readPaths(agent)
    .map((file): [string, string] => [
      relative(agent.root ?? '', file)
        .split(sep)
        .join('/'),
      contentHash(file),
    ])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The files themselves. */
export function readPaths({ name, reads = [], root }: ReadingAgent): string[] {
  if (reads.length === 0) return [];
  const at = `agent "${name}", reads`;
  if (root === undefined)
    throw new DocketError(`${at}: the patterns are relative to docket.config.ts, but the agent was not loaded from one.`);
  const files = new Set<string>();
  for (const pattern of reads) {
    if (isAbsolute(pattern))
      throw new DocketError(`${at}: "${pattern}" is absolute. Write it relative to docket.config.ts, for example data/**.`);
    const seen = new Set<string>();
    const matches = globSync(pattern, { cwd: root, exclude: (name) => name === written }).flatMap((match) =>
      filesBelow(join(root, match), seen),
    );
    for (const file of matches) files.add(file);
    if (matches.length === 0)
      throw new DocketError(`${at}: "${pattern}" matches no file below ${root}. Correct the pattern, or remove it.`);
  }
  return [...files];
}

/** Python writes what it compiled there while it runs. */
const written = '__pycache__';

/** @param seen paths that were looked at: a pattern matches folders and all that is in them */
function filesBelow(path: string, seen: Set<string>, above: readonly string[] = []): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [path];
  if (!found?.isDirectory()) return [];
  const real = realpathSync(path);
  if (above.includes(real)) return [];
  return readdirSync(path).flatMap((entry) => (entry === written ? [] : filesBelow(join(path, entry), seen, [...above, real])));
}
