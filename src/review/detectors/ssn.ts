import { type Detector, matchesOf } from './detector.ts';
import { inventNumber, isInventedNumber } from './invented-number.ts';

const grouped = /(?<![\p{L}\p{N}-])(?!666|9\d\d)\d{3}([- .])(?!00)\d{2}\1(?!0000)\d{4}(?![\p{L}\p{N}-])/gu;
const afterWord = /\b(?:ssn|social security)\b[^\d\n]{0,20}(?<found>\d{9})(?!\d)/giu;

/** Social security numbers of the United States: in their groups, or nine digits after a word that announces one. */
export const ssn: Detector = {
  kind: 'ssn',
  hasDigits: true,
  fieldName: /^(?:.*_)?(?:ssn|social_security)(?:_number|_no)?$/,
  isNumber: true,
  invent: (value, draw) => inventNumber(value, draw),
  isInvented: (value) => isInventedNumber(value),
  find: (text) =>
    [...matchesOf(text, grouped), ...matchesOf(text, afterWord)].filter(({ start, end }) => {
      const number = text.slice(start, end);
      return !number.startsWith('000') || isInventedNumber(number);
    }),
};
