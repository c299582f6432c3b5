import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangedFile } from '../../contracts/text-diff.ts';
import { gitPaths } from '../git.ts';
import { type ChangedFiles, pathBelow } from './changed-files.ts';

/** More are counted. */
const mostFiles = 200;

/** Files that differ from main, as a report lists them. */
export interface ReportedFiles {
  readonly files: ChangedFile[];
  readonly leftOut: number;
}

/**
 * What differs between a commit and this checkout, those below the configuration's folder first.
 * @throws {DocketError} when git fails
 */
export async function reportedFiles(root: string, commit: string, { top, paths }: ChangedFiles): Promise<ReportedFiles> {
  const before = new Set(await gitPaths(top, '\0', 'ls-tree', '-r', '--name-only', '-z', commit));
  const files = paths.map((path): ChangedFile => {
    const there = existsSync(join(top, path));
    return { path, change: before.has(path) ? (there ? 'changed' : 'removed') : 'added' };
  });
  const inside = (path: string) => pathBelow(realpathSync(root), join(top, path)) !== undefined;
  const sorted = [...files.filter(({ path }) => inside(path)), ...files.filter(({ path }) => !inside(path))];
  return { files: sorted.slice(0, mostFiles), leftOut: Math.max(0, sorted.length - mostFiles) };
}
