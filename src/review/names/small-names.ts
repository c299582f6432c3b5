import { type Match, matchesOf } from '../detectors/detector.ts';
import { foldedWord } from './folded-word.ts';
import { nameLists } from './name-lists.ts';
import { announcers, heads, months, placePrepositions } from './no-person.ts';

const word = String.raw`\p{Ll}[\p{L}\p{M}]{0,30}(?:['’-]\p{L}[\p{L}\p{M}]{0,30}){0,2}`;
/** Where a name and nothing else can follow, it needs no capitals and no list. */
const certain = new RegExp(
  String.raw`(?<!\p{L})(?:[Mm]y name is|[Ii]ch heiße|[Jj]e m['’]appelle|[Mm]e llamo|[Mm]i chiamo|[Mm]eu nome é|(?:[Mm]rs?|[Mm]s)\.?)[\s"']{1,3}(?<found>${word}(?:[ \t]${word})?)`,
  'gu',
);
/** Where a value follows that may be anything: it is a name when a list knows it, or has two words. */
const labelled = new RegExp(
  String.raw`(?<!\p{L})[Nn]ame["']?:[\s"']{1,3}(?<found>${word}(?:[ \t]${word})?)(?=["',;.)}\]]?(?:\s|$|[,}\]]))`,
  'gu',
);
/** Where one often follows: what the lists know is one. */
const likely = new RegExp(
  String.raw`\b(?:(?:[Hh]i|[Hh]ey|[Hh]ello)[ ,]{1,2})?(?:[Cc]alled|[Nn]amed|[Tt]his is|[Ii]t['’]?s|[Ii]['’]?m|[Ii] am|(?:[Ss]poke|[Tt]alked|[Tt]alk|[Ss]peak) (?:to|with)|[Aa]sk|[Tt]old|[Tt]ell|[Dd]ear|[Hh]i|[Hh]ey|[Tt]hanks|[Tt]hx|[Cc]heers|[Rr]egards)[ \t,:]{1,3}(?<found>${word}(?:[ \t]${word})?)`,
  'gu',
);
/** After these a town may follow as well. */
const possible = new RegExp(String.raw`\b(?:from|by|with)[ \t]{1,3}(?<found>${word}(?:[ \t]${word})?)`, 'gu');
/** Under a message: "thx, priya". */
const atTheEnd = new RegExp(String.raw`[,\n][ \t]?(?<found>${word})[ \t]*$`, 'gmu');
const pair = new RegExp(String.raw`(?<![\p{L}\p{N}'’.@-])(?=(?<pair>(?<one>${word})[ \t](?<two>${word}))(?![\p{L}\p{N}@-]))`, 'gu');

/** Names that somebody wrote without capitals: where only one can stand, and a given name with a family name. */
export function smallNames(text: string): Match[] {
  return [
    ...matchesOf(text, certain).flatMap((match) => withoutOtherWords(text, match)),
    ...matchesOf(text, labelled).filter(({ start, end }) => isLabelledName(text.slice(start, end).split(/[ \t]/).map(foldedWord))),
    ...matchesOf(text, likely).flatMap((match) => knownName(text, match)),
    ...[...matchesOf(text, possible), ...matchesOf(text, atTheEnd)].flatMap((match) =>
      nameLists().places.has(foldedWord(text.slice(match.start, match.end).split(/[ \t]/)[0] ?? '')) ? [] : knownName(text, match),
    ),
    ...[...text.matchAll(pair)].flatMap(({ index, groups }) => {
      const [one = '', two = ''] = [foldedWord(groups?.one ?? ''), foldedWord(groups?.two ?? '')];
      return isGiven(one) && (isFamily(two) || (one.length > 3 && two.length > 3 && isGiven(two)))
        ? [{ start: index, end: index + (groups?.pair ?? '').length }]
        : [];
    }),
  ];
}

/** "my name is siobhan and": the second word is one of every day. */
function withoutOtherWords(text: string, { start, end }: Match): Match[] {
  const words = text.slice(start, end).split(/[ \t]/);
  const kept = words.findIndex((each) => isOther(foldedWord(each)));
  if (kept === 0) return [];
  return [{ start, end: start + (kept < 0 ? words : words.slice(0, kept)).join(' ').length }];
}

function knownName(text: string, { start, end }: Match): Match[] {
  const [one = '', two] = text.slice(start, end).split(/[ \t]/);
  const given = foldedWord(one);
  if (given.length <= 2 || !nameLists().given.has(given) || isOther(given)) return [];
  const both = two !== undefined && (isFamily(foldedWord(two)) || isGiven(foldedWord(two)));
  return [{ start, end: both ? end : start + one.length }];
}

function isLabelledName(words: readonly string[]): boolean {
  return words.some((each) => isGiven(each) || isFamily(each)) || (words.length > 1 && !words.some(isOther));
}

function isGiven(word: string): boolean {
  return word.length > 2 && nameLists().given.has(word) && !nameLists().places.has(word) && !isOther(word);
}

function isFamily(word: string): boolean {
  return word.length > 2 && nameLists().family.has(word) && !isOther(word);
}

/** True of a word, folded, that is no name where it stands alone. */
export function isOther(word: string): boolean {
  return (
    nameLists().everyday.has(word) ||
    months.has(word) ||
    heads.has(word) ||
    announcers.has(word) ||
    placePrepositions.has(word) ||
    shortWords.has(word)
  );
}

const shortWords = new Set('and und et y e i a o is not none unknown missing field form or the'.split(' '));
