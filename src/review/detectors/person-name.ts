import { withoutBrands } from '../names/brands.ts';
import { foldedWord } from '../names/folded-word.ts';
import { nameLists } from '../names/name-lists.ts';
import { isTurned, namesInRun } from '../names/names-in-run.ts';
import { namesInScripts } from '../names/names-in-scripts.ts';
import { particle } from '../names/particles.ts';
import { isOther, smallNames } from '../names/small-names.ts';
import { Tagger } from '../names/tagger.ts';
import { type Detector, type Match, matchesOf } from './detector.ts';

/** Begins with a capital. */
const word = String.raw`\p{Lu}(?!\p{N})[\p{L}\p{M}]{0,30}(?:['’-]\p{L}[\p{L}\p{M}]{0,30}){0,3}`;
const initial = String.raw`\p{Lu}(?![\p{L}\p{N}'’])\.?`;
const named = `(?:${initial}|${word})`;
const rest = String.raw`(?:[ \t]{1,2}(?:(?:${particle}[ \t]){0,2}${named})){0,4}`;
const title = String.raw`(?:Mrs?|Ms|Miss|Dr|Prof|Sir|Dame|Madam|Herrn?|Frau|Fräulein|[Ss]e[nñ]h?or(?:a|ita)?|Sra?|Srta|Don|Doña|[Mm]onsieur|[Mm]adame|Mademoiselle|Mme|Mlle|[Ss]ignora?|Sig|[Pp]an[ia]?|[Mm]evrouw|[Mm]eneer|[Dd]hr|[Mm]evr|[Bb]ay(?:an)?|M(?=\.))`;
const afterTitle = new RegExp(
  String.raw`(?<![\p{L}\p{N}])${title}\.?[ \t]{1,2}(?:${title}\.?[ \t]{1,2}){0,2}(?<found>(?!${title}(?!\p{L}))(?:${particle}[ \t]){0,2}${named}${rest})`,
  'gu',
);
const afterWord = new RegExp(
  String.raw`(?<!\p{L})(?:[Mm]y name is|(?:(?:(?:[Ll]ast|[Ff]irst|[Ff]ull|[Ss]ur|[Mm]iddle|[Ff]amily|[Gg]iven|[Mm]aiden|[Ff]ore)[ _]?)?[Nn]ame|[Nn]ombre|[Aa]pellidos?|[Nn]om|[Pp]r[ée]nom|[Vv]orname|[Nn]achname|[Nn]ome|[Ss]obrenome|[Cc]ognome|[Ii]mię|[Nn]azwisko|[Ии]мя|[Фф]амилия|[Ss]urname)["']?:|[Cc]alled|[Ii]ch heiße|[Jj]e m['’]appelle|[Mm]e llamo|[Mm]i chiamo|[Mm]eu nome é|[Nn]azywam się|[Ss]igned,?|[Rr]egards,?)[\s"']{1,3}(?<found>${word}${rest})`,
  'gu',
);
const turned = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?<family>${word})(?:,[ \t]|/)(?<given>${word})(?:[ \t]${initial})?(?![\p{L}\p{N}])`,
  'gu',
);
const runs = new RegExp(String.raw`(?<![\p{L}\p{N}])${named}${rest}`, 'gu');

/** What stands where a name could and is none. */
const noNames = new Set(
  'all customer excellent existing fair gold good kind madam missing new no none not poor sir team the unknown us very yes pepper'.split(
    ' ',
  ),
);

/**
 * Names of people in free text, in many languages and scripts: after a title, after words that announce one, and by lists of given names, family names
 * and places with what stands around them. A rule of thumb: a field that holds names wants a redaction rule of its own.
 */
export const personName: Detector = {
  kind: 'person',
  fieldName:
    /^(?:(?:(?:first|middle|last|full|given|family|maiden|applicant|customer|client|borrower|guarantor|contact|holder|user)_?)*name|(?:surname|forename|.*name_(?:first|middle|last|given|family)))$/,
  find(written) {
    const text = withoutBrands(written);
    const tagger = new Tagger();
    return [
      ...[...matchesOf(text, afterTitle), ...matchesOf(text, afterWord)].filter(({ start, end }) => !isNoName(text.slice(start, end))),
      ...turnedNames(text),
      ...matchesOf(text, runs).flatMap((run) => namesInRun(text, run, tagger)),
      ...smallNames(text),
      ...namesInScripts(text),
    ].map((match) => withoutPossessive(text, match));
  },
};

/** "Schneider, Maria" is one person; "Paris, France" and "Alice, Bob" are none. */
function turnedNames(text: string): Match[] {
  const found: Match[] = [];
  turned.lastIndex = 0;
  for (let match = turned.exec(text); match; match = turned.exec(text)) {
    const [family, given] = [match.groups?.family ?? '', match.groups?.given ?? ''];
    if (isTurned(family, given)) found.push({ start: match.index, end: turned.lastIndex });
    // What is no given name here may be the family name of the next.
    else turned.lastIndex = match.index + family.length;
  }
  return found;
}

/** "name: Gate": one word of every day, or what could only be mistaken for a name. */
function isNoName(name: string): boolean {
  const [first = '', second] = name.split(/[ \t]/).map(foldedWord);
  return noNames.has(first) || (second === undefined && isOther(first) && !nameLists().given.has(first) && !nameLists().family.has(first));
}

function withoutPossessive(text: string, { start, end }: Match): Match {
  return { start, end: /['’]s$/.test(text.slice(start, end)) ? end - 2 : end };
}
