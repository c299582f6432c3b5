import { basename, relative } from 'node:path';
import { exitCodes } from '../../contracts/docket-error.ts';
import { plainLine, plainText } from '../../text/hostile-text.ts';
import type { Output } from '../terminal/terminal.ts';

/** What stands in the place of the page's path when there is none. */
export const notWritten = 'not written, see below';

/** Says which reports are not there, and gives the exit code: what another program waits for was not made, so it is no success. */
export function endUnwritten(exitCode: number, unwritten: string, note: Output): number {
  note.line(`${note.style('red', 'error:')} ${plainText(unwritten)}`);
  return exitCode === exitCodes.pass ? exitCodes.usage : exitCode;
}

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
