import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../contracts/json.ts';
import { redactionRuleSchema } from '../contracts/redaction.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { redactInput } from './redact.ts';
import { personalIn, redactText } from './redact-text.ts';

const pseudonyms = createPseudonyms('a key for tests, long enough to be one');
const redact = (text: string) => redactText(text, pseudonyms);

/** One of each kind, as people write them. */
const personal: readonly (readonly [kind: string, text: string])[] = [
  ['email', 'jane.doe+loans@example.co.uk'],
  ['email', 'jörg@bücher.example'],
  ['phone', '+1 (555) 123-4567'],
  ['phone', '+4915112345679'],
  ['phone', '030 1234 5678'],
  ['phone', 'phone: 5551234567'],
  ['iban', 'DE89 3704 0044 0532 0130 00'],
  ['iban', 'GB82WEST12345698765432'],
  ['card', '4111 1111 1111 1111'],
  ['card', '378282246310005'],
  ['ssn', '123-45-6789'],
  ['ssn', 'SSN is 123456789'],
  ['secret', `sk-ant-${'a1B2'.repeat(8)}`],
  ['secret', `AKIA${'IOSFODNN7EXAMPLE'}`],
  ['secret', 'Authorization: Bearer abc123def456ghi'],
  ['secret', `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg-kqhkiG9w0\n-----END PRIVATE KEY-----`],
  ['secret', 'https://ada:s3cr3tpass@host.example'],
  ['secret', 'sk_live_abcdefghijklmnop1234'],
  ['secret', 'password: hunter2hunter2'],
  ['person', 'Mr. John Q. Public'],
  ['person', 'Maria Schneider'],
  ['person', 'my name is Zaphod Beeblebrox'],
  ['person', 'my name is zaphod beeblebrox'],
  ['person', 'Señor Juan García López'],
  ['person', 'Frau Dr. von Bülow'],
  ['person', 'Schneider, Maria'],
  ['person', 'my name is Владимир Петров'],
  ['email', '"jane doe"@example.org'],
  ['email', 'jane.doe [at] example [dot] com'],
  ['phone', '030/12345678'],
  ['phone', 'tel 0151-2345678'],
  ['card', '4111-1111-1111-1111'],
  ['card', '٤١١١ ١١١١ ١١١١ ١١١١'],
  ['card', '4111\u200B1111\u00AD11111111'],
  ['ssn', '123–45–6789'],
];

