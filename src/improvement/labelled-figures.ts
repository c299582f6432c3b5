import { type NumberKind, numbersIn } from '../text/numbers-in.ts';
import { countedAfter, type Period, periodAfter, periodIn } from './figure-period.ts';

/** What a figure counts: `number` is one of structured output, whose unit nobody says; `flag` a yes or no. */
export type Unit = NumberKind | 'number' | 'text' | 'flag';

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
  readonly period?: Period;
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
  if (isWord(one) || isWord(other)) return one === other;
  return one === other || one === 'number' || other === 'number';
}

function isWord(unit: Unit): boolean {
  return unit === 'text' || unit === 'flag';
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
    figures.push({ label, words: wordsOf(label), value, text, unit: 'number', step: 10 ** -Math.max(2, decimals), ...of(periodIn(label)) });
  } else if (typeof value === 'boolean') figures.push(flag(label, value ? 'yes' : 'no', String(value)));
  else if (typeof value === 'string') figures.push(...figuresOfString(value, label));
  else if (Array.isArray(value)) for (const entry of value) collect(entry, label, figures);
  else if (typeof value === 'object')
    for (const [key, entry] of Object.entries(value)) collect(entry, label === '' ? key : `${label}.${key}`, figures);
}

function flag(label: string, value: 'yes' | 'no', text: string): LabelledFigure {
  return { label, words: wordsOf(label), value, text, unit: 'flag', step: 0 };
}

/** Keys that say nothing of what stands under them. */
const emptyKeys =
  /(?:^|\.)(?:text|note|notes|message|summary|result|results|output|details?|description|comment|content|value|data|answer|info)$/i;

/** What a text under a key says: itself, and the figures in it. The first is what the key names, unless the text itself says what it is. */
function figuresOfString(value: string, label: string): LabelledFigure[] {
  const word = yesOrNo(value);
  if (word !== undefined) return [flag(label, word, value)];
  const text: LabelledFigure = { label, words: wordsOf(label), value, text: value, unit: 'text', step: 0 };
  if (!/\d/.test(value) || value.length > longest) return [text];
  const said = figuresOfProse(value);
  const isNamed = !emptyKeys.test(label);
  return [
    text,
    ...said.map((figure, index): LabelledFigure => {
      const isKeys =
        figure.words.length === 0 || (index === 0 && isNamed && said.length === 1 && !/[:=]/.test(value) && figure.words.length <= 2);
      return isKeys && index === 0
        ? { ...of(periodIn(label)), ...figure, label, words: [...wordsOf(label), ...figure.words.slice(wordsOf(figure.label).length)] }
        : figure;
    }),
  ];
}

function yesOrNo(text: string): 'yes' | 'no' | undefined {
  const word = text.trim().toLowerCase();
  return word === 'yes' || word === 'true' ? 'yes' : word === 'no' || word === 'false' ? 'no' : undefined;
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
    if (fragment === undefined) return [];
    const head = headOf(fragment);
    const word = head === undefined ? undefined : yesOrNo(fragment.slice(fragment.search(/[:=]/) + 1).replace(/[.!)]\s*$/, ''));
    if (head !== undefined && word !== undefined) return [flag(head, word, fragment.trim())];
    if (!/\d/.test(fragment)) return [];
    let from = 0;
    return numbersIn(fragment).map(({ index, text: written, value, kind, step }): LabelledFigure => {
      const before = fragment.slice(from, index);
      from = index + written.length;
      const label = head ?? (before.split(/[:=]/).findLast((part) => /\p{L}/u.test(part)) ?? '').trim();
      const after = fragment.slice(from);
      const period = periodAfter(after) ?? periodIn(label);
      const things = kind === 'plain' ? countedAfter(after) : '';
      // What is counted is part of the name: a loan of 36 months is no loan of $36.
      return { label, words: [...wordsOf(label), ...wordsOf(things)], value, text: written, unit: kind, step, ...of(period) };
    });
  });
  return figures.slice(0, mostFigures);
}

/** The name before the first colon or equals sign, where it is one: `Payment: …`, `max_loan = …`. */
function headOf(fragment: string): string | undefined {
  const head = /^([^:=\d]{2,60}?)\s*[:=](?!\/)/.exec(fragment)?.[1]?.trim();
  return head !== undefined && /\p{L}/u.test(head) && head.split(/\s+/).length <= 6 ? head : undefined;
}

function of(period: Period | undefined): { readonly period?: Period } {
  return period === undefined ? {} : { period };
}
