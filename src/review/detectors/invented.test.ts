import { describe, expect, test } from 'vitest';
import { detectors } from './detectors.ts';

/** Each draw is the same, so that what is made up can be worked out by hand. */
const draw = { letters: 'abcdefghij', digit: () => '5', letter: () => 'b', byte: () => 7 };
const detectorOf = (kind: string) => detectors.find((each) => each.kind === kind);

describe('what is made up in the place of a value', () => {
  test.each<[kind: string, value: string, invented: string | undefined]>([
    ['email', 'jane@example.org', 'email-abcdefghij@redacted.invalid'],
    // The remainder of 131400 and sixteen fives before the two ones is nought; letters stay letters.
    ['iban', 'DE89 3704 0044 0532 0130 00', 'DE00 5555 5555 5555 5555 11'],
    ['iban', 'GB82WEST12345698765432', 'GB00BBBB55555555555555'],
    ['ip', '10.1.2.3', '240.7.7.7'],
    // 4096 + 7 x 16 = 0x1070.
    ['ip', '2001:db8::1', '100::1070:1070:1070'],
    ['ip', 'the server', undefined],
    ['birth-date', '1980-05-17', '1980-01-01'],
    ['birth-date', '1980/5/7', '1980/1/1'],
    ['birth-date', '17/05/1980', '01/01/1980'],
    ['birth-date', '5.7.80', '1.1.80'],
    ['birth-date', '1980-05-17T00:00', '1980-01-01T00:00'],
    ['birth-date', '1980年5月17日', '1980年1月01日'],
    ['birth-date', '17. Mai 1980', '1. Januar 1980'],
    ['birth-date', '17 MAI 1980', '1 JANUAR 1980'],
    ['birth-date', '17 de mayo de 1980', '1 de enero de 1980'],
    ['birth-date', 'May 17, 1980', 'January 1, 1980'],
    ['birth-date', '17th of May 1980', '1st of January 1980'],
    ['birth-date', '17 foo 1980', undefined],
    // Luhn: 7 + 1 + 5 + 1 + 5 + 1 = 20; 4 + 1 + 5 + 1 + ... = 40.
    ['ssn', '123-45-6789', '000-55-5557'],
    ['ssn', '12345', undefined],
    ['ssn', 'unknown', undefined],
    ['card', '4111 1111 1111 1111', '0005 5555 5555 5554'],
    ['national-id', '12345678Z', '00055558B'],
    ['passport', 'C01X00T47', 'X00B55B53'],
    ['passport', 'c01x00t47', 'x00b55b53'],
    ['passport', 'P<UTOERIKSSON<<ANNA', undefined],
    ['phone', '+49 30 901820', '+49 00 055558'],
    ['phone', '1-800-555-0199', '1-000-555-5552'],
    ['phone', '030 1234 5678', '000 5555 5551'],
    // No country has that code.
    ['phone', '+999 123 456 789', '+900 055 555 551'],
  ])('of %s, %s, is %s, and known again', (kind, value, invented) => {
    const { invent, isInvented } = detectorOf(kind) ?? {};
    expect(invent?.(value, draw)).toBe(invented);
    expect(isInvented?.(value)).toBe(false);
    if (invented !== undefined) expect(isInvented?.(invented)).toBe(true);
  });

  test('of an id has its form', () => {
    expect(detectorOf('id')?.invent?.('alice.moreau7', draw)).toBe('bbbbb.bbbbbb5');
  });
});
