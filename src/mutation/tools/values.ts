/** A number in a tool's result by where it stands. */
export interface PrintedValue {
  /** As it is printed: `$1,696.97`, `40%`. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** What stands before it on its line. */
  readonly label: string;
}

const number = /(?<![\w.])-?\$?\d[\d,]*(?:\.\d+)?%?(?!\w)/g;

/** The numbers of a result, in order. What belongs to a word (`30-year`) is none. */
export function valuesIn(result: string): PrintedValue[] {
  return [...result.matchAll(number)]
    .filter(({ index, 0: text }) => !/^-\p{L}/u.test(result.slice(index + text.length)))
    .map(({ index, 0: raw }) => {
      const text = raw.replace(/,+$/, '');
      return { text, from: index, to: index + text.length, label: labelBefore(result, index) };
    });
}

function labelBefore(result: string, at: number): string {
  const line = result.slice(result.lastIndexOf('\n', at - 1) + 1, at);
  const words =
    /([^:,;.({[]*?)[\s:="({[]*$/.exec(line.replace(/\$?-?\d[\d,.]*%?(?:-\p{L}+)?/gu, ' '))?.[1]?.replace(/^[\s"']+|[\s"']+$/g, '') ?? '';
  return words === '' ? 'value' : words.replace(/\s+/g, ' ').slice(-40);
}

/** The value as a number. */
export function amountOf({ text }: PrintedValue): number {
  return Number(text.replace(/[$,%]/g, ''));
}

/** Another number, printed as the value is. */
export function printedLike({ text }: PrintedValue, amount: number): string {
  const decimals = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  const [whole = '', fraction] = Math.abs(amount).toFixed(decimals).split('.');
  const grouped = text.includes(',') || (text.includes('$') && whole.length > 3) ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole;
  return `${amount < 0 ? '-' : ''}${text.includes('$') ? '$' : ''}${grouped}${fraction ? `.${fraction}` : ''}${text.endsWith('%') ? '%' : ''}`;
}

/** The result with other text in the place of a value. */
export function withValue(result: string, { from, to }: PrintedValue, text: string): string {
  return `${result.slice(0, from)}${text}${result.slice(to)}`;
}
