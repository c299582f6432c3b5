import { withoutBrands } from '../names/brands.ts';
import { nameLists } from '../names/name-lists.ts';
import { announcers, heads, months } from '../names/no-person.ts';
import { type Detector, type Match, matchesOf } from './detector.ts';

/** Small letters and digits joined by dots, dashes or underscores: `alice.moreau`, `usr_john_smith_84`. */
const ids = /(?<![\p{L}\p{N}._-])[a-z0-9]{1,30}(?:[._-][a-z0-9]{1,30}){1,6}(?![\p{L}\p{N}_-])/gu;

/** User names and other ids that are made of a given name and a family name. */
export const namedId: Detector = {
  kind: 'id',
  invent: (value, draw) => value.replace(/[a-z0-9]/g, (sign) => (/\d/.test(sign) ? draw.digit() : draw.letter())),
  find: (text) => matchesOf(withoutBrands(text), ids).filter((match) => holdsName(text, match)),
};

function holdsName(text: string, { start, end }: Match): boolean {
  const parts = text.slice(start, end).split(/[._-]/);
  const { given, family, places, everyday } = nameLists();
  const isWord = (part: string) => everyday.has(part) || months.has(part) || places.has(part) || heads.has(part) || announcers.has(part);
  const first = parts.findIndex((part) => part.length > 2 && given.has(part) && !isWord(part));
  if (first < 0) return false;
  return parts.some(
    (part, index) => index !== first && /^[a-z]{4,}$/.test(part) && (family.has(part) || family.has(part.slice(1)) || !isWord(part)),
  );
}
