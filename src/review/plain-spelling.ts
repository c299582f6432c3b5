const digits = /\p{Nd}/gu;
const dashes = /[\p{Pd}\u2212]/gu;
const spaces = /\p{Zs}/gu;
const unseen = /\p{Cf}/gu;

/**
 * A text as detectors read it: digits, dashes, spaces and wide letters of every script in their plain form, without characters that nobody
 * sees. A number in Arabic digits, or with a zero-width space in it, is the same number.
 */
export function plainSpelling(text: string): string {
  if (isAscii(text)) return text;
  return text.normalize('NFKC').replace(unseen, '').replace(digits, plainDigit).replace(dashes, '-').replace(spaces, ' ');
}

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\u0000-\u007F]*$/.test(text);
}

/** Unicode keeps the digits of a script together, zero first, in rows of ten; a few scripts have several rows. */
function plainDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((code - first) % 10);
}
