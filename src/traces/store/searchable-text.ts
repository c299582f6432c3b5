/** Backslashes before a letter that they may turn into white space, or before the code of a character. A run of them is looked at once, from its beginning. */
const escapes = /(?<!\\)(\\+)(?:u([0-9a-fA-F]{4})|([nrtbf])([\p{L}\p{N}]*))/gu;

/**
 * Takes the escapes out of JSON text, so that its words can be found: `\nworld` is the word "world". Attributes hold JSON in JSON, where `\\n` is
 * a line break or the beginning of a folder's name (`C:\new`); both words are given then.
 */
export function searchableText(json: string): string {
  const whole = json.includes('\0') ? json.replaceAll('\0', ' ') : json;
  if (!whole.includes('\\')) return whole;
  return whole.replace(escapes, (_, backslashes: string, code: string | undefined, letter: string, rest: string) => {
    if (code !== undefined) return code === '0000' ? ' ' : String.fromCharCode(Number.parseInt(code, 16));
    return backslashes.length === 1 ? ` ${rest}` : ` ${rest} ${letter}${rest}`;
  });
}
