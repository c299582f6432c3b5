import { type Detector, matchesOf } from './detector.ts';
import { inventNumber, isInventedNumber } from './invented-number.ts';
import { isPersonsNumber, type PersonsNumber } from './national-id-library.ts';

/** Forms that only numbers of persons have, so that a right check is enough. */
const checked: readonly (readonly [form: RegExp, number: PersonsNumber])[] = [
  [/(?<![\p{L}\p{N}])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![\p{L}\p{N}])/giu, 'it/codicefiscale'],
  [/(?<![\p{L}\p{N}])\d{8}[ -]?[A-HJ-NP-TV-Z](?![\p{L}\p{N}])/giu, 'es/dni'],
  [/(?<![\p{L}\p{N}])[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z](?![\p{L}\p{N}])/giu, 'es/nie'],
  [/(?<![\p{L}\p{N}.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\p{L}\p{N}-])/gu, 'br/cpf'],
  [/(?<![\p{L}\p{N}])[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d(?![\p{L}\p{N}])/giu, 'mx/curp'],
  [/(?<![\p{L}\p{N}])[1-9]\d{16}[\dX](?![\p{L}\p{N}])/giu, 'cn/ric'],
  [/(?<![\p{L}\p{N}.-])756\.\d{4}\.\d{4}\.\d{2}(?![\p{L}\p{N}])/gu, 'ch/ssn'],
  [/(?<![\p{L}\p{N}-])\d{6}[-+A]\d{3}[\dA-Y](?![\p{L}\p{N}-])/gu, 'fi/hetu'],
  [/(?<![\p{L}\p{N}-])(?:\d{2})?\d{6}[-+]\d{4}(?![\p{L}\p{N}-])/gu, 'se/personnummer'],
  [/(?<![\p{L}\p{N}-])\d{6}-[0-9]\d{6}(?![\p{L}\p{N}-])/gu, 'kr/rrn'],
  [/(?<![\p{L}\p{N}.-])\d{1,2}\.\d{3}\.\d{3}-[\dK](?![\p{L}\p{N}-])/giu, 'cl/rut'],
  [/(?<![\p{L}\p{N}])[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?![\p{L}\p{N}])/giu, 'fr/nir'],
  [/(?<![\p{L}\p{N}.-])\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?![\p{L}\p{N}])/gu, 'be/nn'],
];
const names =
  'aadhaar|aadhar|pan|cpf|dni|nie|nif|codice fiscale|c\\.f\\.|curp|rut|run|cuit|cuil|c[ée]dula|pesel|bsn|burgerservicenummer|personnummer|samordningsnummer|fødselsnummer|fodselsnummer|cpr(?:-nummer)?|henkilötunnus|hetu|isikukood|asmens kodas|cnp|egn|егн|oib|jmbg|rodné číslo|rodne cislo|amka|αμκα|τ\\.?κ\\.? ?αριθμός|t\\.?c\\.? ?kimlik(?: no)?|tckn|teudat zehut|nric|fin(?= ?(?:no|number))|mykad|nik|emirates id|hkid|ahv(?:-nr)?|avs|sozialversicherungsnummer|steuer-?id(?:entifikationsnummer)?|idnr|personalausweis(?:nummer)?|nir|num[ée]ro de s[ée]curit[ée] sociale|s[ée]curit[ée] sociale|numero fiscale|nhs(?: number| no)?|ni(?: number)|national insurance(?: number| no)?|nino|sin|social insurance(?: number)?|tfn|tax file number|medicare(?: number| no)|pps(?:n| number)?|tax ?(?:payer )?id|national id(?:entity)?(?: card)?|identity (?:card|number)|id card|south african id|id number|снилс|инн|іпн|рнокпп|my number';
const announced = new RegExp(
  String.raw`(?<![\p{L}])(?:${names})(?![\p{L}])(?:[ \t_"'#:.=(-]|card|number|no|nr|num|is|do titular|es|ist|è|é|n[°º]){0,8}(?<found>[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]|[A-Z]{5}\d{4}[A-Z]|(?:[A-Z]{1,6}[ ./-]?)?\d[A-Z0-9]*(?:[ ./-]?[A-Z]?\d[A-Z0-9]*){0,8}(?:-?[A-Z])?(?:\([0-9A]\))?)(?![\p{L}\p{N}])`,
  'giu',
);
const elsewhere =
  /(?:身份证(?:号码|号)?|身分證(?:字號)?|居民身份证|マイナンバー|個人番号|주민등록번호|주민번호|आधार(?: संख्या| नंबर)?|רקם זהות|תעודת זהות|ת"ז|الرقم القومي|رقم الهوية|کد ملی)[ ::"']{0,4}(?<found>[A-Z0-9](?:[ -]?[A-Z0-9]){6,19})(?![A-Z0-9])/giu;

/** Numbers that a state gives a person: where the form is theirs alone and the check is right, or after their name. */
export const nationalId: Detector = {
  kind: 'national-id',
  hasDigits: true,
  fieldName:
    /^(?:.*_)?(?:national_id|national_identity|identity_number|id_card|aadhaa?r|cpf|dni|nie|nif|codice_fiscale|curp|rut|pesel|bsn|personnummer|fodselsnummer|cpr|hetu|cnp|oib|tckn|tc_kimlik(?:_no)?|nric|hkid|steuer_id|nir|nhs|nino|sin|tfn|ppsn|tax_id|taxpayer_id|social_insurance)(?:_number|_no|_num)?$/,
  isNumber: true,
  invent: (value, draw) => inventNumber(value, draw),
  isInvented: (value) => isInventedNumber(value),
  find: (text) => [
    ...checked.flatMap(([form, number]) =>
      matchesOf(text, form).filter(({ start, end }) => isPersonsNumber(number, text.slice(start, end))),
    ),
    ...[...matchesOf(text, announced), ...matchesOf(text, elsewhere)].filter(
      ({ start, end }) => end - start >= 7 && text.slice(start, end).replace(/\D/g, '').length >= 4,
    ),
  ],
};
