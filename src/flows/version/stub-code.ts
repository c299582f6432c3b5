import { plainLine } from '../../text/hostile-text.ts';
import type { VersionChange } from './version-change.ts';

/** A name that is declared nowhere: what uses it does not compile, and says what is missing. */
export function stubName(id: string, name: string): string {
  return `to_be_written_${id}_${name}`.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

/** Lines of a comment, none of which can end it: what they say is anybody's. */
export function commentLines(mark: '//' | '#', { id, what }: VersionChange, note: string, more: readonly string[] = []): string[] {
  return [`${id}: ${what}.`, ...folded(plainLine(note)), ...more].map((line) => `${mark} ${plainLine(line)}`);
}

/** A name as code has it: `calcMaxLoan`. */
export function camelCase(name: string): string {
  const [first = '', ...others] = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = [
    first.charAt(0).toLowerCase() + first.slice(1),
    ...others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join('');
  return /^[A-Za-z]/.test(joined) ? joined : `tool${joined}`;
}

/** A name as files have it: `calc-max-loan`. */
export function kebabCase(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase();
}

function folded(text: string, width = 110): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
