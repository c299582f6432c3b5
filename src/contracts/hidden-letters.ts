/** The letters and digits of a text, in small letters, and where in the text each stands. */
export interface HiddenLetters {
  readonly letters: Buffer;
  /** From where to where in the text the letter of this index is written; a `%73` takes three characters. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/**
 * Ways of writing a character by its number: percent signs (also over and over), quoted-printable, escapes of JSON and of shells, HTML's
 * references, bytes as programs list them; and what stands for no letter at all: short escapes, named references, tags.
 */
const escapes =
  /%(?:25)*([0-9a-f]{2})|=([0-9a-f]{2})|\\{1,8}u\{?0{0,4}([0-9a-f]{2})\}?|\\{1,8}x([0-9a-f]{2})|&#x0*([0-9a-f]{2});?|&#0*(\d{2,3});?|\\{1,8}([0-7]{3})|0x([0-9a-f]{2})(?![0-9a-f])|\\{1,8}[a-z"'/]|&[a-z]+;|<\/?[a-z][^<>]{0,80}>/gi;

/** True when reading escapes may give other letters than the text shows. */
export function hasEscapes(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
  return /[%=\\&<]|0x|[^\u0000-\u007f]/.test(text);
}

/** The text with its escapes read, and characters that look like a letter made that letter. */
export function readEscapes(text: string): string {
  return text.normalize('NFKC').replace(escapes, readEscape);
}

/** @param escaped whether escapes are read; what looks like one may also be the text itself */
export function hiddenLetters(text: string, escaped: boolean): HiddenLetters {
  const found = { letters: [] as string[], starts: [] as number[], ends: [] as number[] };
  const add = (written: string, start: number, end: number) => {
    for (const letter of written
      .normalize('NFKC')
      .replaceAll(/[^A-Za-z0-9]/g, '')
      .toLowerCase()) {
      found.letters.push(letter);
      found.starts.push(start);
      found.ends.push(end);
    }
  };
  const addPlain = (from: number, to: number) => {
    let at = from;
    for (const character of text.slice(from, to)) {
      add(character, at, at + character.length);
      at += character.length;
    }
  };
  let read = 0;
  for (const match of escaped ? text.matchAll(escapes) : []) {
    addPlain(read, match.index);
    read = match.index + match[0].length;
    add(readEscape(match[0], ...match.slice(1)), match.index, read);
  }
  addPlain(read, text.length);
  return { ...found, letters: Buffer.from(found.letters.join(''), 'latin1') };
}

function readEscape(_: string, ...groups: (string | number | undefined)[]): string {
  const [percent, quoted, unicode, hexadecimal, reference, decimal, octal, byte] = groups.slice(0, 8).map((group) => group?.toString());
  const hex = percent ?? quoted ?? unicode ?? hexadecimal ?? reference ?? byte;
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  if (decimal !== undefined) return String.fromCharCode(Number(decimal));
  return octal === undefined ? '' : String.fromCharCode(Number.parseInt(octal, 8));
}
