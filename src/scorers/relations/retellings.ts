import type { Random } from '../../stats/random.ts';

/** Ways to say the same in a text. Each returns the text as it is where there is nothing to say otherwise. */
export const retellings = {
  /** Every sentence the same, with polite words around them. */
  wording: (text, random) => {
    const [before, after] = pick(frames, random);
    return `${before}${text}${after}`;
  },
  /** `250,000` as `250000` and the other way round; years and other numbers of up to four digits stay. */
  'number format': (text) =>
    /\d{1,3}(?:,\d{3})+/.test(text)
      ? text.replace(/\d{1,3}(?:,\d{3})+(?!\d)/g, (number) => number.replaceAll(',', ''))
      : text.replace(/(?<![\d.,])\d{5,}(?![\d])/g, (number) => number.replace(/\B(?=(?:\d{3})+$)/g, ',')),
  /** `$250` as `250 dollars` and the other way round. */
  'currency sign': (text) =>
    /\$\s?\d/.test(text)
      ? text.replace(/\$\s?(\d[\d,]*(?:\.\d+)?)/g, '$1 dollars')
      : text.replace(/(\d[\d,]*(?:\.\d+)?) (?:US )?dollars\b/gi, '$$$1'),
  /** Lines, or sentences where there is one line, the other way round: for texts that list facts. */
  order: (text) => {
    const lines = text.split('\n');
    if (lines.length > 1) return lines.toReversed().join('\n');
    return (text.match(/[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]*\s*/g) ?? [text])
      .map((sentence) => sentence.trim())
      .toReversed()
      .join(' ');
  },
  /** A remark after it that has nothing to do with anything. */
  remark: (text, random) => `${text} ${pick(remarks, random)}`,
} as const satisfies Record<string, (text: string, random: Random) => string>;

/** Name of a way to tell a text otherwise. */
export type Retelling = keyof typeof retellings;

const frames = [
  ['Please note the following. ', ''],
  ['For your information: ', ' Thank you.'],
  ['Here is what there is to say. ', ' Kind regards.'],
] as const;

const remarks = [
  'It has been raining here all week.',
  'The form took a while to fill in.',
  'My neighbour recommended your website.',
  'I am writing this on a train.',
] as const;

function pick<Value>(values: readonly [Value, ...Value[]] | readonly Value[], random: Random): Value {
  return values[Math.floor(random() * values.length)] as Value;
}
