import { type Detector, matchesOf } from './detector.ts';
import { inventNumber, isInventedNumber } from './invented-number.ts';

const announced =
  /(?<!\p{L})(?:passport|reisepass|passeport|pasaporte|passaporto|passaporte|paspoort|paszport\p{L}{0,2}|pas|pasaport|(?:загран)?паспорт\p{L}{0,2}|διαβατηρίου)(?!\p{L})(?: \p{L}{3,12}(?= ))?[ _.(-]{0,2}(?:number|num|no|nr|nummer|n[°ºo]|numer|numarası|серия|номер|αριθμός)?(?!\p{L})(?:["'#:.=( ]|is|est|es|it|war|серия|номер){0,6}(?<found>[A-Z0-9](?: ?[A-Z0-9]){5,11})(?![\p{L}\p{N}])/giu;
const elsewhere =
  /(?:护照(?:号码|号)?|護照(?:號碼)?|パスポート(?:番号)?|旅券番号|여권(?:번호| 번호)?|جواز السفر(?: رقم)?|דרכון(?: מספר)?|पासपोर्ट(?: नंबर)?)[ ::"']{0,4}(?<found>[A-Z0-9]{6,12})(?![A-Z0-9])/giu;
/** Lines of a machine-readable zone (ICAO 9303). */
const machineReadable = /(?<![A-Z0-9<])[A-Z0-9<]{28,44}(?![A-Z0-9<])/g;

/** Numbers of passports after a word that announces one, and the lines that machines read in them. */
export const passport: Detector = {
  kind: 'passport',
  fieldName: /^(?:.*_)?passport(?:_(?:number|no|num|id))?$/,
  isNumber: true,
  invent: (value, draw) => (value.includes('<') ? undefined : inventNumber(value, draw)),
  isInvented: (value) => isInventedNumber(value),
  find: (text) => [
    ...[...matchesOf(text, announced), ...matchesOf(text, elsewhere)].filter(
      ({ start, end }) => text.slice(start, end).replace(/\D/g, '').length >= 3,
    ),
    ...matchesOf(text, machineReadable).filter(({ start, end }) =>
      /^[PVIAC][A-Z<][A-Z]{3}.*<<|\d{6}\d[MF<]\d{6}\d/.test(text.slice(start, end)),
    ),
  ],
};
