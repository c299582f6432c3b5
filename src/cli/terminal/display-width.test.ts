import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutTo, displayWidth, foldTo, padTo, wrapTo } from './display-width.ts';

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['\u001B[31mabc\u001B[39m', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩\u200D👧', 2],
    ['✓ …', 3],
    ['', 0],
  ])('%j takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

describe('cutTo, wrapTo and padTo', () => {
  it('cut with an ellipsis and never through a character', () => {
    expect(cutTo('excellent', 6)).toBe('excel…');
    expect(cutTo('日本語', 4)).toBe('日…');
    expect(cutTo('fits', 4)).toBe('fits');
  });

  it('wrap at spaces, and break a word only when it is longer than a line', () => {
    expect(wrapTo('wrong max loan, wrong payment', 15)).toEqual(['wrong max loan,', 'wrong payment']);
    expect(wrapTo('DTI is 67.75 %, above the maximum', 12)).toEqual(['DTI is', '67.75 %,', 'above the', 'maximum']);
    expect(wrapTo('took 24 ms of 3 such runs', 7)).toEqual(['took', '24 ms', 'of 3', 'such', 'runs']);
    expect(wrapTo('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapTo('eval --case 10-three-borders-at-once --trials 5', 14, true)).toEqual([
      'eval --case',
      '10-three-borders-at-once',
      '--trials 5',
    ]);
    expect(wrapTo('  ', 4)).toEqual([]);
  });

  it('break a word that is too long at its joints, and no figure at its comma', () => {
    expect(wrapTo('10-three-borders-at-once', 14)).toEqual(['10-three-', 'borders-at-', 'once']);
    expect(wrapTo('/reports/1,896.25', 12)).toEqual(['/reports/', '1,896.25']);
    expect(wrapTo('{"approved":true,"max_loan":12,500}', 20)).toEqual(['{"approved":true,', '"max_loan":12,500}']);
  });

  it('cut between words where most of the text is left', () => {
    expect(cutTo('45.0 % of income, exactly the cap', 30)).toBe('45.0 % of income, exactly the…');
    expect(cutTo('45.0 % of income, exactly the cap', 28)).toBe('45.0 % of income, exactly…');
    expect(cutTo('a incomprehensibilities', 20)).toBe('a incomprehensibili…');
  });

  it('never get wider than asked for, and wrapping loses no word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, columns) => {
        expect(displayWidth(cutTo(text, columns))).toBeLessThanOrEqual(columns);
        const lines = wrapTo(text, columns);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  it('fill coloured text to its visible width', () => {
    expect(padTo('\u001B[31mab\u001B[39m', 4)).toBe('\u001B[31mab\u001B[39m  ');
  });
});

describe('foldTo', () => {
  it('breaks a printed line at blanks, below its last column, and leaves JSON whole', () => {
    expect(foldTo('the post-loan DTI is 46.03 %, above 45 %', 28)).toEqual(['the post-loan DTI is', '  46.03 %, above 45 %']);
    expect(foldTo(' ✗   9/9  tool    gives another figure than the policy', 40)).toEqual([
      ' ✗   9/9  tool    gives another figure',
      '                  than the policy',
    ]);
    expect(foldTo(' ! not in this plan: 1 run of v2', 20)).toEqual([' ! not in this plan:', '   1 run of v2']);
    expect(foldTo('error: There is no such case', 20)).toEqual(['error: There is no', '  such case']);
    expect(foldTo('   rerun: docket eval --case one', 24)).toEqual(['   rerun: docket eval \\', '   --case one']);
    expect(foldTo('   policy: {"approved":true,"max_loan":1}', 20)).toEqual(['   policy:', '   {"approved":true,"max_loan":1}']);
    expect(foldTo(' short', 20)).toEqual([' short']);
  });

  it('loses no word, and gets wider than asked for only by one word', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 40 }), (said, columns) => {
        const lines = foldTo(` ${said.join(' ')}`, columns);
        expect(lines.join(' ').trim().split(/ +/)).toEqual(said);
        for (const line of lines) expect(displayWidth(line) <= columns || !line.trim().includes(' ')).toBe(true);
      }),
    );
  });
});
