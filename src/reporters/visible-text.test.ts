import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipText, visibleLine, visibleText } from './visible-text.ts';

test('what a terminal or a browser would obey is written out; the rest stays', () => {
  expect(visibleText('a\u001b[2Jb\u202ec\u0000\r\nd\té😀')).toBe('a\\u001b[2Jb\\u202ec\\u0000\nd\té😀');
  expect(visibleText('\ud800x\u{e0041}')).toBe('\\ud800x\\udb40\\udc41');
  expect(visibleLine('  a\n\n b\u2028c ')).toBe('a b\\u2028c');
});

test('no text leaves a character outside of XML 1.0, and a visible text stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const visible = visibleText(text);
      expect(visible).toMatch(/^[\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      expect(visibleText(visible)).toBe(visible);
    }),
  );
});

test('clipping says how much is missing and cuts no character in half', () => {
  expect(clipText('abc', 3)).toBe('abc');
  expect(clipText('abcd', 3)).toBe('abc… (1 more characters left out)');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 5 }), fc.integer({ min: 1, max: 20 }), (text, most) => {
      expect(clipText(text, most).isWellFormed()).toBe(text.isWellFormed());
    }),
  );
});
