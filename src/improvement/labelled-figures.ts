import { type NumberKind, numbersIn } from '../text/numbers-in.ts';

/** What a figure counts: `number` is one of structured output, whose unit nobody says. */
export type Unit = NumberKind | 'number' | 'text';

/** A number, or a word of structured output, with the words that say what it is. */
export interface LabelledFigure {
  /** The words before it, as they stand there. */
  readonly label: string;
  /** The label's words that tell something, in lower case. */
  readonly words: readonly string[];
  readonly value: number | string;
  /** As written. */
  readonly text: string;
  readonly unit: Unit;
  /** Step of its last digit; 0 for words. */
  readonly step: number;
}

const emptyWords = new Set([
  'a',
  'an',
  'and',
  'as',
  'at',
  'by',
  'for',
  'in',
  'is',
  'it',
  'of',
  'on',
  'or',
  'per',
  'the',
  'to',
  'was',
  'with',
]);

/** The words of a name or a label that tell something: `max_loan`, `maxLoan` and `the max loan` alike. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '' && !emptyWords.has(word));
}

/** `max` and `maximum`, `loan` and `loans` are one word. */
export function sameWord(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= 3 && long.startsWith(short);
}

/** True when every word of the one is among the other's. */
export function within(words: readonly string[], others: readonly string[]): boolean {
  return words.length > 0 && words.every((word) => others.some((other) => sameWord(word, other)));
}

/** True when two labels can mean one thing: the words of one are among the other's. */
export function mayMean(words: readonly string[], others: readonly string[]): boolean {
  return within(words, others) || within(others, words);
}

/** True when two figures can count the same. */
export function sameUnit(one: Unit, other: Unit): boolean {
  if (one === 'text' || other === 'text') return one === other;
  return one === other || one === 'number' || other === 'number';
}

/** True when a figure is this value, as exactly as it is written. */
export function says({ value, step }: Pick<LabelledFigure, 'value' | 'step'>, wanted: number | string): boolean {
  if (typeof value !== 'number' || typeof wanted !== 'number') return value === wanted;
  return Math.abs(value - wanted) <= step / 2 + 1e-9 + Math.abs(wanted) * 1e-12;
}

/** The labelled figures of what a tool said, a policy explained or a model wrote: of a JSON text by its keys, of prose by the words before each. */
export function labelledFigures(text: string): LabelledFigure[] {
  const structured = /^\s*[[{]/.test(text) ? parsed(text) : undefined;
  return structured === undefined ? figuresOfProse(text) : figuresOfValue(structured);
}

/** Most figures of one text that are read: a tool may list thousands. */
const mostFigures = 400;

/** The figures of a structured value, by its keys. */
export function figuresOfValue(value: unknown): LabelledFigure[] {
  const figures: LabelledFigure[] = [];
  collect(value, '', figures);
  return figures;
}

function collect(value: unknown, label: string, figures: LabelledFigure[]): void {
  if (figures.length >= mostFigures || value === null) return;
  if (typeof value === 'number') {
    const text = String(value);
    const decimals = /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
    figures.push({ label, words: wordsOf(label), value, text, unit: 'number', step: 10 ** -Math.max(2, decimals) });
  } else if (typeof value === 'string') figures.push({ label, words: wordsOf(label), value, text: value, unit: 'text', step: 0 });
  else if (Array.isArray(value)) for (const entry of value) collect(entry, label, figures);
  else if (typeof value === 'object')
    for (const [key, entry] of Object.entries(value)) collect(entry, label === '' ? key : `${label}.${key}`, figures);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Longest text that is read: a tool may say megabytes. */
const longest = 20_000;
/** Lines, sentences, clauses, and what is said in brackets; arithmetic in brackets stays where it is. */
const fragments = /\n|(?<=[.!?])\s+|;\s*|,\s+|\s?\((?=[^()]*\p{L}{3})/u;

function figuresOfProse(whole: string): LabelledFigure[] {
  const text = whole.length > longest ? whole.slice(0, longest) : whole;
  const figures = text.split(fragments).flatMap((fragment) => {
    if (fragment === undefined || !/\d/.test(fragment)) return [];
    const head = headOf(fragment);
    let from = 0;
    return numbersIn(fragment).map(({ index, text: written, value, kind, step }) => {
      const before = fragment.slice(from, index);
      from = index + written.length;
      const label = head ?? (before.split(/[:=]/).findLast((part) => /\p{L}/u.test(part)) ?? '').trim();
      return { label, words: wordsOf(label), value, text: written, unit: kind, step };
    });
  });
  return figures.slice(0, mostFigures);
}

/** The name before the first colon or equals sign, where it is one: `Payment: …`, `max_loan = …`. */
function headOf(fragment: string): string | undefined {
  const head = /^([^:=\d]{2,60}?)\s*[:=](?!\/)/.exec(fragment)?.[1]?.trim();
  return head !== undefined && /\p{L}/u.test(head) && head.split(/\s+/).length <= 6 ? head : undefined;
}
