import { beforeHalf, readCutText } from '../contracts/left-out.ts';

/**
 * Text from a model, a case or a tool as a report shows it: control characters, marks of direction, invisible separators and halves of
 * characters are written as `\uXXXX`, so that they are seen and do nothing. Line breaks and tabs stay.
 */
export function visibleText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(unseen, (character) =>
      Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join(''),
    );
}

/** As `visibleText`, on one line. */
export function visibleLine(text: string): string {
  return visibleText(text)
    .replace(/[\s\u00a0]+/gu, ' ')
    .trim();
}

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
  return `${text.slice(0, end)}… (${left.toLocaleString('en-US')} more characters left out${rest === undefined ? '' : `; ${rest}`})`;
}

/** All of Cc but tab and line feed; Cf (direction, joiners, tags, soft hyphen); line and paragraph separators; lone surrogates; noncharacters. */
const unseen = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}\ufffe\uffff]/gu;
