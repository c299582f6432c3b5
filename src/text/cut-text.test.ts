import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutTexts } from './cut-text.ts';
import { readCutText } from './left-out.ts';

test('a text is cut with its length, and read back as such', () => {
  const whole = 'word '.repeat(30);
  const cut = cutTexts(whole, 100);
  expect(cut).toMatch(/^(word ){20}… \(50 more characters left out; the trial store has them; SHA-256 [0-9a-f]{16}\)$/);
  expect(readCutText(cut)).toEqual({ kept: 'word '.repeat(20), left: 50 });
  expect(cutTexts(cut, 100)).toBe(cut);
  expect(readCutText('word… (5 more characters left out)')).toBeUndefined();
});

test('what differs still differs, what is equal stays equal, and short values are the same value', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(text, text, fc.integer({ min: 1, max: 20 }), (one, other, most) => {
      expect(JSON.stringify(cutTexts({ [one]: [one] }, most)) === JSON.stringify(cutTexts({ [other]: [other] }, most))).toBe(one === other);
      expect(cutTexts(one, most)).not.toMatch(/[\ud800-\udbff]…/);
    }),
  );
  const value = { a: ['b', null, 1, { c: 'd' }] };
  expect(cutTexts(value)).toBe(value);
});
