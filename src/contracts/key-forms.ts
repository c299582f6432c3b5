/** Shortest piece of a key, in letters and digits, that is taken for a piece of it. Half a key is most of a key. */
export const shortestPiece = 12;

/** All forms and all texts are cut into pieces of this length to be compared. */
const gramLength = 8;

/** Where a text shows a piece of a key: from the first character to behind the last. */
export type KeyRange = readonly [start: number, end: number];

/**
 * What a key looks like to somebody who wants to hide it: as it is, backwards, by rot13, and each of these and the key itself in base64
 * (at each of its three alignments, in both alphabets), in hexadecimal and in decimal codes, once or twice over. Compared are letters and
 * digits in small letters alone, so neither what stands between them nor capitals can hide a key.
 */
export class KeyForms {
  readonly #grams = new Set<string>();
  /** A gram's hash leads here at once; most text has none of them. */
  readonly #mayStart = new Uint8Array(1 << 16);
  readonly #wholeLength: number;

  constructor(key: string) {
    this.#wholeLength = lettersOf(key).length;
    for (const form of formsOf(key).map(lettersOf)) {
      if (form.length < shortestPiece) continue;
      for (let at = 0; at + gramLength <= form.length; at += 1) {
        this.#grams.add(form.toString('latin1', at, at + gramLength));
        this.#mayStart[hashAt(form, at)] = 1;
      }
    }
  }

  /** True when there may be a piece of the key in a text; false when there is none. As fast as a long text needs it. */
  mayBeIn(text: string): boolean {
    const letters = lettersOf(text);
    // A piece of twelve holds a gram of eight at one of any five places in a row.
    const stride = shortestPiece - gramLength + 1;
    for (let at = 0; at + gramLength <= letters.length; at += stride) if (this.#isGram(letters, at)) return true;
    return false;
  }

  /** The pieces of the key in small letters and digits. A piece without a digit may be a word: then only a whole key counts. */
  *pieces(letters: Buffer): Generator<KeyRange> {
    let start = -1;
    for (let at = 0; at <= letters.length; at += 1) {
      const isGram = at + gramLength <= letters.length && this.#isGram(letters, at);
      if (isGram && start < 0) start = at;
      if (isGram || start < 0) continue;
      const end = at + gramLength - 1;
      const piece = letters.toString('latin1', start, end);
      if (piece.length >= shortestPiece && (/\d/.test(piece) || piece.length >= this.#wholeLength)) yield [start, end];
      start = -1;
    }
  }

  #isGram(letters: Buffer, at: number): boolean {
    return this.#mayStart[hashAt(letters, at)] === 1 && this.#grams.has(letters.toString('latin1', at, at + gramLength));
  }
}

function hashAt(letters: Buffer, at: number): number {
  let hash = 0;
  for (let index = at; index < at + gramLength; index += 1) hash = (Math.imul(hash, 31) + (letters[index] ?? 0)) | 0;
  return (hash ^ (hash >>> 16)) & 0xffff;
}

/** What each byte counts as: a digit or a small letter as itself, a capital as its small letter, everything else as nothing. */
const smallLetters = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[a-z0-9]/i.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});

/** What is compared of a text. */
function lettersOf(text: string): Buffer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not ASCII
  const bytes = Buffer.from(text.replaceAll(/[^\u0000-\u007f]+/g, ''), 'latin1');
  let length = 0;
  for (const byte of bytes) {
    const letter = smallLetters[byte] ?? 0;
    if (letter !== 0) bytes[length++] = letter;
  }
  return bytes.subarray(0, length);
}

function formsOf(key: string): string[] {
  const plain = [key, [...key].reverse().join(''), rot13(key)];
  const once = plain.flatMap(encodings);
  const twice = encodings(key).flatMap(encodings);
  return [...plain, ...once, ...twice];
}

function encodings(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const codes = [...bytes];
  return [...base64Forms(bytes), bytes.toString('hex'), codes.join(' ')];
}

/** Inside a longer text a key begins at any of three places of base64; the characters that depend on what is around it are left out. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor((padded.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((alphabet) => padded.toString(alphabet).slice(first, last));
  });
}

function rot13(text: string): string {
  return text.replaceAll(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}
