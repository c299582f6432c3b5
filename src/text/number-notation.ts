/** What digits with separators between them say: each reading as JavaScript writes it, one where they are clear. */
export interface Notation {
  readonly readings: readonly string[];
  readonly isClear: boolean;
}

/** What stands around digits, as far as it tells how to read them. */
export interface NotationContext {
  readonly isMoney: boolean;
  /** True where a currency, a unit or a word for thousands says that it is one figure and no list. */
  readonly isMeasured: boolean;
  /** All of the text: one figure with a decimal comma makes others doubtful. */
  readonly text: string;
}

const plainly = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
/** Digits in threes: by commas, as in English; by points; by what stands for nothing else; by spaces. */
const byCommas = /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/;
const byPoints = /^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?$/;
const byMarks = /^[1-9]\d{0,2}(?:(['’\u00A0\u202F\u2009])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?$/;
const bySpaces = /^[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d{1,2})?$/;
/** As in India: 12,34,567. */
const byTwos = /^[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?$/;
const decimalComma = /^\d+,\d+$/;
/** A text that surely writes decimals with a comma. */
const comma = /\d\.\d{3},\d{1,2}(?!\d)|(?<![\d,.])\d+,\d{1,2}\s?(?:%|€|EUR\b)/;

const clear = (reading: string): Notation => ({ readings: [reading], isClear: true });
const unclear = (...readings: readonly string[]): Notation => ({ readings, isClear: false });

/**
 * Reads `2,426.50`, `2.426,50`, `2 426,50`, `2'426.50` and `24,26,500.00` as what they are. What is one figure in one country and another one, or a list, elsewhere
 * (`€2.426`, `45,5`, `1,2,3`, `1.2.3`) is unclear, with all its readings.
 */
export function readNotation(written: string, { isMoney, isMeasured, text }: NotationContext): Notation {
  if (plainly.test(written)) {
    const isThousands = byPoints.test(written) && !written.includes('e') && (isMoney || comma.test(text));
    return isThousands ? unclear(written, without(written)) : clear(written);
  }
  if (byCommas.test(written)) {
    const plain = without(written, ',');
    const isDoubtful = /^\d+,\d{3}$/.test(written) && comma.test(text);
    return isDoubtful ? unclear(plain, written.replace(',', '.')) : clear(plain);
  }
  if (byPoints.test(written)) {
    const plain = without(written, '.').replace(',', '.');
    const isFigure = written.includes(',') ? /,\d{1,2}$/.test(written) : isMeasured;
    return isFigure ? clear(plain) : unclear(plain, ...partsOf(written));
  }
  if (byMarks.test(written)) return clear(without(written, "'’\u00A0\u202F\u2009").replace(',', '.'));
  if (bySpaces.test(written)) {
    const plain = without(written, ' ').replace(',', '.');
    return isMeasured || /[.,]/.test(written) ? clear(plain) : unclear(plain, ...partsOf(written));
  }
  if (byTwos.test(written)) {
    const plain = without(written, ',');
    return isMeasured || written.includes('.') ? clear(plain) : unclear(plain, ...partsOf(written));
  }
  if (decimalComma.test(written)) {
    const plain = written.replace(',', '.');
    return isMeasured && /,\d{1,2}$/.test(written) ? clear(plain) : unclear(plain, ...partsOf(written));
  }
  return unclear(...partsOf(written));
}

function without(written: string, separators = '.,'): string {
  return [...written].filter((character) => !separators.includes(character)).join('');
}

/** The members of a list, the parts of a date or of a version; with points as decimals, and without. */
function partsOf(written: string): string[] {
  return [...new Set([...(written.match(/\d+(?:\.\d+)?/g) ?? []), ...(written.match(/\d+/g) ?? [])])];
}
