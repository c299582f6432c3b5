import type { Problem } from '../contracts/improvement-plan.ts';
import { visibleText } from '../text/hostile-text.ts';
import { type NumberKind, numbersIn } from '../text/numbers-in.ts';

/** Something that a model says of the evidence. */
export interface Claim {
  readonly text: string;
  /** Ids of problems. */
  readonly evidence: readonly string[];
}

/** A figure of evidence; a count is none of money. */
interface Figure {
  readonly value: number;
  readonly kind: NumberKind | 'count';
}

/** What stands in evidence, as claims are held against it. */
interface Content {
  readonly text: string;
  /** What it says of itself: what is wrong, and why. */
  readonly saying: string;
  readonly figures: readonly Figure[];
  /** `50 110`: so many of so many. */
  readonly pairs: readonly string[];
  readonly share: number;
}

const longest = 600;
/** What is quoted: in quotation marks, or as code. */
const quoted = /"([^"]+)"|“([^”]+)”|`([^`]+)`|«([^»]+)»/g;
const smallNumbers =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const spelledNumbers = new Map<string, number>([
  ...smallNumbers.map((word, value): [string, number] => [word, value]),
  ...tens.map((word, at): [string, number] => [word, 20 + 10 * at]),
  ['dozen', 12],
  ['hundred', 100],
  ['thousand', 1_000],
  ['million', 1_000_000],
]);
/** Words that say how much, each with the evidence that it takes. */
const quantities: readonly { readonly words: RegExp; readonly holds: (content: Content) => boolean; readonly fault: string }[] = [
  {
    words: /\b(?:all|every|each|always|whole|entire(?:ly)?|any|without exception|invariably|constantly|consistently)\b/i,
    holds: ({ share }) => share === 1,
    fault: 'it speaks of all where its evidence does not',
  },
  {
    words: /\b(?:most(?:ly)?|majority|usually|generally|typically|largely|more often than not)\b/i,
    holds: ({ share }) => share > 0.5,
    fault: 'it speaks of most where its evidence does not',
  },
  {
    words: /\b(?:rare(?:ly)?|few|seldom|hardly|occasional(?:ly)?|minority)\b/i,
    holds: ({ share }) => share < 0.5,
    fault: 'it speaks of few where its evidence does not',
  },
  {
    words: /\b(?:half|halves|thirds?|quarters?|fifths?|tenths?|twice|double[sd]?|triple[sd]?)\b/i,
    holds: () => false,
    fault: 'it speaks of a fraction in words, which is no figure of its evidence',
  },
];
const negation = /\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot)\b|n't\b/i;

/**
 * Why a claim does not hold; undefined where it does: each of its ids is one of the plan's, what it quotes stands there, each of its figures, in digits or words, is one of
 * theirs and of the same kind, so is every name of the agent, and it denies nothing that they do not. What has neither figure nor quotation can be held against nothing,
 * and does not hold.
 * @param names tools and fields of the agent
 */
