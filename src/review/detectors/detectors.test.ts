import { describe, expect, test } from 'vitest';
import { announcedKind } from '../announcing-field.ts';
import { card } from './card.ts';
import { detectors } from './detectors.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { personName } from './person-name.ts';
import { phone } from './phone.ts';
import { secret } from './secret.ts';
import { ssn } from './ssn.ts';
import { finds, marked } from './testing/marked.ts';

describe('payment cards', () => {
  finds(card, [
    'paid with ‹4111 - 1111 - 1111 - 1111› today',
    'two: ‹4111 1111 1111 1111›, ‹3782 822463 10005›.',
    // 13 and 19 digits; 12 and 20 that pass the check as well are no card.
    '‹4123456789011› and ‹4111111111111111110›',
    '412345678905 and 41111111111111111115',
    '4111111111 1111111115',
    // Digits beside it are no part of it.
    '12 ‹4111 1111 1111 1111› 7',
    // A doubled 5 to 9 counts as the sum of its two digits: 5 + 1 + 5 + 1 + ... and 7 + 0 + 9 + 9.
    '‹5555 5555 5555 4444› and ‹6011 0009 9013 9424›',
    '5555 5555 5555 4443 and 6011 0009 9013 9425',
    // What is a number with the three digits after it and without them is the longer one.
    '‹4111 1111 1111 1111 110›',
    'a4111111111111111 and 4111111111111111b',
  ]);
});

describe('account numbers', () => {
  finds(iban, [
    'to ‹DE89 3704 0044 0532 0130 00› by Friday',
    'to ‹GB82WEST12345698765432›, please',
    'to ‹de89-3704-0044-0532-0130-00›',
    // 15 and 34 characters; 14 and 35 whose check digits are right are none.
    '‹NO9386011117947› and ‹LC16HEMM000100010012001200023015AB›',
    'NO698601111794 and LC75HEMM000100010012001200023015ABC',
    'DE89 3704 0044 0532 0130 00X and DE89.3704.0044.0532.0130.00',
    'DE88 3704 0044 0532 0130 00',
    // Right by the check, but with a letter for a check digit.
    'GB0M370400440532013000',
    '‹NO93 8601 1117 947› for rent',
  ]);
});

describe('addresses', () => {
  finds(email, [
    'from ‹jane.doe+loans@mail.a.example.co.uk› on',
    'from ‹jane@[192.168.0.1]› and ‹jane@[2001:db8::1]› on',
    'from jane@[] and jane@[host!] and jane@localhost on',
    'from ‹jane.doe [at] mail.example [dot] co [dot] uk› on',
    'from ‹jane(at)example(dot)org› on',
    'from ‹jane {at} example.org› on',
    'from jane [at] exa#mple [dot] com, jane [at] example [dot] #, # [at] example [dot] com',
    'look [at] it, and email-abcdefghijklmnop@example',
    'from email-abcdefghij@redacted.invalid, not ‹email-abcdefghijk@redacted.invalid› or ‹email-abcdefghij@redacted-invalid.org›',
  ]);
});

describe('telephone numbers', () => {
  finds(phone, [
    'reach me on ‹030/12345678› until 2027, order 1234567890',
    'part 01/234 of 56789012',
    'flat 02/345/67',
    // Other figures beside it are no part of it.
    '85000 12000 ‹555-123-4567› 720',
    '12345 12345 12345 123 45',
    // A number of mobile telephones as its country writes it, and one that no country gives.
    '‹138 1234 5678›, ‹98765 43210›, 238 1234 5678, 12345 43210',
    'dial ‹0044 7911 123456›, ‹00 49 30 901820›, 0012-3456-7890',
    'Case #0151 2345678, order 030/12345678, SN-5550-1234-77, policy no. 98765 43210',
    '‹1-800-555-0199› and ‹(212) 555-0187› and ‹+44 (0)20 7946 0958›',
    '电话‹03-1234-5678›,手机号 ‹13812345678›',
    'on 01.01.2027 and 03/11/2025, from 2020-2024, 1.000.000 in 12 000 000',
    'ask ‹+4915112345679› or tel. ‹5551234567›',
    'on ‹555-123-4567› for order 12345678901',
    'on ‹+49-30-1234-5678›, ‹+1(555)123-4567› or ‹(555) 123-4567› today',
    'on ‹(030)/12345678› or ‹030//123/45678› today',
    'tel ‹(555)1234567›, fax ‹555/123/4567›, call 12345678901234567',
    // 15 digits; 6 are none.
    'on ‹+12 345 12345 12345›, not 555-123, 555-123-4567x',
  ]);
});

describe('social security numbers', () => {
  finds(ssn, [
    'it is ‹123-45-6789› and ‹123 45 6789›',
    'SSN: ‹123456789›',
    '000-12-3456, 666-12-3456, 912-34-5678, 123-00-4567, 123-45-0000, 123-45 6789',
  ]);
});

