import type { Match } from '../detectors/detector.ts';
import { foldedWord } from './folded-word.ts';
import { type NameLists, nameLists } from './name-lists.ts';
import {
  announcers,
  articles,
  before,
  doing,
  familyHeads,
  heads,
  months,
  placePrefixes,
  placePrepositions,
  relations,
  things,
  travel,
} from './no-person.ts';
import type { Tagger } from './tagger.ts';

/** What things do as well: "Grace is", "May will". */
const weak = new Set('is was will has had would needs here works'.split(' '));

/** After these no person is named. */
const placeOnly = new Set('in near at within outside via through around inside visit visiting leaving reaching'.split(' '));

/** A word of a run, and what the lists say of it. */
interface Token extends Match {
  readonly folded: string;
  readonly given: boolean;
  readonly family: boolean;
  readonly place: boolean;
  /** A word of every day, a firm's, a month or the head of another name. */
  readonly other: boolean;
  readonly initial: boolean;
  readonly acronym: boolean;
  readonly possessive: boolean;
  /** In a run of capitals only. */
  readonly allCapitals: boolean;
}

const token = /(?:\p{Lu}(?![\p{L}\p{N}'’])\.?|[\p{L}][\p{L}\p{M}]*(?:['’-][\p{L}][\p{L}\p{M}]*)*)/gu;

/** What stands around a word: the words before and after it, folded, where they stand close. */
interface Around {
  readonly previous: string;
  readonly next: string;
}

/**
 * The people in words that all begin with a capital: "Alice Miller", none in "San Francisco" or "Church Street".
 * @param run its place in the text
 */
export function namesInRun(text: string, run: Match, tagger: Tagger): Match[] {
  const lists = nameLists();
  const tokens = tokensOf(text, run, lists);
  const found: Match[] = [];
  for (let first = 0; first < tokens.length; ) {
    const start = tokens[first]?.start ?? run.start;
    const previous = first === 0 ? wordBefore(text, start) : (tokens[first - 1]?.folded ?? '');
    const place = placeLength(tokens, first, lists, previous, () => text.slice(Math.max(0, start - 40), start));
    if (place > 0) {
      first += place;
      continue;
    }
    const rest = nameTokens(tokens, first);
    const end = rest.at(-1)?.end ?? run.end;
    const next = tokens[first + rest.length]?.folded ?? wordAfter(text, end);
    const length = nameLength(rest, { previous, next }, () => tagger.isPerson(text, start));
    const to = rest[length - 1];
    if (to) found.push({ start, end: to.end });
    first += Math.max(1, length);
  }
  return found;
}