export function claimFault({ text, evidence }: Claim, problems: readonly Problem[], names: readonly string[]): string | undefined {
  if (text.trim() === '') return 'it says nothing';
  if (text.length > longest) return 'it is longer than a claim may be';
  if (visibleText(text) !== text) return 'it holds characters that nobody sees';
  const contents = contentsOf(evidence, problems);
  if (typeof contents === 'string') return contents;
  const whole = contents.map((content) => content.text).join('\n');
  const quotes = [...text.matchAll(quoted)].map((match) => match.slice(1).find((part) => part !== undefined) ?? '');
  if (quotes.some((quote) => !folded(whole).includes(folded(quote)))) return 'what it quotes is not in its evidence';
  // Names with digits in them are no figures: of runs, of cases.
  const plain = text.replace(quoted, ' ').replace(namesIn(whole), ' ');
  const figures = figuresOf(plain);
  if (figures.length === 0 && quotes.length === 0) return 'it has neither a figure nor a quotation that could be held against its evidence';
  const wrong = figureFault(plain, contents);
  if (wrong !== undefined) return wrong;
  const amount = quantities.find(({ words, holds }) => words.test(plain) && !contents.every(holds));
  if (amount) return amount.fault;
  if (negation.test(plain) && !contents.some(({ saying }) => negation.test(saying)))
    return 'it denies something, which its evidence does not';
  const named = names.some((name) => new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`).test(text) && !whole.includes(name));
  return named ? 'it names a tool or a field that its evidence does not' : undefined;
}

/** A rule of the prompt that a model would have otherwise. */
export interface PromptDiff extends Claim {
  readonly before: string;
  readonly after: string;
}

/** Why a change of the prompt cannot be proposed: its evidence, its place, or a figure that comes from nowhere. */
export function diffFault({ text, evidence, before, after }: PromptDiff, problems: readonly Problem[], prompt: string): string | undefined {
  const contents = contentsOf(evidence, problems);
  if (typeof contents === 'string') return contents;
  if (after.trim() === '' || text.trim() === '') return 'it says nothing';
  if (after.length > 2 * longest || text.length > longest) return 'it is longer than a rule may be';
  if ([text, after].some((each) => visibleText(each) !== each)) return 'it holds characters that nobody sees';
  if (before !== '' && prompt.split(before).length !== 2) return 'what it would replace does not stand in the prompt exactly once';
  if (before === after || (before === '' && prompt.includes(after.trim()))) return 'it changes nothing';
  const given = { text: prompt, saying: prompt, figures: figuresOf(prompt), pairs: [], share: 1 };
  return figureFault(after.replace(namesIn(`${prompt}\n${contents.map((content) => content.text).join('\n')}`), ' '), [...contents, given]);
}

function contentsOf(ids: readonly string[], problems: readonly Problem[]): Content[] | string {
  if (ids.length === 0) return 'it names no evidence';
  const found = ids.map((id) => problems.find((problem) => problem.id === id));
  return found.some((problem) => problem === undefined)
    ? 'it names evidence that does not exist'
    : found.flatMap((each) => (each ? contentOf(each) : []));
}

function figureFault(plain: string, contents: readonly Content[]): string | undefined {
  const known = contents.flatMap((content) => content.figures);
  const isKnown = ({ value, kind, step }: Figure & { readonly step: number }) =>
    known.some((figure) => mayBe(kind, figure.kind) && Math.abs(figure.value - value) <= step / 2 + 1e-9);
  // Digits that are no number, and digits of other scripts, say something that nobody can hold against anything.
  const digits = (text: string) => (text.match(/[\p{Nd}\p{No}\p{Nl}]/gu) ?? []).length;
  const read = numbersIn(plain).reduce((sum, { text }) => sum + digits(text), 0);
  if (!figuresOf(plain).every(isKnown) || digits(plain) > read) return 'it has a figure that is not in its evidence';
  const pairs = [...plain.matchAll(/(\d[\d,]*)\s*(?:of|out of|in|\/)\s*(?:the |all )*(\d[\d,]*)/gi)].map(([, one = '', other = '']) =>
    `${one} ${other}`.replaceAll(',', ''),
  );
  return pairs.every((pair) => contents.some((content) => content.pairs.includes(pair)))
    ? undefined
    : 'it counts so many of so many otherwise than its evidence';
}

/** A percentage is one of a percentage, money is no count. */
function mayBe(said: Figure['kind'], known: Figure['kind']): boolean {
  if ((said === 'percent') !== (known === 'percent')) return false;
  return said === 'plain' || known !== 'count';
}

function contentOf(problem: Problem): Content {
  const { id, what, because, about, seen, methods = [], examples, findings, statistics = '', runs, cases } = problem;
  const text = [
    id,
    what,
    because,
    ...Object.values(about),
    ...methods.flatMap(({ method, example = '' }) => [method, example]),
    ...examples.flatMap(({ run, case: of = '', quotes, arithmetic = '' }) => [run, of, ...quotes.map((quote) => quote.text), arithmetic]),
    ...findings.map(({ code }) => code),
    ...runs,
    ...cases,
    statistics,
  ].join('\n');
  const counts = [seen.runs, seen.of, cases.length, methods.length, ...[...methods, ...findings].map((each) => each.runs)];
  const { value, low, high } = seen.share;
  return {
    text,
    saying: `${what} ${because}`,
    figures: [
      ...figuresOf(text),
      ...counts.filter((count) => count > 0).map((count) => ({ value: count, kind: 'count' as const })),
      ...[value, low, high].map((share) => ({ value: share * 100, kind: 'percent' as const })),
    ],
    pairs: [
      `${seen.runs} ${seen.of}`,
      ...methods.map((each) => `${each.runs} ${seen.of}`),
      ...findings.map((each) => `${each.runs} ${seen.runs}`),
    ],
    share: value,
  };
}

/** Numbers in digits and in words; "one" alone may be an article. */
function figuresOf(text: string): (Figure & { readonly step: number })[] {
  const words = (text.toLowerCase().match(/[a-z]+/g) ?? []).flatMap((word) => {
    const value = spelledNumbers.get(word);
    // 2 million is read with its number.
    const isScale = value !== undefined && value >= 1_000 && new RegExp(`\\d\\s?${word}`, 'i').test(text);
    return value === undefined || value === 1 || isScale ? [] : [{ value, kind: 'plain' as const, step: 0 }];
  });
  return [...numbersIn(text).map(({ value, kind, step }) => ({ value, kind, step })), ...words];
}

/** Words with letters and digits that stand in a text. */
function namesIn(whole: string): RegExp {
  const names = [...new Set(whole.match(/[\w-]*[A-Za-z_][\w-]*/g) ?? [])].filter((name) => /\d/.test(name));
  return names.length === 0 ? /(?!)/ : new RegExp(`(?<![\\w-])(?:${names.map(escaped).join('|')})(?![\\w-])`, 'g');
}

function folded(text: string): string {
  return text.replace(/\s+/g, ' ').trim().toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
