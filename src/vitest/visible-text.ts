/**
 * Text from a model, a case or a tool as a failure message shows it: characters that a terminal would obey, or that turn the reading order
 * around, are written as `\uXXXX`, so that they are seen and do nothing. Line breaks stay.
 */
export function visibleText(text: string): string {
  return text.replace(obeyed, (character) =>
    Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** Control characters but the line feed, and format characters: marks of direction, joiners, tags. */
const obeyed = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu;
