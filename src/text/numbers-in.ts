import { readNotation } from './number-notation.ts';

/** What a number counts, as far as the text says it. */
export type NumberKind = 'percent' | 'money' | 'times' | 'plain';

/** A number as a text has it. */
export interface SaidNumber {
  readonly text: string;
  readonly value: number;
  readonly kind: NumberKind;
  /** What one more of its last digit is worth: 36 % may be 35.96. Of "about $2,300" it is a hundred. */
  readonly step: number;
  /** Digits that say something: 2 of 0.64, 3 of 64.8. */
  readonly digits: number;
  /** Where it begins. */
  readonly index: number;
}

const multipliers: Readonly<Record<string, number>> = { k: 1e3, thousand: 1e3, m: 1e6, million: 1e6, billion: 1e9 };

/** Dates and times, which are no figures, and whatever is written like a number, with the currency and the unit around it. */
const number =
  /(?<![\p{L}\d_.])(?:(?<moment>\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?|\d{1,2}\/\d{1,2}\/(?:\d{4}|\d{2})|\d{1,2}:\d{2}(?::\d{2})?)|(?<currency>[$€£¥₹]\s?|(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|INR)\s)?(?<written>[1-9]\d{0,2}(?: \d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:(?:[.,]|['’\u00A0\u202F\u2009](?=\d{3}(?!\d)))\d+)*(?:e[+-]?\d{1,3})?)(?:\s?(?<many>k|m|thousand|million|billion)\b)?(?:\s?(?<unit>%|percent\b|per cent\b|percentage points?\b|points\b|dollars?\b|euros?\b|USD\b|EUR\b|GBP\b|CHF\b|JPY\b|CAD\b|AUD\b|INR\b|[€£]|times\b|x\b|×))?)(?![\p{L}\d_])/giu;

/** Words before a number that is rounded to its zeros. */
const rough =
  /(?:\b(?:about|around|roughly|approximately|approx\.|nearly|almost|some|circa|over|under|just (?:over|under))|[~≈])\s*(?:[$€£])?\s?$/iu;

/** A piece of a text that is written like a number, with all that it may say: one number, or several where nobody can tell. */
interface Written {
  readonly readings: readonly SaidNumber[];
  readonly isClear: boolean;
}

/**
 * The numbers of a text, in order; not those within names, ordinals or codes (`v2`, `30th`, `a1b2`), nor what can be read in several ways: dates, lists without spaces, and
 * figures that mean one thing with a decimal point and another with a decimal comma (`€2.426`).
 */
export function numbersIn(text: string): SaidNumber[] {
  return writtenIn(text).flatMap(({ readings, isClear }) => (isClear ? readings : []));
}

/** All that the numbers of a text may say: what is read in several ways counts in each of them. Who looks for the source of a number must not miss one. */
export function possibleNumbersIn(text: string): SaidNumber[] {
  return writtenIn(text).flatMap(({ readings }) => readings);
}

function writtenIn(text: string): Written[] {
  return [...text.matchAll(number)].map((found): Written => {
    const { moment, currency, written = '', many, unit = '' } = found.groups ?? {};
    const of = { text: found[0].trim(), index: found.index };
    if (moment !== undefined)
      return {
        readings: (moment.match(/\d+/g) ?? []).map((part) => said(part, { ...of, kind: 'plain', scale: 1, zeros: 0 })),
        isClear: false,
      };
    const kind = kindOf(currency, unit.toLowerCase());
    const notation = readNotation(written, { isMoney: kind === 'money', isMeasured: kind !== 'plain' || many !== undefined, text });
    const isRough = () => rough.test(text.slice(Math.max(0, found.index - 20), found.index));
    const readings = notation.readings.map((plain) => {
      const zeros = !plain.includes('.') && isRough() ? (/0*$/.exec(plain)?.[0].length ?? 0) : 0;
      return said(plain, { ...of, kind, scale: many === undefined ? 1 : (multipliers[many.toLowerCase()] ?? 1), zeros });
    });
    return { readings, isClear: notation.isClear };
  });
}

function said(
  plain: string,
  { scale, zeros, ...of }: Pick<SaidNumber, 'text' | 'index' | 'kind'> & { readonly scale: number; readonly zeros: number },
): SaidNumber {
  const [digits = '', exponent = '0'] = plain.split(/e/i);
  const decimals = /\.(\d*)$/.exec(digits)?.[1]?.length ?? 0;
  return {
    ...of,
    value: Number(plain) * scale,
    step: 10 ** (zeros - decimals + Number(exponent)) * scale,
    digits: digits.replace('.', '').replace(/^0+/, '').length,
  };
}

function kindOf(currency: string | undefined, unit: string): NumberKind {
  if (unit === '%' || unit.startsWith('per') || unit === 'points') return 'percent';
  if (currency !== undefined || /^(?:dollar|euro|usd|eur|gbp|chf|jpy|cad|aud|inr|€|£)/.test(unit)) return 'money';
  return unit === '' ? 'plain' : 'times';
}
