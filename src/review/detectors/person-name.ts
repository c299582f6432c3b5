import { type Detector, type Match, matchesOf } from './detector.ts';
import { givenNames } from './given-names.ts';

const word = String.raw`\p{Lu}[\p{L}\p{M}'’-]{1,40}`;
const initial = String.raw`\p{Lu}\.?`;
const names = String.raw`${word}(?:[ \t]+(?:${initial}[ \t]+)?${word}){0,3}`;
const afterTitle = new RegExp(String.raw`\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam|Herr|Frau)\.?[ \t]+(?<name>${names})`, 'gu');
const afterWord = new RegExp(
  String.raw`\b(?:[Mm]y name is|[Nn]ame:|[Cc]alled|[Dd]ear|[Aa]pplicant:?|[Bb]orrower:?|[Cc]ustomer:?|[Cc]lient:?|I am|I['’]m|[Ss]igned,?|[Rr]egards,?)\s{1,3}(?<name>${names})`,
  'gu',
);
const pairs = new RegExp(String.raw`(?<![\p{L}\p{N}])(?<first>${word})(?:[ \t]+${initial})?(?:[ \t]+${word}){1,2}`, 'gu');
const alone = new RegExp(String.raw`(?<![\p{L}\p{N}])${word}`, 'gu');

/**
 * Names of people in free text: after a title, after words that announce one, and a common given name with what follows it in capitals. A
 * rule of thumb: a field that holds names wants a redaction rule of its own.
 */
export const personName: Detector = {
  kind: 'person',
  find: (text) => [
    ...matchesOf(text, afterTitle, 'name'),
    ...matchesOf(text, afterWord, 'name'),
    ...matchesOf(text, pairs).filter((match) => isGivenName(text, match)),
    ...matchesOf(text, alone).filter((match) => isGivenName(text, match)),
  ],
};

function isGivenName(text: string, { start, end }: Match): boolean {
  const [first = ''] = text.slice(start, end).split(/[ \t]/);
  return givenNames.has(first.replace(/['’]s$/, '').toLowerCase());
}
