import { withoutBrands } from '../names/brands.ts';
import { nameLists } from '../names/name-lists.ts';
import { announcers, heads, months, placePrefixes } from '../names/no-person.ts';
import { type Detector, matchesOf } from './detector.ts';

/** Small letters and digits joined by dots, dashes or underscores: `alice.moreau`, `usr_john_smith_84`. */
const joined = /(?<![\p{L}\p{N}._-])[a-z0-9]{1,30}(?:[._-][a-z0-9]{1,30}){1,6}(?![\p{L}\p{N}_-])/gu;
/** Where the name of a user stands, and before figures, the names need not be joined by anything: `@alicemoreau`, `johnsmith84`. */
const user = /(?:@|(?<!\p{L})(?:user|username|login|handle|nick)["']?[ :=]{1,3}["']?)(?<found>[a-z]{6,24}\d{0,4})(?![\p{L}\p{N}._-])/gu;
const figures = /(?<![\p{L}\p{N}._-])[a-z]{6,24}\d{1,4}(?![\p{L}\p{N}._-])/gu;

/** User names and other ids that are made of a given name and a family name. */
export const namedId: Detector = {
  kind: 'id',
  invent: (value, draw) => value.replace(/[a-z0-9]/g, (sign) => (/\d/.test(sign) ? draw.digit() : draw.letter())),
  find(written) {
    const text = withoutBrands(written);
    return [
      ...matchesOf(text, joined).filter(({ start, end }) => areNames(text.slice(start, end).split(/[._-]/))),
      ...[...matchesOf(text, user), ...matchesOf(text, figures)].filter(({ start, end }) =>
        isTwoNames(text.slice(start, end).replace(/\d/g, '')),
      ),
    ];
  },
};

/** Parts of what programs call their things; an id with one of them is no person's. */
const technical = new Set(
  'ts js mjs json py md css html dev com org net io app api src lib test tests server node trace span spans get set geo us eu id log'.split(
    ' ',
  ),
);

/** A given name, and beside it a family name, an initial with one, or what is no word of every day. */
function areNames(parts: readonly string[]): boolean {
  const { given, family, places } = nameLists();
  if (parts.some((part, index) => technical.has(part) || placePrefixes.has(part) || places.has(`${part} ${parts[index + 1]}`)))
    return false;
  const first = parts.findIndex((part) => part.length > 2 && given.has(part) && !isWord(part));
  if (first < 0) return false;
  return parts.some(
    (part, index) => index !== first && /^[a-z]{4,}$/.test(part) && (family.has(part) || family.has(part.slice(1)) || !isWord(part)),
  );
}

function isTwoNames(word: string): boolean {
  const { given, family, everyday } = nameLists();
  if (everyday.has(word)) return false;
  for (let end = 3; end <= word.length - 3; end += 1) {
    const one = word.slice(0, end);
    if (given.has(one) && !isWord(one) && family.has(word.slice(end))) return true;
  }
  return false;
}

function isWord(part: string): boolean {
  const { everyday, places } = nameLists();
  return everyday.has(part) || places.has(part) || months.has(part) || heads.has(part) || announcers.has(part);
}
