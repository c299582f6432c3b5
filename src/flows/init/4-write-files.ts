import { appendFileSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folderLiesWithin, repositoryAround } from '../../contracts/checkout-file.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { WantedFile } from './templates/project-plan.ts';

/** What became of a file, or would. */
export interface FileOutcome {
  readonly path: string;
  readonly what: string;
  readonly done: 'written' | 'added' | 'left';
  /** Lines that were added to a list. */
  readonly lines?: readonly string[];
}

/**
 * Writes what is not there. A file that is there is left as it is, whatever it holds; a list gets the lines that it lacks.
 * @throws {DocketError} when a file cannot be written; those before it are
 */
export function writeFiles(directory: string, wanted: readonly WantedFile[], dryRun: boolean): FileOutcome[] {
  const within = repositoryAround(directory);
  return wanted.map((file) => {
    const { path, what } = file;
    const place = join(directory, path);
    const there = lstatSync(place, { throwIfNoEntry: false });
    try {
      if (!there) {
        if (!folderLiesWithin(dirname(place), within))
          throw new DocketError(`${path}: its folder leads out of the repository. Nothing is written there.`);
        if (!dryRun) {
          mkdirSync(dirname(place), { recursive: true });
          // Exclusive: what came in between is not overwritten either.
          writeFileSync(place, file.text, { flag: 'wx' });
        }
        return { path, what, done: 'written' };
      }
      if (!file.lines || !there.isFile()) return { path, what, done: 'left' };
      const before = readFileSync(place, 'utf8');
      const known = new Set(before.split(/\r?\n/).map(plainPattern));
      const lines = file.text.split('\n').filter((line) => line !== '' && !known.has(plainPattern(line)));
      if (lines.length === 0) return { path, what, done: 'left' };
      if (!dryRun) appendFileSync(place, `${before === '' || before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`);
      return { path, what, done: 'added', lines };
    } catch (cause) {
      if (cause instanceof DocketError) throw cause;
      throw new DocketError(
        `${path} cannot be written (${(cause as NodeJS.ErrnoException).code}). Nothing after it was; run the same again.`,
        { cause },
      );
    }
  });
}

/** `/node_modules/` leaves alone what `node_modules` does. */
function plainPattern(line: string): string {
  return line.trim().replace(/^\/|\/$/g, '');
}
