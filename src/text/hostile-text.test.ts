import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine, plainText, visibleLine, visibleText } from './hostile-text.ts';
import { isUnwanted, smuggled, spellings, writtenOut } from './testing/unwanted-characters.ts';

/** A window title, a colour, a cleared screen, a bell, an 8-bit sequence, a reversed order of reading. */
const hostileText = '\u001B]0;owned\u0007\u001B[31mred\u001B[2J\u0007 \u009B1m\u202Egnp.exe\u2069 \u001B[8mhidden';

/** What may be left, because something is spelled with it. */
const spelled = /\u200C|\u200D|\uFE0E|\uFE0F/;

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
        ...Object.values(spellings),
        ...smuggled.map(([text]) => text),
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

  it('reads sequences that never end to the last character', () => {
    for (const part of ['\u001B]', '\u001B[0', '\u009D', '\u001BP0;', '\u001B[ ']) {
      expect(plainText(`${part.repeat(200_000)}\u0007end`)).toMatch(/end$/);
    }
  });

  it('leaves nothing a terminal obeys, whatever comes, and changes nothing a second time', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const plain = plainText(text);
        expect([...plain].filter((character) => isUnwanted(character.codePointAt(0) ?? 0) && !spelled.test(character))).toEqual([]);
        expect(plain.isWellFormed()).toBe(true);
        expect(plainText(plain)).toBe(plain);
        expect(plainLine(text)).not.toMatch(/[\n\t\u2028\u2029]/);
      }),
    );
  });
});

/** Every code point there is, each between two letters; half of a character is followed by none. */
const everyCodePoint = [...Array(0x110000).keys()];

describe('the table', () => {
  it('treats every code point of Unicode as its files say, at the terminal and in what is kept', () => {
    // What starts an escape sequence would take letters with it, and a carriage return is a line break.
    const points = everyCodePoint.filter((point) => ![0x0d, 0x1b, 0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f].includes(point));
    const text = points.map((point) => `x${String.fromCodePoint(point)}x`).join('');
    const expected = (instead: (point: number) => string) =>
      points.map((point) => `x${isUnwanted(point) ? instead(point) : String.fromCodePoint(point)}x`).join('');
    expect(visibleText(text) === expected(writtenOut)).toBe(true);
    expect(plainText(text) === expected(() => '')).toBe(true);
  });

  it.each(Object.entries(spellings))('leaves what is spelled with a joiner or a selector as it is: %s', (_, text) => {
    expect([plainText(text), visibleText(text)]).toEqual([text, text]);
  });

  it.each(smuggled)('takes joiners and selectors that spell nothing for what they are: %j', (text, visible, plain) => {
    expect([visibleText(text), plainText(text)]).toEqual([visible, plain]);
  });
});

describe('visibleText', () => {
  it('writes out what a terminal or a browser would obey; the rest stays', () => {
    expect(visibleText('a\u001b[2Jb\u202ec\u0000\r\nd\té😀')).toBe('a\\u001b[2Jb\\u202ec\\u0000\nd\té😀');
    expect(visibleText('\ud800x\u{e0041}')).toBe('\\ud800x\\udb40\\udc41');
    expect(visibleLine('  a\n\n b\u2028c ')).toBe('a b\\u2028c');
  });

  it('leaves no character outside of XML 1.0, and a visible text as it is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const visible = visibleText(text);
        expect(visible).toMatch(/^[\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
        expect(visibleText(visible)).toBe(visible);
      }),
    );
  });

  it('keeps the value of JSON', () => {
    fc.assert(
      fc.property(fc.array(hostile), (value) => {
        expect(JSON.parse(visibleText(JSON.stringify(value)))).toEqual(value);
      }),
    );
  });
});
