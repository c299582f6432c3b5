import { describe, expect, test } from 'vitest';
import { announcedKind } from '../announcing-field.ts';
import { birthDate } from './birth-date.ts';
import { card } from './card.ts';
import { detectors } from './detectors.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ipAddress } from './ip-address.ts';
import { namedId } from './named-id.ts';
import { nationalId } from './national-id.ts';
import { passport } from './passport.ts';
import { personName } from './person-name.ts';
import { phone } from './phone.ts';
import { postalAddress } from './postal-address.ts';
import { secret } from './secret.ts';
import { ssn } from './ssn.ts';

import { finds } from './testing/marked.ts';

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
    'on ‹555-123-4567›',
  ]);
});

describe('social security numbers', () => {
  finds(ssn, [
    'it is ‹123-45-6789› and ‹123 45 6789›',
    'SSN: ‹123456789›',
    '000-12-3456, 666-12-3456, 123-00-4567, 123-45-0000, 123-45 6789',
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
    // Ten different characters of 32, letters and digits among them.
    `it is ‹${'abcdefgh12'.repeat(4)}› here`,
    `it is ${'abcdefg12'.repeat(4)} here`,
    `it is ${'abcdefghij'.repeat(4)} here`,
    `it is ${'1234567890'.repeat(4)} here`,
    'it is 550e8400-e29b-41d4-a716-446655440000 here',
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
    'Dear Customer, name: none, I am New',
    'for Mrs. ‹Anna de la Cruz› today',
    // The same words as a place, a month, a thing or a firm, and as a person.
    'Fly to Charlotte with ‹Charlotte Okafor›, from Austin with ‹Austin Wells›',
    'Mark the claim as paid. ‹Mark› wants it.',
    'a ticket to Paris, Texas, for ‹Paris Nkemelu›',
    'Will the bank accept? ‹Will Carver› asked in May.',
    'the Jackson Hole office, the Charlotte office, our Madison branch',
    'Madison Square Garden, San Diego, Santa Ana, Lake Victoria, St. Louis, Fort Wayne',
    "Jack Daniel's, Dr Pepper, John Deere, Johnson & Johnson, Charles Schwab, Captain Morgan",
    'Morgan Stanley and Wells Fargo, a Ford Focus, a Samsung Galaxy S23, an iPhone SE',
    '{"city":"Florence","make":"Lancia","passenger":"‹Zorb Quix›"}',
    // Initials, forms of address, particles, capitals only.
    'signed ‹J. R. Whitcombe›, Class B. Series 4',
    'la signora ‹Rossi›, dhr. ‹van den Berg›, Herr Dr. ‹von Bülow›',
    'RE: LOAN FOR ‹BOB STONE›, DTI AND LTV',
    "Turks: ‹Ayşe Yılmaz›'ın kredisi, İstanbul'dan İzmir'e",
    // Without capitals.
    'talked to ‹dave› about rates, hi ‹priya›, hey there, thanks for that, with all that',
    'my brother ‹rahul sharma› and ‹sarah connor›, may the best rate win',
    'best, ‹hannah›',
    'hi im ‹fatima› and i was charged, back from fatima',
    'by ‹Hye-jin Park› in Hyde Park, ‹Llewellyn ap Rhys›, ‹Smith/John› Mr',
    'Lastname: ‹Okafor›, name: Gate, name: "web_search", name: valid',
    'OpenAI and LangSmith, Logfire POST, Post-loan DTI, by trace id, with server errors',
    // Scripts without capitals.
    '客户‹王小明›申请退款。‹王芳›女士想退货,我想取消订单。',
    '‹田中花子›様より、東京から大阪まで',
    '고객 ‹김민수›님이, 서울에서 부산까지',
    'اسمي ‹محمد العلي› من القاهرة',
    'שמי ‹דוד כהן› מתל אביב',
    '‹عبد الله الحسن› يريد قرضا',
    '‹अनीता शर्मा› का दावा',
    '‹张伟›申请贷款,客户申请退款',
  ]);
});

describe('dates of birth', () => {
  finds(birthDate, [
    'DOB ‹1984-07-23›, signed on 2019-02-14',
    'born on ‹14 February 1991› in Leeds, moved on 3 May 2001',
    'Birth Date - ‹March 3, 1990›; birthdate="‹1990/12/31›"; "date_of_birth":"‹2001-12-09›"',
    'geboren am ‹12.05.1979›, née le ‹5 mars 1988›, nacida el ‹3 de mayo de 1985›',
    'Дата рождения ‹17.10.1982›, 生年月日:‹1975年4月18日›, 生日‹1990-01-25›',
    'born in 1985, born: 1999, born free, birthday party on Friday',
    'airborne 12.05.1979, a firm born 45 Foo 1979',
    // Already the first of January.
    'born 1984-01-01, geb. 01.01.1979, born 1 January 1991',
  ]);
});

describe('passports', () => {
  finds(passport, [
    'Passport no. ‹533401829›, valid until 2031; passport (no. ‹L01X00T47›)',
    'pasaporte español ‹AAA123456›, Reisepass-Nr. ‹L8VK9HF2J›, passeport n° ‹14AV18273›',
    '"passport_number":"‹K2904771›", 护照号码 ‹E38104627›, загранпаспорт ‹75 1234567›',
    'passport control took 2 hours, passport office 12 June',
    '‹P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<› and ‹L898902C36UTO7408122F1204159ZE184226B<<<<<10›',
    '<<<<<<<<<<<<<<<<<<<<<<<<<<<<<< is a line',
  ]);
});

