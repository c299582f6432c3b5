import { jsonPieces } from '../../contracts/json-pieces.ts';

/**
 * Makes text from a model, a case or a file safe to print: escape sequences are taken out, and so is every other character that a
 * terminal obeys instead of showing, or that changes the order in which text is read. Line breaks and tabs stay.
 *
 * Works in linear time: a sequence never reaches over the beginning of the next.
 */
export function plainText(text: string): string {
  return text.replace(escapeSequences, '').replace(/\r\n?/g, '\n').replace(controls, '').toWellFormed();
}

/** As `plainText`, on one line: line breaks and tabs become spaces. */
export function plainLine(text: string): string {
  return plainText(text)
    .replace(/[\s\u2028\u2029]+/gu, ' ')
    .trim();
}

/**
 * JSON text, two spaces deep, that is safe on a terminal: characters JSON allows and a terminal would obey are written as `\uXXXX`,
 * so the value stays the same.
 */
export function plainJson(value: unknown): string {
  return escapeControls(JSON.stringify(value, null, 2));
}

/** Prints what `plainJson` gives, piece by piece: it may be longer than any text can be. */
export function printJson(value: unknown, output: { raw(text: string): void }): void {
  for (const piece of jsonPieces(value, 2)) output.raw(escapeControls(piece));
  output.raw('\n');
}

function escapeControls(json: string): string {
  return json.replace(controlsInJson, (character) =>
    [...Array(character.length).keys()].map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** Strings for the operating system (OSC, DCS, SOS, PM, APC), control sequences (CSI) and two-character escapes, 7 and 8 bit: ECMA-48. */
const escapeSequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  /(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u0080-\u009F]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B\[|\u009B)[0-?]{0,64}[ -/]{0,8}[@-~]|\u001B[ -/]{0,8}[0-Z\\^-~]/g;

/** C0 without tab and line feed, DEL, C1, marks and overrides of direction, invisible separators, tags. */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

/** What JSON.stringify leaves as it is: it escapes C0 and lone surrogates itself. */
const controlsInJson = /[\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;
