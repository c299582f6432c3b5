import { type Detector, matchesOf } from './detector.ts';

const grouped = /(?<![\p{L}\p{N}-])(?!000|666|9\d\d)\d{3}([- .])(?!00)\d{2}\1(?!0000)\d{4}(?![\p{L}\p{N}-])/gu;
const afterWord = /\b(?:ssn|social security)\b[^\d\n]{0,20}(?<found>\d{9})(?!\d)/giu;

/** Social security numbers of the United States: in their groups, or nine digits after a word that announces one. */
export const ssn: Detector = {
  kind: 'ssn',
  fieldName: /^(?:.*_)?(?:ssn|social_security)(?:_number|_no)?$/,
  isNumber: true,
  find: (text) => [...matchesOf(text, grouped), ...matchesOf(text, afterWord)],
};