/** What stands in the place of each kind: of the same form where it has one. */
const invented: Readonly<Record<string, RegExp>> = {
  email: /email-[a-p]{10}@redacted\.invalid/,
  phone: /(?:\+\d{1,2}[ .-]?)?\(?000[\d ()/-]+/,
  iban: /[A-Z]{2}00[ A-P\d]+/,
  card: /000\d[\d -]+/,
  ssn: /000-?\d\d-?\d{4}/,
  secret: /\[secret-[a-p]{10}\]/,
  person: /\[person-[a-p]{10}\]/,
};

describe('what the detectors find', () => {
  test.each(personal)('%s: %s', (kind, text) => {
    const { text: redacted, kinds } = redact(`Note: ${text} said so.`);
    expect(kinds).toContain(kind);
    expect(redacted).toMatch(invented[kind] ?? /never/);
    for (const part of text.match(/[\p{L}\p{N}]{6,}/gu) ?? [])
      if (!/^(?:Author|Bearer|passwo|example)/.test(part) || kind === 'email') expect(redacted).not.toContain(part);
    expect(redacted).toMatch(/^Note: .* said so\.$/);
  });

  test.each([
    'Evaluate this loan application for $250,000',
    'Score 745: Excellent. Max DTI: 45%. Rate: 6.5%',
    'DTI: 45.0% (monthly debt: $3,750, monthly income: $8,333)',
    'On 2026-11-23 at 12:30 the loan of 1.000.000 was asked for, version 3.11.2',
    'DE00 3704 0044 0532 0130 00 has wrong check digits',
    '4111 1111 1111 1112 fails the check of Luhn',
    'The secret of a good loan is a password nobody knows',
    'Dear Sir or Madam, the customer is New and Very happy',
    'case 550e8400-e29b-41d4-a716-446655440000',
  ])('nothing in: %s', (text) => {
    expect(redact(text).kinds.filter((kind) => kind !== 'phone')).toEqual([]);
  });

  test.each([
    'Decided on 2026-11-23 10:30 and 23.11.2026',
    'From 2020-2024 it was 12 000 000 dollars, then 1.000.000',
    'income 85000, debt 12000, score 720, order 1234567',
  ])('no telephone number in: %s', (text) => {
    expect(redact(text)).toEqual({ text, kinds: [] });
  });

  test('a number between other figures', () => {
    expect(redact('85000 12000 555-123-4567 720 250000').text).not.toMatch(/555|4567/);
    expect(redact('2026-11-23 10:30 555-123-4567').text).toMatch(/^2026-11-23 10:30 000-\d{3}-\d{4}$/);
  });

  test('a card in foreign digits that a key right behind it hides', () => {
    const { text, kinds } = redact(`٤١١١ ١١١١ ١١١١ ١١١١sk-ant-${'a1B2'.repeat(8)}`);
    expect(kinds).toEqual(['card', 'secret']);
    expect(text).toMatch(/^000\d \d{4} \d{4} \d{4}\[secret-[a-p]{10}\]$/);
  });

  test('a key right behind a number or a letter, and no word that only ends as keys begin', () => {
    const short = 'sk-ant-api03-a1B2a1B2a1';
    for (const before of ['4111111111111111', 'x', '№', '_']) expect(redact(`${before}${short}`).text).not.toContain('a1B2');
    expect(redact('3sk_live_abcdefghijklmnop1234').text).not.toContain('abcdefgh');
    const words = 'the risk-assessment-of-the-loan-desk';
    expect(redact(words).text).toBe(words);
  });

  test('the same value gets the same word whatever its spelling, another key another word', () => {
    const words = redact('Ask JANE@example.org, then jane@example.org.').text.match(/email-[a-p]{10}@redacted\.invalid/g);
    expect(new Set(words).size).toBe(1);
    expect(words).toHaveLength(2);
    const [spaced, dashed] = ['DE89 3704 0044 0532 0130 00', 'de89-3704-0044-0532-0130-00'].map((iban) => redact(iban).text);
    expect(spaced?.replace(/ /g, '')).toBe(dashed?.replace(/-/g, '').toUpperCase());
    const cards = ['4111 1111 1111 1111', '4111-1111-1111-1111', '4111111111111111'].map((card) => redact(card).text.replace(/[ -]/g, ''));
    expect(new Set(cards).size).toBe(1);
    expect(redactText('jane@example.org', createPseudonyms('another key, as long as the first')).text).not.toBe(words?.[0]);
  });

  // Backtracking without end would never come back from any of them.
  test.each([
    'a@',
    '1 ',
    'A',
    'DE89',
    '-----BEGIN ',
    'Mr. A',
    'eyJ.',
    '4111-',
    '+1(',
    'Anna ',
    'Mark. ',
    'A-',
    '1 a street ',
    'born on ',
    '王先生',
    'a.',
  ])('a long run of %j ends, and leaves nothing to find', (unit) => {
    const { text } = redact(unit.repeat(20_000));
    expect(redact(text).text).toBe(text);
  });
});

describe('no match survives', () => {
  const piece = fc.oneof(
    fc.constantFrom(...personal.map(([, text]) => text)),
    fc.constantFrom('@', '-', ' ', '.', '[', ']', 'name: ', 'Anna', 'DE89', '4111', '+', '(', 'password:', '\u202E', '\n'),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.integer({ min: 0, max: 1e16 }).map(String),
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

  test('in any text', () => {
    fc.assert(
      fc.property(text, (original) => {
        const { text: redacted } = redact(original);
        expect(personalIn(redacted)).toEqual([]);
        expect(redact(redacted)).toEqual({ text: redacted, kinds: [] });
      }),
      { numRuns: 500 },
    );
  });

  test('in any input, under any rules, in values and names of fields', () => {
    const input = fc.dictionary(
      fc.oneof(fc.constantFrom('notes', 'account', '__proto__', 'constructor'), text),
      fc.jsonValue({ maxDepth: 3 }),
      {
        maxKeys: 6,
      },
    );
    const rules = fc.dictionary(fc.constantFrom('notes', 'account', '__proto__'), fc.constantFrom(...redactionRuleSchema.options));
    fc.assert(
      fc.property(input, text, rules, (fields, notes, chosen) => {
        const { input: redacted } = redactInput({ ...(fields as JsonObject), notes, nested: { list: [notes] } }, chosen, pseudonyms);
        for (const found of textsOf(redacted)) expect(personalIn(found)).toEqual([]);
        expect(Object.getPrototypeOf(redacted)).toBe(Object.prototype);
      }),
      { numRuns: 300 },
    );
  });
});

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsOf(member)]);
}

