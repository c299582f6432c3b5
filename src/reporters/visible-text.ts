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

/** The text, or its beginning with a note of how much was left out. `most` in UTF-16 units; a character is never cut in half. */
export function clipText(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text[most - 1] ?? '') ? most - 1 : most;
  return `${text.slice(0, end)}… (${(text.length - end).toLocaleString('en-US')} more characters left out)`;
}

/** All of Cc but tab and line feed; Cf (direction, joiners, tags, soft hyphen); line and paragraph separators; lone surrogates; noncharacters. */
const unseen = /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}\ufffe\uffff]/gu;
