import type { Tool } from '../../index.ts';
import type { LoanApplication } from '../application.ts';
import { dollarsAndCents } from '../money.ts';
import { assess } from '../policy.ts';

/** The largest loan the applicant could have: amortisation in reverse. */
export const calcMaxLoan: Tool<Record<string, never>, LoanApplication> = {
  source: import.meta.url,
  run(_, application) {
    const { tier, maximumLoan } = assess(application);
    return `Maximum loan: ${dollarsAndCents(maximumLoan)} (30-year fixed at ${tier.rate}%)`;
  },
};
