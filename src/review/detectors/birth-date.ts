import { type Detector, type Match, matchesOf } from './detector.ts';
import { januaryOf, monthNames } from './month-names.ts';

const numeric = String.raw`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|(?:19|20)\d{2}年\d{1,2}月\d{1,2}日|(?:19|20)\d{2}년 ?\d{1,2}월 ?\d{1,2}일`;
const worded = String.raw`\d{1,2}(?:st|nd|rd|th)?\.? (?:de |of )?\p{L}[\p{L}\p{M}]{2,12}\.?,? (?:de )?(?:19|20)\d{2}|\p{L}{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}`;
const words =
  'born|birth|birth-?date|birthday|dob|d\\.o\\.b\\.?|b\\.|geboren|geb\\.?|geburtsdatum|geburtstag|né|née|naissance|nacid[oa]|nacimiento|nascid[oa]|nascimento|nat[oa]|nascita|urodzon[ya]|urodzenia|geboortedatum|född|født|syntynyt|narozen[áa]?|született|doğum|родил(?:ся|ась)|рождения|народження|γέννησης|γεννήθηκε|sinh';
const announced = new RegExp(
  String.raw`(?<![\p{L}])(?:${words})(?![\p{L}])(?:[ \t_]{0,2}(?:date|on|the|-|in \p{L}{3,15},?|am|le|el|il|em|dnia|day|is|was|tarihi|ngày|date is|:|=|"|'|\(|,)){0,5}[ \t_"':(]{0,4}(?<found>${numeric}|${worded})(?![\p{L}\p{N}])`,
  'giu',
);
const elsewhere = new RegExp(
  `(?:生年月日|生日|出生日期|出生|誕生日|생년월일|생일|تاريخ الميلاد|جन्म तिथि|जन्म तिथि|תאריך לידה)[ ::"']{0,4}(?<found>${numeric})`,
  'gu',
);

/** Dates of birth, after a word that says so in one of twenty languages; other dates are none. */
export const birthDate: Detector = {
  kind: 'birth-date',
  hasDigits: true,
  fieldName:
    /^(?:.*_)?(?:dob|birth_?date|date_of_birth|birth_?day|born(?:_on)?|geburtsdatum|date_de_naissance|fecha_de_nacimiento|fecha_nacimiento|data_de_nascimento|data_nascimento|data_di_nascita)$/,
  invent: firstOfJanuary,
  isInvented: (value) => firstOfJanuary(value) === value,
  find: (text) => [...matchesOf(text, announced), ...matchesOf(text, elsewhere)].filter((match) => isDate(text, match)),
};

/** The year stays, because age decides; the day becomes the first of January, as it is written. */
function firstOfJanuary(date: string): string | undefined {
  const iso = /^(\d{4})([-/.年년] ?)(\d{1,2})([-/.月월] ?)(\d{1,2})/u.exec(date);
  if (iso) {
    const [whole, year, one, month = '', two, day = ''] = iso;
    return `${year}${one}${first(month)}${two}${first(day)}${date.slice(whole.length)}`;
  }
  const short = /^(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{2,4})$/.exec(date);
  if (short) return `${first(short[1] ?? '')}${short[2]}${first(short[3] ?? '')}${short[4]}${short[5]}`;
  const word = date.match(/\p{L}[\p{L}\p{M}]{2,12}/gu)?.find((each) => monthNames().has(each.toLowerCase()));
  if (word === undefined) return undefined;
  return date.replace(/(?<!\d)\d{1,2}(?!\d)(?:st|nd|rd|th)?/u, (day) => (/[a-z]/i.test(day) ? '1st' : '1')).replace(word, januaryOf(word));
}

function first(written: string): string {
  return written.length > 1 ? '01' : '1';
}

function isDate(text: string, { start, end }: Match): boolean {
  return firstOfJanuary(text.slice(start, end)) !== undefined;
}