describe('numbers of persons', () => {
  finds(nationalId, [
    // Right by the check of their country, without a word that announces them.
    '‹RSSMRA85T10A562S›, ‹12345678Z›, ‹X1234567L›, ‹529.982.247-25›, ‹BOXW310820HNERXN09›',
    '‹11010519491231002X›, ‹756.9217.0769.85›, ‹131052-308T›, ‹811228-9874›, ‹971013-9019902›',
    '‹2 95 10 99 126 111 93›, ‹12.531.909-2›, ‹85.07.30-033.28›',
    // Wrong by it.
    'RSSMRA85T10A562T, 12345678A, X1234567A, 529.982.247-26, BOXW310820HNERXN08',
    '11010519491231002Y, 756.9217.0769.86, 131052-308U, 811228-9875, 12.531.909-3',
    // Announced, whether the check is right or not.
    'CPF ‹111.444.777-00›, PESEL ‹44051401359›, Aadhaar ‹2341 2341 2346›, NHS number ‹943 476 5919›',
    'BSN: ‹111222333›, "aadhaar":"‹234123412346›", National Insurance: ‹QQ 12 34 56 C›, PAN: ‹ABCDE1234F›',
    '身份证号 ‹11010519491231002X›, emirates id ‹784-1987-1234567-1› is mine',
    'sin city, the nie wieder club, order 44051401359, ISBN 978-3-16-148410-0',
  ]);
});

describe('postal addresses', () => {
  finds(postalAddress, [
    'at ‹42 Maple Street, Springfield, IL 62704›.',
    'at ‹221B Baker Street, London NW1 6XE›, or ‹77 elm rd, leeds ls8 2ab›',
    'to ‹po box 1187, wagga wagga nsw 2650› and ‹1 Infinite Loop, Cupertino, CA 95014›',
    'in ‹Hauptstraße 17, 10827 Berlin› or ‹Am Alten Markt 3a, 14467 Potsdam›',
    'in ‹8 rue des Lilas, 69003 Lyon›, ‹Via Garibaldi 12, 20121 Milano›, ‹ul. Długa 14/3, 31-146 Kraków›',
    'in ‹Kerkstraat 88-2, 1017 GP Amsterdam›, ‹ул. Ленина, д. 5›, ‹Istiklal Caddesi No: 45›',
    '住所は‹東京都新宿区西新宿2丁目8番1号›です, ‹上海市浦东新区世纪大道100号›, ‹서울특별시 강남구 테헤란로 152›',
    'Main Street was flooded, 50 people on Main Street, bus 5, Main Street stop, 15 minutes drive',
    'Rue de Rivoli was closed, 24 Hours of Le Mans, 123 people applied in Berlin, 5 Guys',
  ]);
});

describe('addresses of the internet', () => {
  finds(ipAddress, [
    'from ‹85.214.132.117›, ‹10.4.0.9› and ‹172.16.254.1›:8080',
    'from ‹2001:9e8:4b1a:7d00:1c3f:22aa:90ef:5b12› or ‹fe80::1ff:fe23:4567:890a›',
    'on 127.0.0.1, ::1, 0.0.0.0',
    'version 3.11.2.1, build 4.18.0.305, v1.2.3.4, 1.2.3, 1.2.3.4.5, 10.1.2.300',
    'at 10:20:30 for 00:1B:44:11:3A:B7 and std::vector',
    'pseudonyms 240.12.33.7 and 100::1ce0:1340:18c0',
  ]);
});

describe('ids that hold names', () => {
  finds(namedId, [
    'user ‹alice.moreau›, ‹usr_john_smith_84›, ‹mwilliams_maria›, in/‹anna-kowalska-7b2›',
    '@‹tom_becker›, ‹johnsmith84›, login ‹mariagonzalez›',
    'repo docs-website, svc-billing-prod, claude-sonnet-4-6, llama-3.3-70b, max-dti-check, santa-barbara-office',
    'feature/charlotte-branch, rose-garden, hugo-static-site, retry_after, max_loan, username password1234',
  ]);
});

test('what a field holds by its name', () => {
  const names: Record<string, readonly string[]> = {
    card: ['card_number', 'cardNo', 'myCreditCardNumber', 'card.number'],
    email: ['email', 'e_mail', 'E-Mail', 'emailAddress', 'work_email', 'contact.email_address'],
    iban: ['iban', 'accountNumber', 'account_no', 'payout_iban'],
    phone: ['phone', 'homePhone', 'mobile_number', 'fax_no', 'tel'],
    ssn: ['ssn', 'social-security-number', 'borrower_ssn'],
    secret: ['password', 'apiKey', 'api_key', 'cvv', 'github_token', 'privateKey'],
    'birth-date': ['dob', 'dateOfBirth', 'birth_date', 'applicant.birthDate'],
    passport: ['passport', 'passportNumber', 'passport_no'],
    'national-id': ['national_id', 'aadhaar', 'cpf', 'tax_id', 'applicant.pesel'],
    address: ['address', 'homeAddress', 'billing_address', 'street', 'address_line1'],
    ip: ['ip', 'clientIp', 'ip_address'],
    person: ['name', 'firstName', 'surname', 'name.first', 'customerName'],
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
  const more = [
    'ip_rating',
    'passport_valid',
    'mac_address',
    'streetcar',
    'birth_country',
    'run',
    'token_count',
    'pinned',
    'username_length',
    'loan_name',
    'filename',
    'score',
  ];
  for (const name of [...others, ...more]) expect([name, announcedKind(name)]).toEqual([name, undefined]);
});
