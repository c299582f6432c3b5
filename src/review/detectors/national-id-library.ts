import { createRequire } from 'node:module';

/** A country's number of persons, as the library's file is called. */
export type PersonsNumber =
  | 'be/nn'
  | 'br/cpf'
  | 'ch/ssn'
  | 'cl/rut'
  | 'cn/ric'
  | 'es/dni'
  | 'es/nie'
  | 'fi/hetu'
  | 'fr/nir'
  | 'it/codicefiscale'
  | 'kr/rrn'
  | 'mx/curp'
  | 'se/personnummer';

interface Validator {
  validate(value: string): { readonly isValid: boolean };
}

/** True when the number's check is right, by the rules of its country; each country's are loaded for the first number that looks like one of it. */
export function isPersonsNumber(number: PersonsNumber, value: string): boolean {
  const validator = createRequire(import.meta.url)(`stdnum/lib/cjs/${number}.js`) as Validator;
  return validator.validate(value.toUpperCase().replaceAll('.', '')).isValid;
}
