import { beforeHalf, leftOutNote, readCutText } from './left-out.ts';

/**
 * The text, or its beginning with a note of how much was left out. A character is never cut in half.
 * @param most in UTF-16 units
 * @param where what has the rest, with its verb, where the reader can look: `verdict.json has them`
 */
export function clipText(text: string, most: number, where?: string): string {
  if (text.length <= most) return text;
  // Of a text that was cut before, the same number is counted on.
  const earlier = readCutText(text);
  const end = beforeHalf(text, most);
  const left = earlier === undefined ? text.length - end : Math.max(0, earlier.kept.length - end) + earlier.left;
  const rest = earlier === undefined ? where : 'the trial store has them';
  return `${text.slice(0, end)}${leftOutNote(left, rest)}`;
}
