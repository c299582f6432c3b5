import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipText } from './clip-text.ts';

test('clipping says how much is missing and cuts no character in half', () => {
  expect(clipText('abc', 3)).toBe('abc');
  expect(clipText('abcd', 3)).toBe('abc… (1 more character left out)');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 5 }), fc.integer({ min: 1, max: 20 }), (text, most) => {
      expect(clipText(text, most).isWellFormed()).toBe(text.isWellFormed());
    }),
  );
});
