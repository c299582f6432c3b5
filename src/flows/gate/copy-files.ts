import { copyFileSync, cpSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Copies files and links of one checkout into another, by paths below both top folders, with `/`. A link stays the link that it is; what is not there is left out. */
export function copyFiles(from: string, to: string, paths: Iterable<string>): void {
  for (const path of paths) copyEntry(join(from, ...path.split('/')), join(to, ...path.split('/')));
}

/** A folder is a repository inside of this one. */
function copyEntry(from: string, to: string): void {
  const found = lstatSync(from, { throwIfNoEntry: false });
  if (!found) return;
  mkdirSync(dirname(to), { recursive: true });
  if (found.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else if (found.isFile()) copyFileSync(from, to);
  else if (found.isDirectory()) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}
