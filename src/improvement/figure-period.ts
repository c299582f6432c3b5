/** Of what time a figure is, where it says so. */
export type Period = 'hour' | 'day' | 'week' | 'month' | 'year';

const inAYear: Readonly<Record<Period, number>> = { hour: 8760, day: 365, week: 52, month: 12, year: 1 };
const periods = Object.keys(inAYear) as Period[];

const words: readonly (readonly [Period, RegExp])[] = [
  ['hour', /\b(?:hourly|hours?)\b/i],
  ['day', /\b(?:daily|days?)\b/i],
  ['week', /\b(?:weekly|weeks?)\b/i],
  ['month', /\b(?:monthly|months?|mo)\b/i],
  ['year', /\b(?:yearly|annual(?:ly)?|annum|years?|yr)\b/i],
];

/** Of what time a name says that its figure is: `monthly_payment`, `annual income`. */
export function periodIn(name: string): Period | undefined {
  const spaced = name.replaceAll(/[_.]|(?<=[a-z])(?=[A-Z])/g, ' ');
  return words.find(([, pattern]) => pattern.test(spaced))?.[0];
}

const following =
  /^\s*(?:an?|per|each|every|\/)\s*(hour|day|week|month|mo|year|yr|annum)\b|^\s*(hourly|daily|weekly|monthly|yearly|annually)\b/i;

/** Of what time the words after a figure say that it is: `a month`, `/ year`. */
export function periodAfter(text: string): Period | undefined {
  const [, noun, adverb] = following.exec(text) ?? [];
  return periodIn(noun ?? adverb ?? '');
}

const things = /^[\s-]*(hours?|days?|weeks?|months?|years?|payments|instal?lments|terms?)\b/i;

/** What a number counts, by the word after it: `months`; empty where it counts nothing of the kind. */
export function countedAfter(text: string): string {
  return things.exec(text)?.[1] ?? '';
}

/** A figure as far as its time matters. */
interface Timed {
  readonly value: number | string;
  readonly period?: Period;
}

/** True where two figures may be one and the same of another time: both say of which, or one does and they are as far apart as two times are. */
export function isOtherPeriod(one: Timed, other: Timed): boolean {
  if (one.period !== undefined && other.period !== undefined) return one.period !== other.period;
  const known = one.period ?? other.period;
  if (known === undefined || typeof one.value !== 'number' || typeof other.value !== 'number' || other.value === 0) return false;
  const ratio = one.value / other.value;
  return periods.some((period) => {
    const factor = inAYear[period] / inAYear[known];
    return period !== known && [factor, 1 / factor].some((each) => Math.abs(ratio / each - 1) < 0.02);
  });
}
