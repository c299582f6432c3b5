import { describe, expect, test } from 'vitest';
import { announcedKind } from '../announcing-field.ts';
import { birthDate } from './birth-date.ts';
import { ipAddress } from './ip-address.ts';
import { namedId } from './named-id.ts';
import { nationalId } from './national-id.ts';
import { passport } from './passport.ts';
import { postalAddress } from './postal-address.ts';
import { finds } from './testing/marked.ts';

describe('dates of birth', () => {
  finds(birthDate, [
    'born on ‹1980-05-17› in Bonn, decided on 2020-05-17',
    'date of birth: ‹17/05/1980›, DOB ‹5.7.80›, birth date is ‹1980/5/7› here',
    'geboren am ‹17. Mai 1980› in Bonn, née le ‹17 mai 1980›, nacida el ‹17 de mayo de 1980›',
    'born ‹May 17, 1980› or born on the ‹17th of May 1980› there',
    '生年月日:‹1980年5月17日›',
    'birthday: 17 foo 1980, airborne 1980-05-17, born 1980-05-170',
  ]);
});

describe('addresses of the internet', () => {
  finds(ipAddress, [
    'from ‹192.168.0.17› and ‹8.8.8.8›, then ‹2001:db8::1› and ‹fe80::1:2› on',
    'from ‹::ffff:10.0.0.1› on',
    'from 127.0.0.1, 0.0.0.0, :: and ::1 on',
    'version 1.2.3.4, v1.2.3.4, build: 10.20.30.40, firmware=1.2.3.4',
    'at 300.1.2.3 and 1.2.3 and 1.2.3.4.5 and 1.2.3.4-5 and 12:30:45',
    'from ‹0.0.0.1›, a long way behind the version, ‹1.2.3.4›',
  ]);
});

describe('ids that hold names', () => {
  finds(namedId, [
    'user ‹alice.moreau› wrote, ‹usr_john_smith_84› and ‹maria-garcia› read',
    'new.york.times, main.ts, docket.config.ts, alice.wonderful, alice.x, alice_7',
  ]);
});

describe('numbers of persons', () => {
  finds(nationalId, [
    // Right by their check, and by no other digit.
    'it is ‹12345678Z›, not 12345678A; ‹X1234567L›, not X1234567M',
    'it is ‹529.982.247-25›, not 529.982.247-26',
    'it is ‹RSSMRA85T10A562S›, not RSSMRA85T10A562T',
    'it is ‹11010519491231002X›, not 110105194912310021',
    'it is ‹756.9217.0769.85›, not 756.9217.0769.84',
    'it is ‹131052-308T›, not 131052-308U',
    // By their name alone; a word that follows is no part of it.
    'Aadhaar: ‹1234 5678 9012›, PESEL ‹44051401359›, DNI ‹12345678A› is mine',
    'national insurance number: ‹AB 12 34 56 C›; 身份证号:‹110105194912310021›',
    'sin city is a film of 2005, pan card no: ‹ABCDE1234F›',
  ]);
});

describe('passports', () => {
  finds(passport, [
    'passport number: ‹C01X00T47›, Reisepass Nr. ‹C01X00T48›, 护照号码:‹E12345678›',
    'passport photos needed, passport office',
    'lines: ‹P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<› and ‹L898902C36UTO7408122F1204159ZE184226B<<<<<10›.',
    'lines: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ]);
});

describe('streets with their numbers', () => {
  finds(postalAddress, [
    'at ‹42 Maple Street, Springfield, IL 62704› since, at ‹42 Maple Street apt 5› then',
    'in ‹Hauptstraße 17, 10827 Berlin› lives, au ‹8 rue des Lilas, 69003 Lyon› depuis',
    '‹Calle de Alcalá 45, 28014 Madrid› and ‹ul. Długa 14/3, 31-147 Kraków›',
    '‹Atatürk Caddesi No: 12› adresinde',
    'by ‹P.O. Box 123› here',
    '‹東京都千代田区丸の内1-2-3› and ‹서울특별시 강남구 테헤란로 123› and ‹北京市朝阳区建国路88号›',
    'Maple Street and Springfield, 42 maples',
  ]);
});

test('what a field holds by its name', () => {
  const names: Record<string, readonly string[]> = {
    'birth-date': ['dob', 'birthDate', 'birth_day', 'date_of_birth', 'borrower_dob', 'born_on', 'born'],
    ip: ['ip', 'ipAddress', 'client_ip', 'ipv4', 'ip_v6', 'ip_addr'],
    passport: ['passport', 'passportNumber', 'applicant_passport_no', 'passport_id'],
    'national-id': ['national_id', 'cpf', 'aadhar', 'aadhaar_number', 'taxId', 'borrower_nino', 'tc_kimlik_no'],
    address: ['address', 'homeAddress', 'billing_address_line_1', 'street', 'address_2', 'address.line1'],
  };
  for (const [kind, fields] of Object.entries(names))
    expect([kind, ...fields.map(announcedKind)]).toEqual([kind, ...fields.map(() => kind)]);
  for (const field of [
    'adobe',
    'dob_known',
    'ship',
    'ip_count',
    'recipe',
    'passport_valid',
    'cpfs',
    'streetwise',
    'address_count',
    'ip_address_known',
  ])
    expect([field, announcedKind(field)]).toEqual([field, undefined]);
});
