import { type Detector, type Match, matchesOf } from './detector.ts';
import { givenNames } from './given-names.ts';

/** Begins with a capital, or is of a script that has none. */
const word = String.raw`(?:\p{Lu}[\p{L}\p{M}'’-]{1,40}|\p{Lo}[\p{L}\p{M}]{0,40})`;
const initial = String.raw`\p{Lu}(?!\p{L})\.?`;
const particle = '(?:von|van|de|del|della|der|den|di|da|dos|du|la|le|bin|al|el|ter|zu)';
const rest = String.raw`(?:[ \t]+(?:(?:${particle}[ \t]+){0,2}${word}|${initial})){0,3}`;
const title = String.raw`(?:Mrs?|Ms|Miss|Dr|Prof|Sir|Madam|Herrn?|Frau|Fräulein|Se[nñ]or(?:a|ita)?|Sra?|Srta|Don|Doña|Monsieur|Madame|Mademoiselle|Mme|Mlle|Signora?|Sig|M(?=\.))`;
const afterTitle = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${title}\.?[ \t]+(?:${title}\.?[ \t]+){0,2}(?<found>(?!${title}(?!\p{L}))(?:${particle}[ \t]+){0,2}${word}${rest})`,
  'gu',
);
const afterWord = new RegExp(
  String.raw`\b(?:[Mm]y name is|[Nn]ame:|[Cc]alled|[Dd]ear|[Aa]pplicant:?|[Bb]orrower:?|[Cc]ustomer:?|[Cc]lient:?|I am|I['’]m|[Ss]igned,?|[Rr]egards,?)\s{1,3}(?<found>${word}${rest})`,
  'gu',
);
/** Where a name and nothing else can follow, it needs no capitals. */
const inSmallLetters = /\b(?:my name is|name:)\s{1,3}(?<found>\p{Ll}[\p{L}\p{M}'’-]{1,40}(?:[ \t]+\p{Ll}[\p{L}\p{M}'’-]{1,40})?)/giu;
const turned = new RegExp(String.raw`(?<![\p{L}\p{N}])${word},[ \t]+(?<given>${word})(?:[ \t]+${initial})?`, 'gu');
const alone = new RegExp(String.raw`(?<![\p{L}\p{N}])${word}`, 'gu');
const following = new RegExp(rest, 'uy');

/** What stands where a name could and is none. */
const noNames = new Set('all customer excellent existing fair good madam new no none not poor sir team the unknown very yes'.split(' '));

/**
 * Names of people in free text: after a title, after words that announce one, and a common given name with what follows it in capitals. A
 * rule of thumb: a field that holds names wants a redaction rule of its own.
 */
export const personName: Detector = {
  kind: 'person',
  fieldName:
    /^(?:(?:(?:first|middle|last|full|given|family|maiden|applicant|customer|client|borrower|guarantor|contact|holder|user)_?)*name|(?:surname|forename|.*name_(?:first|middle|last|given|family)))$/,
  find: (text) => [
    ...matchesOf(text, afterTitle),
    ...[...matchesOf(text, afterWord), ...matchesOf(text, inSmallLetters)].filter(
      ({ start, end }) => !noNames.has(firstWord(text.slice(start, end))),
    ),
    ...[...text.matchAll(turned)].flatMap((match) =>
      isGivenName(match.groups?.given ?? '') ? [{ start: match.index, end: match.index + match[0].length }] : [],
    ),
    ...matchesOf(text, alone).flatMap((match) => (isGivenName(text.slice(match.start, match.end)) ? [wholeName(text, match)] : [])),
  ],
};

/** A given name with what follows it in capitals. */
function wholeName(text: string, { start, end }: Match): Match {
  following.lastIndex = end;
  return { start, end: end + (following.exec(text)?.[0].length ?? 0) };
}

/** Also the first half of a double name, and whose something is. */
function isGivenName(name: string): boolean {
  const [first = ''] = name.split(/['’-]/);
  return givenNames.has(first.toLowerCase());
}

function firstWord(name: string): string {
  return (name.split(/[ \t]/)[0] ?? '').toLowerCase();
}
