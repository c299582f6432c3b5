/**
 * Text of a model, a case, a tool, a trace or a pull request is hostile: it may hold characters that a terminal or a page obeys instead of
 * showing, that turn the reading order around, or that nobody sees. This is the one table of them, and what is done with them: at the
 * terminal they are taken out (`plainText`), in everything that is kept they are written out (`visibleText`). Line breaks and tabs stay.
 */

/**
 * As Unicode sorts them: controls (C0, DEL, C1), format characters (direction, joiners, tags, soft hyphen, annotations), halves of
 * characters, line and paragraph separators, all that is shown as nothing by default (fillers, variation selectors, what is reserved for
 * such), and what will never be a character.
 */
const hostile = '(?![\\t\\n])[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}]';

/** Scripts whose spelling needs joiners: Persian and Urdu between letters, Hindi and its neighbours behind a letter or a sign. */
const joiningScripts = ['Arab', 'Syrc', 'Nkoo', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh']
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

/**
 * What is hostile anywhere else and spelling here: one joiner behind a letter of a script that needs it, a joiner between two pictures,
 * the selector that makes a sign a picture or a key.
 */
const spelling = [
  `(?=[\\p{L}\\p{M}])[${joiningScripts}][\\u200C\\u200D]`,
  '\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]?\\u200D(?=\\p{Extended_Pictographic})',
  '\\p{Extended_Pictographic}[\\uFE0E\\uFE0F]',
  '[0-9#*]\\uFE0F(?=\\u20E3)',
].join('|');

const unwanted = new RegExp(`${hostile}(?<!${spelling})`, 'gu');

/** Strings for the operating system (OSC, DCS, SOS, PM, APC), control sequences (CSI) and two-character escapes, 7 and 8 bit: ECMA-48. */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  /(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u0080-\u009F]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]{0,64}[ -/]{0,8}[@-~]|\u001B[ -/]{0,8}[0-Z\\^-~]/g;

/**
 * The text without what is hostile, and without the whole of an escape sequence.
 *
 * Works in linear time: a sequence never reaches over the beginning of the next.
 */
export function plainText(text: string): string {
  return text.replace(escapeSequences, '').replace(/\r\n?/g, '\n').replace(unwanted, '');
}

/** As `plainText`, on one line: line breaks and tabs become spaces. */
export function plainLine(text: string): string {
  return oneLine(plainText(text));
}

/** The text with what is hostile written as `\uXXXX`, so that it is seen and does nothing. JSON text keeps its value. */
export function visibleText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(unwanted, writtenOut);
}

/** As `visibleText`, on one line. */
export function visibleLine(text: string): string {
  return oneLine(visibleText(text));
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Both halves of what is beyond four digits. */
function writtenOut(character: string): string {
  return Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join('');
}
