import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visibleText } from './visible-text.ts';

test('control characters and marks of direction are shown instead of obeyed', () => {
  expect(visibleText('a\u001B[2Jb\u009Bc\u202Ed\u{E0041}\ne\tf')).toBe('a\\u001b[2Jb\\u009bc\\u202ed\\udb40\\udc41\ne\\u0009f');
});

test('nothing that a terminal obeys is left, and plain text stays as it is', () => {
  const obeyed = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;
  fc.assert(
    fc.property(
      fc.string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) }),
      (text) => !obeyed.test(visibleText(text)),
    ),
  );
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => visibleText(text) === text));
});
