import { birthDate } from './birth-date.ts';
import { card } from './card.ts';
import type { Detector } from './detector.ts';
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

/** All detectors. The ones that check what they find come before those that go by looks. */
export const detectors: readonly Detector[] = [
  secret,
  email,
  iban,
  ipAddress,
  birthDate,
  passport,
  ssn,
  nationalId,
  card,
  phone,
  postalAddress,
  namedId,
  personName,
];
