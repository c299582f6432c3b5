import { type Detector, matchesOf } from './detector.ts';
import { inventNumber, isInventedNumber } from './invented-number.ts';
import { callingCodeLength, isMobileNumber } from './phone-library.ts';

/** Dates with times, spans of years, and amounts in groups of three: digits in groups that are no telephone number. */
const otherFigures = new RegExp(
  [
    String.raw`(?<![\d.-])(?:19|20)\d{2}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2})?(?!\d)`,
    String.raw`(?<![\d.-])\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}(?!\d)`,
    String.raw`(?<![\d.-])(?:19|20)\d{2}-(?:19|20)\d{2}(?![\d-]|[ .]\d)`,
    String.raw`(?<![\d.-])(?:[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d?(?: \d{3}){2,}|\d+\.\d+)(?![\d-]|[ .]\d)`,
  ].join('|'),
  'g',
);
const international = /(?<![\p{L}\p{N}])\+\d(?:[ ()./-]{0,3}\d){6,14}(?![\p{L}\p{N}])/gu;
/** The 00 that is dialled before a calling code. */
const dialledAbroad = /(?<![\p{L}\p{N}./-]|\d )00 ?[1-9]\d{0,2}(?:[ ()./-]{0,2}\d){6,12}(?![\p{L}\p{N}])/gu;
/** The 0 that is dialled before a national number. */
const dialled = /(?<![\p{L}\p{N}./-]|\d )(?:\(0[1-9]\d{0,4}\)|0[1-9]\d{0,4})(?:[ ./-]{1,2}\d{2,9}){1,5}(?![\p{L}\p{N}])/gu;
/** As in North America; also with an area code that nobody has. */
const northAmerican = /(?<![\p{L}\p{N}])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\p{L}\p{N}])/gu;
const grouped = /(?<![\p{L}\p{N}.-])(?:\(\d{2,4}\) ?)?\d{2,5}(?:[ -]\d{2,5}){1,5}(?![\p{L}\p{N}]|[ .-]\d| ?[A-Z]{3}(?!\p{L})| ?[€$£¥])/gu;
const afterWord =
  /(?<!\p{L})(?:phone|telephone|tel|call|mobile|mob|cell|cel|gsm|fax|whatsapp|telefon\p{L}{0,3}|handy|portable|téléphone|teléfono|móvil|celular|telefone|telefono|cellulare|тел|телефон\p{L}{0,3})(?!\p{L})[^\d\n+(]{0,16}(?<found>[+(]?\d(?:[ ()./-]{0,2}\d){6,14})(?!\d)/giu;
const afterOtherScript =
  /(?:电话|手机号?|電話番号?|電話|전화번호|전화|핸드폰|هاتفي?|फ़ोन|फोन|טלפון|โทร)[^\d\n+(]{0,8}(?<found>[+(]?\d(?:[ ()./-]{0,2}\d){6,14})(?!\d)/gu;
/** What says of the number after it that it is another one: "Case #0012-3456-7890", "SN-5550-1234-77". */
const otherNumber =
  /(?:(?<!\p{L})(?:case|claim|policy|order|ticket|invoice|ref|reference|tracking|parcel|contract|loan|account|booking|flight|serial|model|sku|part|item|batch|file|meter|reading|card|iban|version|id|amount|sum|total|price|balance|income|salary)s?(?: (?:id|no|nr|number|code|is))?[ \t.:#"=]{0,4}|#|№|\p{L}\d{0,3}-)$/iu;

const fewest = 7;
const most = 15;

/** Telephone numbers: with a plus, a 0 or 00, as North America and mobile telephones of each country write them, or after a word that announces one. */
export const phone: Detector = {
  kind: 'phone',
  hasDigits: true,
  fieldName: /^(?:.*_)?(?:phone|telephone|tel|mobile|cell|cellphone|fax|whatsapp)(?:_number|_no)?$/,
  isNumber: true,
  invent: (value, draw) => inventNumber(value, draw, keptDigits(value)),
  // Of an invented number nobody can say how long a calling code is that no country has.
  isInvented: (value) => (value.startsWith('+') ? [1, 2, 3] : [keptDigits(value)]).some((kept) => isInventedNumber(value, kept)),
  find(text) {
    // As long as the text, so that positions stay.
    const others = text.replace(otherFigures, (figure) => '\0'.repeat(figure.length));
    const unannounced = [
      ...matchesOf(others, dialled).filter(
        (match) => hasRightLength(text.slice(match.start, match.end), 8) && !/^0\d{4}-\d{3}$/.test(text.slice(match.start, match.end)),
      ),
      ...matchesOf(others, dialledAbroad).filter((match) => callingCodeLength(`+${text.slice(match.start + 2, match.end)}`) > 0),
      ...matchesOf(others, northAmerican),
      ...matchesOf(others, grouped).filter((match) => isNational(text.slice(match.start, match.end))),
    ];
    return [
      ...matchesOf(text, international),
      ...unannounced.filter(({ start }) => !otherNumber.test(text.slice(Math.max(0, start - 24), start))),
      ...matchesOf(text, afterWord),
      ...matchesOf(text, afterOtherScript),
    ];
  },
};

function isNational(number: string): boolean {
  return hasRightLength(number, 9) && isMobileNumber(number);
}

/** The calling code stays, and the 1 before a number of North America. */
function keptDigits(value: string): number {
  return value.startsWith('+') ? callingCodeLength(value) || 1 : /^1[ .-]/.test(value) ? 1 : 0;
}

function hasRightLength(number: string, least = fewest): boolean {
  const digits = number.replace(/\D/g, '').length;
  return digits >= least && digits <= most;
}
