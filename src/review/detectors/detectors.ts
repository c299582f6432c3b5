import { card } from './card.ts';
import type { Detector } from './detector.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { personName } from './person-name.ts';
import { phone } from './phone.ts';
import { secret } from './secret.ts';
import { ssn } from './ssn.ts';

/** All detectors. The ones that check what they find come before those that go by looks. */
export const detectors: readonly Detector[] = [secret, email, iban, card, ssn, phone, personName];