function tokensOf(text: string, run: Match, lists: NameLists): Token[] {
  const words = [...text.slice(run.start, run.end).matchAll(token)];
  const allCapitals = words.length > 1 && !/\p{Ll}/u.test(text.slice(run.start, run.end));
  return words.map((match) => {
    const start = run.start + match.index;
    // "Priya's", and "İzmir'e" in Turkish.
    const written = match[0].replace(/(?<=\p{L}{3})['’]\p{Ll}{1,5}$|['’]s$/iu, '');
    const folded = foldedWord(written);
    const halves = folded.split('-');
    const isIn = (list: ReadonlySet<string>) =>
      list.has(folded) || (halves.length > 1 && halves.some((half) => list.has(half) && !lists.everyday.has(half)));
    const [given, family] = [folded.length > 1 && isIn(lists.given), isIn(lists.family)];
    const acronym = /^\p{Lu}{2,5}$/u.test(written) && !((given || family) && (allCapitals || written.length > 4));
    // "OpenAI", "LangSmith"; not "McAllister", "DeSantis" or "O'Neill".
    const camel = /\p{Ll}\p{Lu}/u.test(written) && !/^(?:Mc|Mac|De|Di|Da|Du|La|Le|Van|Von|Fitz|\p{Lu}['’])\p{Lu}/u.test(written);
    return {
      start,
      end: start + written.length,
      folded,
      given: given && !acronym,
      family: family && !acronym,
      place: lists.places.has(folded),
      other: acronym || camel || isOtherWord(folded, lists),
      initial: /^\p{Lu}\.?$/u.test(written) && written !== 'I',
      acronym,
      allCapitals,
      possessive: written !== match[0],
    };
  });
}

function isOtherWord(word: string, lists: NameLists): boolean {
  return lists.everyday.has(word) || lists.organisations.has(word) || months.has(word) || heads.has(word) || announcers.has(word);
}

/** How many words from here on name a place, a street, a firm: "San Francisco", "Martin Luther King Boulevard". */
function placeLength(tokens: readonly Token[], first: number, lists: NameLists, previous: string, before40: () => string): number {
  const rest = tokens.slice(first, first + 5);
  const words = rest.map(({ folded }) => folded);
  for (let length = words.length; length >= 2; length -= 1) {
    const last = words[length - 1] ?? '';
    if (heads.has(last) && !announcers.has(words[0] ?? '') && !(length === 2 && familyHeads.has(last) && isSureName(rest[0])))
      return length;
    const name = words.slice(0, length).join(' ');
    if (lists.places.has(name) || lists.organisations.has(name)) return length;
  }
  if (things.has(previous)) return rest.length;
  const [head, second] = rest;
  if (head && placePrefixes.has(head.folded) && second && !second.initial) return 2;
  if (second || !head) return 0;
  if (placePrefixes.has(previous)) return 1;
  // One word is a place only where a place is spoken of.
  if (head.given && !head.place && head.possessive) return 0;
  const goes =
    (previous === 'to' || previous === 'from') && [...before40().matchAll(/\p{L}+/gu)].some(([word]) => travel.has(foldedWord(word)));
  return goes || placeOnly.has(previous) || (head.place && placePrepositions.has(previous)) ? 1 : 0;
}

/** A given name that is nothing else, or two syllables as Koreans write theirs. */
function isSureName(token: Token | undefined): boolean {
  return token !== undefined && !token.place && !token.other && (token.given || /^\p{L}{2,5}-\p{L}{2,5}$/u.test(token.folded));
}

/** What could be one name from here on, at most five words. */
function nameTokens(tokens: readonly Token[], first: number): Token[] {
  const rest = tokens.slice(first, first + 5);
  const end = rest.findIndex(
    (each, index) => index > 0 && (months.has(each.folded) || announcers.has(each.folded) || each.acronym || each.folded === 'i'),
  );
  return end < 0 ? rest : rest.slice(0, end);
}

/** How many of these words are one person's name; 0 for none. */
function nameLength(rest: readonly Token[], { previous, next }: Around, asked: () => boolean): number {
  const [head, second] = rest;
  if (!head) return 0;
  const length = rest.length;
  const announced = announcers.has(previous);
  const article = articles.has(previous);
  if (heads.has(head.folded) || (announcers.has(head.folded) && !(head.given && second))) return 0;
  if (articles.has(head.folded) && !second?.given) return 0;
  if (head.initial) return second && isAfterInitials(rest) ? length : 0;
  if (!second) return isOneName(head, { previous, next }, asked) ? 1 : 0;
  if (article) return second.family && !head.other ? length : 0;
  const sure = !head.other && !head.place;
  const unlike = !second.other && !second.place;
  const spoken = announced || before.has(previous) || previous === 'for' || doing.has(next);
  if (familyHeads.has(second.folded) && isSureName(head)) return length;
  if (head.given) return sure || second.family || second.given || second.initial || unlike || spoken ? length : 0;
  if (sure && (second.family || second.given || (rest.at(-1)?.family ?? false))) return length;
  return sure && (announced || (unlike && !head.allCapitals)) ? length : 0;
}

/** One word alone: what is no word of every day and no place is a name; what is, where somebody does or is told something. */
function isOneName(head: Token, { previous, next }: Around, asked: () => boolean): boolean {
  if (articles.has(previous)) return false;
  const announced = announcers.has(previous) || before.has(previous);
  if (!head.given) return (announcers.has(previous) || relations.has(next)) && !head.other && !head.place;
  if (announced) return true;
  if (months.has(head.folded)) return doing.has(next) && next !== 'is' && next !== 'was' && next !== 'will';
  if (doing.has(next) && !weak.has(next) && !placePrepositions.has(previous)) return true;
  if (previous === '' && /^[a-z]+$/.test(head.folded) && next !== '') return asked();
  if (!head.place && !head.other) return true;
  return doing.has(next) && !placePrepositions.has(previous);
}

/** "J. R. Whitcombe", not "B. Series". */
function isAfterInitials(rest: readonly Token[]): boolean {
  const word = rest.find(({ initial }) => !initial);
  return word !== undefined && !word.other;
}

/** The word that stands directly before, on its line; empty at the beginning of a sentence. */
export function wordBefore(text: string, start: number): string {
  return foldedWord(
    /([\p{L}\p{M}'’-]+)(?:["']|(?<=\b(?:St|Ste|Mt|Ft))\.)?[ \t]*[:,(=]?[ \t"'“]{0,3}$/u.exec(
      text.slice(Math.max(0, start - 40), start),
    )?.[1] ?? '',
  );
}

export function wordAfter(text: string, end: number): string {
  return foldedWord(/^(?:['’]s)?[ \t]+([\p{L}\p{M}'’]+)/u.exec(text.slice(end, end + 40))?.[1] ?? '');
}

/** "Schneider, Maria": a given name after a comma, and before it what is no place, no given name and no word of every day. */
export function isTurned(family: string, given: string): boolean {
  const lists = nameLists();
  const [one, other] = [foldedWord(family), foldedWord(given)];
  if (!lists.given.has(other) || lists.places.has(other) || months.has(other)) return false;
  return (
    lists.family.has(one) ||
    !(lists.places.has(one) || lists.given.has(one) || lists.everyday.has(one) || announcers.has(one) || heads.has(one))
  );
}
