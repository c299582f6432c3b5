import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyRemover } from './key-remover.ts';

const key = 'sk-ant-api03-Zq7TfK2mWx9_hLr4Vb-8NcYp1Ds6GjAA';
const remove = keyRemover(key);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = (text: string) => Buffer.from(text).toString('hex');
const codes = (text: string) => [...text].map((character) => character.charCodeAt(0));
/** Pieces of the key that nobody may find, whatever was around it. */
const secretPart = key.slice(13, -2);

describe('a key', () => {
  it.each<[string, string]>([
    ['as it is', key],
    ['in capitals', key.toUpperCase()],
    ['spaced', [...key].join(' ')],
    ['one character a line', [...key].join('\n')],
    ['with dots between', [...key].join('.')],
    ['with what cannot be seen between', [...key].join('\u200b')],
    ['with bold letters', [...key].map((character) => `<b>${character}</b>`).join('')],
    ['in base64', base64(key)],
    ['in base64 inside other base64', base64(`{"authorization":"Bearer ${key}","x":1}`)],
    ['in base64 one further', base64(`xBearer ${key}`)],
    ['in base64 two further', base64(`xyBearer ${key}!`)],
    ['in base64 for addresses', Buffer.from(`?>${key}`).toString('base64url')],
    ['in base64 with line breaks', base64(key).replaceAll(/(.{7})/g, '$1\n')],
    ['in base64 twice', base64(base64(`Bearer ${key}`))],
    ['in an address', encodeURIComponent(key)],
    [
      'in an address, every character',
      codes(key)
        .map((code) => `%${code.toString(16)}`)
        .join(''),
    ],
    ['in an address, some characters', key.replaceAll(/[-_A]/g, (character) => `%${hex(character)}`)],
    ['in an address twice', key.replaceAll(/[-_A]/g, (character) => `%25${hex(character)}`)],
    ['in hexadecimal', hex(key)],
    ['in capital hexadecimal with colons', hex(key).toUpperCase().replaceAll(/(..)/g, '$1:')],
    [
      'as a list of bytes',
      codes(key)
        .map((code) => `0x${code.toString(16)}`)
        .join(', '),
    ],
    [
      'as escapes of a shell',
      codes(key)
        .map((code) => `\\x${code.toString(16)}`)
        .join(''),
    ],
    [
      'as octal escapes',
      codes(key)
        .map((code) => `\\${code.toString(8).padStart(3, '0')}`)
        .join(''),
    ],
    ['as escapes of JSON inside JSON', key.replaceAll(/[a-z]/g, (character) => `\\u00${hex(character)}`)],
    ['as decimal codes', codes(key).join(' ')],
    [
      'as references of HTML',
      codes(key)
        .map((code) => `&#${code};`)
        .join(''),
    ],
    ['quoted-printable', key.replaceAll(/[-_]/g, (character) => `=${hex(character).toUpperCase()}`)],
    ['backwards', [...key].reverse().join('')],
    ['by rot13', key.replaceAll(/[a-z]/gi, (letter) => String.fromCharCode(letter.charCodeAt(0) + (/[a-m]/i.test(letter) ? 13 : -13)))],
    ['in full-width letters', [...key].map((character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0)).join('')],
    ['in two halves with words between', `it begins ${key.slice(0, 24)} and it ends ${key.slice(24)}`],
    ['without its beginning', key.slice(12)],
    ['as backtick words', [...key].map((character) => `\`${character}\``).join(', ')],
  ])('%s is taken out of a text', (_name, hidden) => {
    const left = remove(`The key is ${hidden}, they say.`);
    expect(left).toMatch(/^The key is .*\[key removed\].*, they say\.$/s);
    for (let at = 0; at + 8 <= hidden.length && hidden !== [...key].join(' '); at += 1) {
      if (hidden.slice(at, at + 8).length === 8 && secretPart.includes(hidden.slice(at, at + 8)))
        expect(left).not.toContain(hidden.slice(at, at + 8));
    }
    expect(left.length).toBeLessThan(120);
  });

  it('is taken out of names of properties, and out of lists of its characters', () => {
    expect(remove({ [key]: 1, list: [...key], kept: 2 })).toEqual({
      '[key removed]': 1,
      list: ['[key removed]', ...Array(key.length - 1).fill('')],
      kept: 2,
    });
  });

  it('is taken out where it is split over blocks of an answer or over arguments of a call', () => {
    const blocks = {
      content: [
        { type: 'text', text: key.slice(0, 7) },
        { type: 'text', text: key.slice(7, 15) },
        { type: 'text', text: `${key.slice(15)} it is.` },
      ],
    };
    expect(remove(blocks).content.map(({ text }) => text)).toEqual(['[key removed]', '', ' it is.']);
    const call = { input: [key.slice(0, 9), key.slice(9, 20), key.slice(20, 31), key.slice(31)], name: 'note' };
    expect(remove(call)).toEqual({ input: ['[key removed]', '', '', ''], name: 'note' });
  });
});

describe('what is no key stays as it is', () => {
  it('also the same object, when nothing was found', () => {
    const said = { text: 'The post-loan DTI of 0.19 % is within 45 %. %41 &amp; \\n <b>x</b>', list: [1, null, true, 'é'] };
    expect(remove(said)).toBe(said);
  });

  it('a short key is a word for a local server, and words of a key are words', () => {
    expect(keyRemover('placeholder')('The placeholder stays.')).toBe('The placeholder stays.');
    expect(keyRemover('local-development-key')('local development takes time')).toBe('local development takes time');
    expect(keyRemover('local-development-key')('LOCAL development KEY')).toBe('[key removed]');
    expect(keyRemover(undefined, '')('text')).toBe('text');
  });

  it('text that holds no piece of the key is never changed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(remove(value)).toBe(value);
      }),
    );
  });
});

it('finds any key at any place of any text, in base64, hexadecimal, spaced or percent-encoded', () => {
  const character = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
  const someKey = fc.string({ unit: character, minLength: 24, maxLength: 100 }).map((random) => `sk-ant-${random}`);
  const way = fc.constantFrom<(text: string) => string>(
    base64,
    hex,
    (text) => [...text].join(' '),
    (text) =>
      codes(text)
        .map((code) => `%${code.toString(16).padStart(2, '0')}`)
        .join(''),
    (text) => base64(hex(text)),
  );
  const around = fc.string({ unit: fc.constantFrom(...' .,;:-{}"!?') });
  fc.assert(
    fc.property(someKey, way, around, around, (secret, hide, before, after) => {
      const left = keyRemover(secret)(`It: ${hide(before + secret + after)}`);
      expect(left).toContain('[key removed]');
      // Nothing but what was around the key is left of it.
      expect(left.length).toBeLessThanOrEqual(hide(before + after).length + 60);
    }),
  );
});

it('takes no time that grows faster than the text', { tags: ['slow'] }, () => {
  for (const part of ['\\', '%25', '&#', '<b', 'a ', '=4', key.slice(0, 11)])
    expect(remove(part.repeat(200_000)).length).toBeGreaterThan(0);
});