describe('secrets', () => {
  const key = (text: string) => `-----BEGIN PRIVATE KEY-----${text}-----END PRIVATE KEY-----`;
  finds(secret, [
    'the password: ‹hunter#hunter› and the secret: everybody',
    `first ‹${key('abc')}›, then ‹${key('def')}›‹${key('ghi')}›.`,
    // What begins inside of one that has not ended is part of it.
    `‹-----BEGIN RSA PRIVATE KEY-----a${key('b')}› ‹${key('c')}› ‹${key('d')}› c`,
    'cut off: ‹-----BEGIN PRIVATE KEY-----abc›',
    'found ‹-----BEGIN RSA PRIVATE KEY-----abc-----END RSA PRIVATE KEY-----› there',
    'api key ‹hunter#hunter› or apikey=‹hunter#hunter› or "api_key": "‹hunter#hunter›" or API-KEY is ‹hunter#hunter›',
    'access token: ‹hunter#hunter› or accesstoken ‹hunter#hunter› or access_token=‹hunter#hunter›',
    'auth token: ‹hunter#hunter› or authtoken ‹hunter#hunter› or auth_token=‹hunter#hunter›',
    "password   =   '‹hunter#hunter›' and 'passwd':'‹hunter#hunter›'",
    'password: short#1 and passwords: hunter#hunter',
    // The name that a machine gave to a thing, and nothing beside it.
    'it is ‹a1b2c3d4-550e8400-e29b-41d4-a716-446655440000› or ‹550e8400-e29b-41d4-a716-446655440000-a1b2c3d4› here',
    // Ten different characters of 32, letters and digits among them.
    `it is ‹${'abcdefgh12'.repeat(4)}› here`,
    `it is ${'abcdefg12'.repeat(4)} here`,
    `it is ${'abcdefghij'.repeat(4)} here`,
    `it is ${'1234567890'.repeat(4)} here`,
    'it is 550e8400-e29b-41d4-a716-446655440000 here',
  ]);
});

/** Letters alone, so that only its beginning and its length make a key of it. */
const letters = (count: number) => 'abcdefghijklmnopqrstuvwxyzabcdefgh'.slice(0, count);
test.each([
  ...[...['sk-'].map((begins) => [begins, 16] as const), ...['sk_live_', 'pk_test_', 'rk_live_'].map((begins) => [begins, 10] as const)],
  ...['ghp_', 'gho_', 'ghs_', 'ghu_', 'ghr_', 'github_pat_', 'hf_'].map((begins) => [begins, 20] as const),
  ...['xoxa-', 'xoxb-', 'xoxp-', 'xoxr-', 'xoxs-', 'pylf_v1_'].map((begins) => [begins, 10] as const),
  ...[['glpat-', 15] as const, ['AIza', 30] as const],
])('a key of a vendor begins with %s and has %i letters more at least', (begins, least) => {
  expect(marked(secret, `it is ${begins}${letters(least)} here`)).toBe(`it is ‹${begins}${letters(least)}› here`);
  expect(marked(secret, `it is ${begins}${letters(least - 1)} here`)).toBe(`it is ${begins}${letters(least - 1)} here`);
  expect(marked(secret, `it is x${begins}${letters(least)} here`)).toBe(`it is x${begins}${letters(least)} here`);
});
describe('keys in capitals, and tokens in three parts', () => {
  const capitals = letters(16).toUpperCase();
  finds(secret, [
    `it is ‹AKIA${capitals}› here, not AKIA${capitals.slice(1)}`,
    `it is ‹eyJ${letters(8)}.${letters(8)}.${letters(12)}-x› or ‹eyJ${letters(8)}.${letters(8)}.› here`,
    `it is eyJ${letters(7)}.${letters(8)}.x or eyJ${letters(8)}.${letters(7)}.x or eyJ${letters(8)}.${letters(8)} here`,
    `not ghx_${letters(20)}, xoxz-${letters(10)}, pylf_vx_${letters(10)}, sk_demo_${letters(10)}`,
  ]);
});

test('a private key that never ends is looked through once', () => {
  expect(secret.find('-----BEGIN PRIVATE KEY-----'.repeat(3))).toEqual([{ start: 0, end: 81 }]);
});

describe('names', () => {
  finds(personName, [
    'by ‹Schneider, Maria› here, Berlin, Germany there',
    "in ‹Anna›'s car, that ‹John›’ll sell; they don't know, and O'Brian's",
    'with ‹James› and ‹Thomas Maria Smith›',
    'with ‹Maria-Luisa Smith› and ‹Jean›',
    'my name is ‹zaphod beeblebrox›',
    'name:   ‹zaphod beeblebrox›, my name is ‹zaphod›, my name is ‹zaphod› 7up',
    'Dear Customer, name: none, I am New',
    'for Mrs. ‹Anna de la Cruz› today',
  ]);
});

test('what a field holds by its name', () => {
  const names: Record<string, readonly string[]> = {
    card: ['card_number', 'cardNo', 'myCreditCardNumber', 'card.number'],
    email: ['email', 'e_mail', 'E-Mail', 'emailAddress', 'work_email', 'contact.email_address'],
    iban: ['iban', 'accountNumber', 'account_no', 'payout_iban'],
    phone: ['phone', 'homePhone', 'mobile_number', 'fax_no', 'tel'],
    ssn: ['ssn', 'social-security-number', 'borrower_ssn'],
    secret: ['password', 'apiKey', 'apikey', 'api_key', 'cvv', 'github_token', 'privateKey'],
    person: ['name', 'firstName', 'surname', 'name.first', 'customerName', 'username', 'lastname'],
  };
  for (const { kind } of detectors)
    expect([kind, ...(names[kind] ?? []).map(announcedKind)]).toEqual([kind, ...(names[kind] ?? []).map(() => kind)]);
  const others = [
    'discard_number',
    'card_number_length',
    'voicemail',
    'email_opt_in',
    'caliban',
    'iban_valid',
    'microphone',
    'phones',
    'assn',
    'ssn_valid',
  ];
  const more = ['token_count', 'pinned', 'spin', 'username_length', 'loan_name', 'filename', 'score'];
  for (const name of [...others, ...more]) expect([name, announcedKind(name)]).toEqual([name, undefined]);
});
