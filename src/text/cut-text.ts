import { createHash } from 'node:crypto';
import { beforeHalf, leftOutNote, readCutText } from './left-out.ts';

/**
 * Most of one text that reports keep, in UTF-16 units: many times what a person reads. The trial store keeps all of it.
 */
export const longestReported = 100_000;

/**
 * A value in which every longer text is cut, with a note of how much is missing, where it is, and a digest of the whole: texts that differ
 * anywhere still differ when they are cut. The same value where nothing is that long; what is cut no longer holds on to the whole.
 */
export function cutTexts<Value>(value: Value, most = longestReported): Value {
  return holdsLonger(value, most) ? (cut(value, most) as Value) : value;
}

/** Nearly every value holds none: that is found out without a copy of it. */
function holdsLonger(value: unknown, most: number): boolean {
  if (typeof value === 'string') return value.length > most;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((member) => holdsLonger(member, most));
  for (const name in value) if (name.length > most || holdsLonger((value as Readonly<Record<string, unknown>>)[name], most)) return true;
  return false;
}

function cut(value: unknown, most: number): unknown {
  if (typeof value === 'string') return cutText(value, most);
  if (Array.isArray(value)) {
    const members = value.map((member) => cut(member, most));
    return members.some((member, index) => member !== value[index]) ? members : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const members = entries.map(([name, member]): [string, unknown] => [cutText(name, most), cut(member, most)]);
  const changed = members.some(([name, member], index) => name !== entries[index]?.[0] || member !== entries[index]?.[1]);
  return changed ? Object.fromEntries(members) : value;
}

function cutText(text: string, most: number): string {
  if (text.length <= most || readCutText(text)) return text;
  const end = beforeHalf(text, most);
  // A slice would keep the whole in memory; through bytes it is a text of its own.
  const kept = Buffer.from(text.slice(0, end), 'utf16le').toString('utf16le');
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${kept}${leftOutNote(text.length - end, `the trial store has them; SHA-256 ${digest}`)}`;
}
