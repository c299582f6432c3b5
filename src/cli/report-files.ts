import { basename, relative } from 'node:path';
import { plainLine } from './terminal-text.ts';

/** The page among the files of a report, as a person would type its path. */
export function pageOf(files: readonly string[]): string {
  const page = files.find((file) => basename(file) === 'report.html') ?? files[0] ?? '';
  return shownPath(page);
}

/** A path relative to where the person is, when it lies below. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return plainLine(near === '' || near.startsWith('..') ? path : near);
}
