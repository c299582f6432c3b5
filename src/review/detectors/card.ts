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
  const groups = [...run.matchAll(/\d+/g)].map((match) => ({ digits: match[0], start: match.index, end: match.index + match[0].length }));
  const found: Match[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    let digits = '';
    let last: number | undefined;
    for (let next = first; next < groups.length && digits.length <= longest; next += 1) {
      digits += groups[next]?.digits ?? '';
      if (digits.length >= shortest && digits.length <= longest && passesLuhn(digits)) last = next;
    }
    if (last === undefined) continue;
    found.push({ start: offset + (groups[first]?.start ?? 0), end: offset + (groups[last]?.end ?? 0) });
    first = last;
  }
  return found;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - index));
    const doubled = digit * 2;
    sum += index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
