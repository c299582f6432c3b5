import type { Detector, Match } from './detector.ts';

const digitRuns = /(?<![\p{L}\p{N}])\d+(?:[ .-]{1,3}\d+)*(?![\p{L}])/gu;
const shortest = 13;
const longest = 19;

/** Payment card numbers: 13 to 19 digits, also in groups, that pass Luhn's check (ISO/IEC 7812-1, annex B). */
export const card: Detector = {
  kind: 'card',
  fieldName: /^(?:.*_)?card_(?:number|no)$/,
  isNumber: true,
  find: (text) => [...text.matchAll(digitRuns)].flatMap((match) => cardsIn(match[0], match.index)),
};

/** Other digits may stand beside a number, so it may begin and end at any gap. */
function cardsIn(run: string, offset: number): Match[] {
  const groups = [...run.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
    digits,
    start: offset + index,
    end: offset + index + digits.length,
  }));
  return groups.flatMap(({ start }, first) => {
    let number = '';
    const end = groups.slice(first, first + longest).reduce((farthest, group) => {
      number += group.digits;
      return isCard(number) ? group.end : farthest;
    }, start);
    return end > start ? [{ start, end }] : [];
  });
}

/** By its length and Luhn's check: from the last digit on, every second one counts double, a sum of two digits as these. */
function isCard(number: string): boolean {
  if (number.length < shortest || number.length > longest) return false;
  const sum = [...number]
    .map(Number)
    .reverse()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0);
  return sum % 10 === 0;
}
