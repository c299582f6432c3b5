import { describe, expect, it } from 'vitest';
import type { LoadedCase } from './load-cases.ts';
import { selectCases } from './select-cases.ts';

const suite = [
  { id: '01-at-cap', tags: ['border'] },
  { id: '01-at-cap-twin' },
  { id: '02-over-cap', tags: ['border', 'denied'] },
  { id: '10-(odd).id' },
].map((each) => ({ case: each }) as unknown as LoadedCase);
const chosen = (...words: readonly string[]) => selectCases(suite, words).map((loaded) => loaded.case.id);

describe('selectCases', () => {
  it.each([
    ['an id names that case alone', ['01-at-cap'], ['01-at-cap']],
    ['the start of ids', ['01'], ['01-at-cap', '01-at-cap-twin']],
    ['a pattern is of whole ids', ['*-cap'], ['01-at-cap', '02-over-cap']],
    ['one letter', ['0?-*-cap'], ['01-at-cap', '02-over-cap']],
    ['a tag', ['tag:border'], ['01-at-cap', '02-over-cap']],
    ['several words, in the order of the suite and once', ['02', 'tag:border', '01-at-cap'], ['01-at-cap', '02-over-cap']],
    ['signs of patterns elsewhere are letters', ['10-(odd).'], ['10-(odd).id']],
  ])('%s', (_, words, expected) => {
    expect(chosen(...words)).toEqual(expected);
  });

  it.each([
    ['01-at-cpa', 'There is no case "01-at-cpa". Did you mean "01-at-cap"?'],
    ['', 'There is no case "".'],
    ['*-floor', 'No case id matches "*-floor". docket cases ls shows them.'],
    ['tag:boarder', 'No case has the tag "boarder". Did you mean "border"?'],
    ['10-.odd', 'There is no case "10-.odd".'],
  ])('refuses %j', (word, message) => {
    expect(() => chosen('01', word)).toThrow(message);
  });
});
