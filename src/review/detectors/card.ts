import type { Detector, Match } from './detector.ts';
import { inventNumber, isInventedNumber, passesLuhn } from './invented-number.ts';

const digitRuns = /(?<![\p{L}\p{N}])\d+(?:[ .-]{1,3}\d+)*(?![\p{L}])/gu;
/** How numbers of payment cards begin (ISO/IEC 7812-1): travel and banking; and the invented ones. */
const issued = /^(?:3[04-9]|4|5[0-8]|6|2[2-7]|000)/;
const shortest = 13;
const longest = 19;

/** Payment card numbers: 13 to 19 digits, also in groups, that begin as cards do and pass Luhn's check. */
export const card: Detector = {
  kind: 'card',
  hasDigits: true,
  fieldName: /^(?:.*_)?card_(?:number|no)$/,
  isNumber: true,
  invent: (value, draw) => inventNumber(value, draw),
  isInvented: (value) => isInventedNumber(value),
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

function isCard(number: string): boolean {
  return number.length >= shortest && number.length <= longest && issued.test(number) && passesLuhn(number);
}
