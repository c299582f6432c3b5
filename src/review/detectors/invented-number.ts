import type { Draw } from './detector.ts';

/**
 * A made-up number in the form of a real one: its letters, digits, spaces and dashes where they were, three zeros (X for letters) in front, and Luhn's
 * check right over all digits, by which it is known again. No telephone number, card or number of a person begins like that.
 * @param kept how many digits in front stay, for example a country's calling code
 */
export function inventNumber(value: string, draw: Draw, kept = 0): string | undefined {
  let place = -kept;
  const made = [...value].map((character) => {
    if (!/[\p{L}\p{N}]/u.test(character)) return character;
    place += 1;
    if (place <= 0) return character;
    const digit = /\p{N}/u.test(character);
    if (place <= 3) return digit ? '0' : character === character.toLowerCase() ? 'x' : 'X';
    if (digit) return draw.digit();
    const letter = draw.letter();
    return character === character.toLowerCase() ? letter : letter.toUpperCase();
  });
  const last = made.findLastIndex((character) => /\d/.test(character));
  if (place < 6 || last < 0) return undefined;
  for (let check = 0; check < 10; check += 1) {
    made[last] = String(check);
    const number = made.join('');
    if (isInventedNumber(number, kept)) return number;
  }
  return undefined;
}

/** True of what `inventNumber` made, and of nothing real. */
export function isInventedNumber(value: string, kept = 0): boolean {
  const signs = value.replace(/[^\p{L}\p{N}]/gu, '').slice(kept);
  return /^[0Xx]{3}/.test(signs) && passesLuhn(signs.replace(/\D/g, ''));
}

/** Luhn's check (ISO/IEC 7812-1, annex B): from the last digit on, every second one counts double, a sum of two digits as these. */
export function passesLuhn(digits: string): boolean {
  const sum = [...digits]
    .map(Number)
    .reverse()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}
