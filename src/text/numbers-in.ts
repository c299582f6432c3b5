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

const number =
  /(?<![\p{L}\d_.])(?<currency>[$€£]\s?)?(?<whole>\d{1,3}(?:[,\u00A0\u202F]\d{3})+(?!\d)|\d+)(?<decimals>\.\d+)?(?:\s?(?<many>k|m|thousand|million|billion)\b)?(?:\s?(?<unit>%|percent\b|per cent\b|percentage points?\b|points\b|dollars?\b|USD\b|times\b|x\b|×))?(?![\p{L}\d_])/giu;

/** Words before a number that is rounded to its zeros. */
const rough =
  /(?:\b(?:about|around|roughly|approximately|approx\.|nearly|almost|some|circa|over|under|just (?:over|under))|[~≈])\s*(?:[$€£])?\s?$/iu;

/** The numbers of a text, in order; not those within names, ordinals or codes (`v2`, `30th`, `a1b2`). */
export function numbersIn(text: string): SaidNumber[] {
  return [...text.matchAll(number)].map((found) => {
    const { currency, whole = '', decimals = '', many, unit = '' } = found.groups ?? {};
    const scale = many === undefined ? 1 : (multipliers[many.toLowerCase()] ?? 1);
    const plain = `${whole.replaceAll(/[^\d]/g, '')}${decimals}`;
    const zeros =
      decimals === '' && rough.test(text.slice(Math.max(0, found.index - 20), found.index)) ? (/0*$/.exec(plain)?.[0].length ?? 0) : 0;
    return {
      text: found[0].trim(),
      value: Number(plain) * scale,
      kind: kindOf(currency, unit.toLowerCase()),
      step: 10 ** (zeros - Math.max(0, decimals.length - 1)) * scale,
      digits: plain.replace('.', '').replace(/^0+/, '').length,
      index: found.index,
    };
  });
}

function kindOf(currency: string | undefined, unit: string): NumberKind {
  if (unit === '%' || unit.startsWith('per') || unit === 'points') return 'percent';
  if (currency !== undefined || unit.startsWith('dollar') || unit === 'usd') return 'money';
  return unit === '' ? 'plain' : 'times';
}
