import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileText } from '../testing/parcel-desk.ts';
import { plainJson, plainLine, plainText } from './terminal-text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const obeyed = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]|[\u{E0000}-\u{E007F}]/u;

/** Text full of what terminals obey. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001B',
        '\u001B[',
        '\u001B]8;;',
        '\u0007',
        '\u009B',
        '\u009D',
        '\u009C',
        '\u001B\\',
        '31m',
        '\r',
        '\r\n',
        '\u202E',
        '\u2066',
        '\uD800',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('plainText', () => {
  it('takes whole sequences out and keeps the words', () => {
    expect(plainText(hostileText)).toBe('red gnp.exe hidden');
    expect(plainText('a\u001B[38;2;1;2;3mb\u001B[0mc\u001BPq#0\u001B\\d\u009D0;title\u009Ce\u001B(Bf\u001Bcg')).toBe('abcdefg');
  });

  it('keeps line breaks, tabs, other scripts and composed pictures', () => {
    const text = 'a\tb\nc — 日本 👩\u200D👧 é ✓ שלום';
    expect(plainText(text)).toBe(text);
    expect(plainText('one\r\ntwo\rthree')).toBe('one\ntwo\nthree');
  });

  it('leaves nothing a terminal obeys, whatever comes, and changes nothing a second time', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const plain = plainText(text);
        expect(plain).not.toMatch(obeyed);
        expect(plain.isWellFormed()).toBe(true);
        expect(plainText(plain)).toBe(plain);
        expect(plainLine(text)).not.toMatch(/[\n\t\u2028\u2029]/);
      }),
    );
  });

  it('takes time in proportion to the length, also for sequences that never end', () => {
    const start = performance.now();
    for (const part of ['\u001B]', '\u001B[0', '\u009D', '\u001BP0;', '\u001B[ ']) plainText(part.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('plainJson', () => {
  it('keeps the value and holds nothing a terminal obeys', () => {
    fc.assert(
      fc.property(fc.record({ text: hostile, [hostileText]: fc.constant(1) }), (value) => {
        const json = plainJson(value);
        expect(json).not.toMatch(obeyed);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
