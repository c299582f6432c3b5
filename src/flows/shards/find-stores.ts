import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readCheckoutFile } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import { type ShardRecord, shardRecordSchema } from '../../contracts/shard-record.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { shardFiles } from './shard-folder.ts';

/** A store that somebody handed over. */
export interface FoundStore {
  readonly path: string;
  /** What its shard says of itself; undefined for a store that no shard wrote. */
  readonly record: ShardRecord | undefined;
}

/** A folder of downloads has a folder for each artifact, and that one perhaps the shard's own. */
const deepest = 4;
const mostOfARecord = 1024 * 1024;

/**
 * Finds the stores that a path names: a store's file, a shard's folder, or a folder with such folders in it. What a file or folder is called says
 * nothing about which shard it is of.
 * @throws {DocketError} where there is none, for a link, and for a record that is damaged
 */
export function findStores(path: string): FoundStore[] {
  const found = lookInto(path, deepest);
  if (found.length > 0) return found;
  throw new DocketError(
    `${path}: there is no trial store in it. Expected a store (.docket/docket.db), the folder that a shard wrote (.docket/shards/1-of-3), or a folder with such folders.`,
  );
}

function lookInto(path: string, depth: number): FoundStore[] {
  const kind = kindOf(path);
  if (kind === 'file') {
    if (basename(path).endsWith('.json'))
      throw new DocketError(
        `${path}: this is no trial store. Reports are merged by: docket report merge. Of a shard name the folder, or its ${shardFiles.store}.`,
      );
    return [storeAt(path, dirname(path))];
  }
  const names = readdirSync(path).sort();
  if (names.includes(shardFiles.store) || names.includes(shardFiles.record)) {
    if (!names.includes(shardFiles.store))
      throw new DocketError(`${path}: has a ${shardFiles.record} and no ${shardFiles.store}. Was all of the folder handed over?`);
    const store = join(path, shardFiles.store);
    if (kindOf(store) !== 'file') throw new DocketError(`${store}: is a folder, and no trial store.`);
    return [storeAt(store, path)];
  }
  if (depth === 0) return [];
  return names.flatMap((name) => (isFolder(join(path, name)) ? lookInto(join(path, name), depth - 1) : []));
}

function storeAt(path: string, folder: string): FoundStore {
  const file = join(folder, shardFiles.record);
  const read = basename(path) === shardFiles.store ? readCheckoutFile(file, folder, mostOfARecord) : { fault: '', missing: true as const };
  if ('fault' in read) {
    if (read.missing) return { path, record: undefined };
    throw new DocketError(`${file}: ${read.fault}.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(read.text);
  } catch (cause) {
    throw new DocketError(`${file}: is no JSON (${plainLine((cause as Error).message)}). Run that shard again.`, { cause });
  }
  const parsed = shardRecordSchema.safeParse(value);
  if (parsed.success && parsed.data.shard.number <= parsed.data.shard.count) return { path, record: parsed.data };
  const [issue] = parsed.error?.issues ?? [];
  throw new DocketError(
    `${file}: is not what a shard wrote (${plainLine(issue ? `${issue.path.join('.') || 'all of it'}: ${issue.message}` : 'its number is larger than how many there are')}). Run that shard again, with the same Docket.`,
  );
}

function isFolder(path: string): boolean {
  return lstatSync(path).isDirectory();
}

/** @throws {DocketError} for what is neither a file nor a folder: a link would lead to somebody else's */
function kindOf(path: string): 'file' | 'folder' {
  let found: ReturnType<typeof lstatSync>;
  try {
    found = lstatSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new DocketError(`${path}: ${code === 'ENOENT' ? 'there is no such file or folder' : `cannot be looked at (${code})`}.`, {
      cause,
    });
  }
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  throw new DocketError(`${path}: is ${found.isSymbolicLink() ? 'a link' : 'no file'}. Name the file or folder itself.`);
}
