import { type Detector, type Match, matchesOf } from './detector.ts';

/** Dates with times, spans of years, and amounts in groups of three: digits in groups that are no telephone number. */
const otherFigures = new RegExp(
  [
    String.raw`(?<![\d.-])(?:19|20)\d{2}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?(?!\d)`,
    String.raw`(?<![\d.-])\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d{2}(?!\d)`,
    String.raw`(?<![\d.-])(?:19|20)\d{2}-(?:19|20)\d{2}(?![\d-]|[ .]\d)`,
    String.raw`(?<![\d.-])(?:[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d?(?: \d{3}){2,}|\d+\.\d+)(?![\d-]|[ .]\d)`,
  ].join('|'),
  'g',
);
const runs = /(?<![\p{L}\p{N}])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{1,4}\)[\s.-]?)?\d{2,5}(?:[\s.-]\d{2,5})+(?![\p{L}\p{N}])/gu;
const joined = /(?<![\p{L}\p{N}])\+\d{7,15}(?!\d)/gu;
/** The 0 that is dialled before a national number, or the 00 before an international one. */
const dialled = /(?<![\p{L}\p{N}./-])(?:\(0\d{1,5}\)|0\d{1,5})(?:[\s./-]{1,2}\d{2,9}){1,5}(?![\p{L}\p{N}])/gu;
const afterWord =
  /\b(?:phone|telephone|tel|call|mobile|cell|fax|whatsapp|telefon|handy)\b[^\d\n+(]{0,16}(?<found>[+(]?\d(?:[ ()./-]{0,2}\d){6,14})(?!\d)/giu;

const fewest = 7;
const most = 15;

/** Telephone numbers: in groups, after a plus or a 0, or after a word that announces one. Dates and amounts are none. */
export const phone: Detector = {
  kind: 'phone',
  fieldName: /^(?:.*_)?(?:phone|telephone|tel|mobile|cell|cellphone|fax)(?:_number|_no)?$/,
  isNumber: true,
  find(text) {
    // As long as the text, so that positions stay.
    const grouped = text.replace(otherFigures, (figure) => '\0'.repeat(figure.length));
    return [
      ...matchesOf(grouped, runs).flatMap((run) => numbersIn(grouped, run)),
      ...matchesOf(text, joined),
      ...matchesOf(text, dialled).filter((match) => hasRightLength(text.slice(match.start, match.end), 8)),
      ...matchesOf(text, afterWord),
    ];
  },
};

/** A run that is too long for one number may hold several, or one beside other figures: as many groups at a time as one number has. */
function numbersIn(text: string, { start, end }: Match): Match[] {
  const run = text.slice(start, end);
  if (hasRightLength(run)) return [{ start, end }];
  const numbers: { readonly start: number; end: number; digits: number }[] = [];
  for (const { 0: group, index } of run.matchAll(/\d+/g)) {
    const last = numbers.at(-1);
    const end = start + index + group.length;
    if (last && last.digits + group.length <= most) {
      last.end = end;
      last.digits += group.length;
    } else numbers.push({ start: start + index, end, digits: group.length });
  }
  return numbers.filter(({ digits }) => digits >= fewest);
}

function hasRightLength(number: string, least = fewest): boolean {
  const digits = number.replace(/\D/g, '').length;
  return digits >= least && digits <= most;
}