describe('rules by field', () => {
  const input: JsonObject = {
    income: 123_456,
    account: 'A-4711',
    customer: 90_210,
    born: '1980-05-17',
    secret: true,
    person: { name: 'Ada', notes: 'call 555-123-4567' },
    people: [{ name: 'Bo' }, { name: 'Cy' }],
    card: 4_111_111_111_111_111,
  };
  const { input: redacted, redacted: notes } = redactInput(
    input,
    {
      income: 'generalise',
      account: 'mask',
      customer: 'pseudonymise',
      born: 'generalise',
      secret: 'drop',
      'person.name': 'pseudonymise',
      'people.name': 'drop',
    },
    pseudonyms,
  );

  test('do what they say', () => {
    expect(redacted).toMatchObject({ income: 120_000, account: 'x-xxxx', born: '1980', people: [{}, {}] });
    expect(String(redacted.customer)).toMatch(/^\d{5}$/);
    expect(redacted.customer).not.toBe(90_210);
    expect(redacted.person).toEqual({
      name: expect.stringMatching(/^\[name-[a-p]{10}\]$/),
      notes: expect.stringMatching(/^call 000-\d{3}-\d{4}$/),
    });
    expect(redacted).not.toHaveProperty('secret');
    expect(redacted).not.toHaveProperty('card');
  });

  test('a name that announces its value needs no rule, unless the rule is to keep it', () => {
    const announced = {
      ssn: '123456789',
      homePhone: 5_551_234_567,
      'api-key': 'abc',
      name: { first: 'zaphod', last: 'beeblebrox' },
      contacts: [{ name: 'trillian' }],
    };
    const { input: result, redacted: said } = redactInput({ ...announced, score: 720, purpose: 'car' }, {}, pseudonyms);
    expect(JSON.stringify(result)).not.toMatch(/123456789|5551234567|"abc"|zaphod|beeblebrox|trillian/);
    expect(result).toMatchObject({ score: 720, purpose: 'car' });
    expect(said).toEqual([
      'api-key: secret pseudonymised',
      'contacts.name: person pseudonymised',
      'homePhone: phone pseudonymised',
      'name.first: person pseudonymised',
      'name.last: person pseudonymised',
      'ssn: ssn pseudonymised',
    ]);
    expect(redactInput({ name: 'Gold loan' }, { name: 'keep' }, pseudonyms)).toEqual({ input: { name: 'Gold loan' }, redacted: [] });
  });

  test('and are named without a value', () => {
    expect(notes).toEqual([
      'account: masked',
      'born: generalised',
      'card: dropped',
      'customer: pseudonymised',
      'income: generalised',
      'people.name: dropped',
      'person.name: pseudonymised',
      'person.notes: phone pseudonymised',
      'secret: dropped',
    ]);
  });
});
