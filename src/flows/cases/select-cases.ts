import { DocketError } from '../../contracts/docket-error.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import type { LoadedCase } from './load-cases.ts';

/**
 * The cases that words name, in the order of the suite: an id, the start of ids, a pattern with `*` and `?`, or `tag:` and a tag. A word that is an id
 * means that case only.
 * @throws DocketError for a word that names no case
 */
export function selectCases(cases: readonly LoadedCase[], words: readonly string[]): LoadedCase[] {
  const wanted = new Set(words.flatMap((word) => namedBy(word, cases)));
  return cases.filter((loaded) => wanted.has(loaded));
}

function namedBy(word: string, cases: readonly LoadedCase[]): LoadedCase[] {
  const ids = cases.map((loaded) => loaded.case.id);
  const exact = cases.filter((loaded) => loaded.case.id === word);
  if (exact.length > 0) return exact;
  if (word.startsWith('tag:')) {
    const tag = word.slice('tag:'.length);
    const tagged = cases.filter(({ case: { tags = [] } }) => tags.includes(tag));
    if (tagged.length > 0) return tagged;
    throw new DocketError(`No case has the tag "${tag}".${didYouMean(tag, new Set(cases.flatMap(({ case: { tags = [] } }) => tags)))}`);
  }
  const pattern = patternOf(word);
  const matching = word === '' ? [] : cases.filter((loaded) => pattern.test(loaded.case.id));
  if (matching.length > 0) return matching;
  throw new DocketError(
    /[*?]/.test(word) ? `No case id matches "${word}". docket cases ls shows them.` : `There is no case "${word}".${didYouMean(word, ids)}`,
  );
}

/** The whole id where there is a sign for any letters, otherwise its start. */
function patternOf(word: string): RegExp {
  const whole = /[*?]/.test(word);
  const source = word
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}${whole ? '$' : ''}`, 'su');
}
