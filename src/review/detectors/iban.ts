import type { Detector, Draw, Match } from './detector.ts';

const beginning = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?=[ -]?[A-Z0-9])/giu;
const shortest = 15;
const longest = 34;

/** International bank account numbers whose check digits are right (ISO 13616, modulo 97), also in groups. */
export const iban: Detector = {
  kind: 'iban',
  hasDigits: true,
  fieldName: /^(?:.*_)?(?:iban|account_number|account_no)$/,
  isNumber: true,
  invent: inventIban,
  isInvented: (value) => /^..00/.test(compactOf(value)),
  find: (text) => [...text.matchAll(beginning)].flatMap(({ index }) => ibanAt(text, index) ?? []),
};

/** Text may follow in the same alphabet, so every end at a gap is tried, the farthest first. */
function ibanAt(text: string, start: number): Match | undefined {
  let compact = '';
  const ends: { readonly end: number; readonly compact: string }[] = [];
  for (let index = start; compact.length < longest; index += 1) {
    const character = text.charAt(index);
    if (/[A-Z0-9]/i.test(character)) {
      compact += character;
      if (!/[\p{L}\p{N}]/u.test(text.charAt(index + 1))) ends.push({ end: index + 1, compact });
    } else if (!/[ -]/.test(character)) break;
  }
  const found = ends.findLast((draft) => draft.compact.length >= shortest && isRight(draft.compact));
  return found ? { start, end: found.end } : undefined;
}

/** Check digits of 00 are never right; an invented number has them, and no remainder. */
function isRight(compact: string): boolean {
  return remainder(compact) === (compact.slice(2, 4) === '00' ? 0 : 1);
}

function inventIban(value: string, draw: Draw): string {
  let place = 0;
  const made = value.replace(/[A-Z0-9]/gi, (sign) => {
    place += 1;
    if (place <= 2) return sign;
    if (place <= 4) return '0';
    return /\d/.test(sign) ? draw.digit() : draw.letter().toUpperCase();
  });
  for (let ending = 0; ending < 97; ending += 1) {
    const digits = String(ending).padStart(2, '0');
    const number = made.replace(/\d(?=[^A-Z0-9]*\d[^A-Z0-9]*$)/i, digits.charAt(0)).replace(/\d(?=[^A-Z0-9]*$)/i, digits.charAt(1));
    if (isRight(compactOf(number))) return number;
  }
  return made;
}

function compactOf(written: string): string {
  return written.replace(/[ -]/g, '');
}

/** The number modulo 97 with the first four characters moved to the end and letters as 10 to 35. */
function remainder(compact: string): number {
  let rest = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
