import { type Detector, type Match, matchesOf } from './detector.ts';

const grouped = /(?<![\p{L}\p{N}])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{1,4}\)[\s.-]?)?\d{2,5}(?:[\s.-]\d{2,5}){1,5}(?![\p{L}\p{N}])/gu;
const joined = /(?<![\p{L}\p{N}])\+\d{7,15}(?!\d)/gu;
const afterWord = /\b(?:phone|telephone|tel|call|mobile|cell|fax)\b[^\d\n]{0,12}(?<number>\d{7,15})(?!\d)/giu;

/** Telephone numbers: in groups, after a plus, or after a word that announces one. Dates and amounts with dots are none. */
export const phone: Detector = {
  kind: 'phone',
  find: (text) => [
    ...matchesOf(text, grouped).filter((match) => isNumber(text, match)),
    ...matchesOf(text, joined),
    ...matchesOf(text, afterWord, 'number'),
  ],
};

function isNumber(text: string, { start, end }: Match): boolean {
  const found = text.slice(start, end);
  const digits = found.replace(/\D/g, '').length;
  const isDate = /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[.-]\d{1,2}[.-]\d{4})$/.test(found);
  const isAmount = /^\d{1,3}(?:\.\d{3})+$/.test(found) || /^\d+\.\d+$/.test(found);
  return digits >= 7 && digits <= 15 && !isDate && !isAmount;
}
