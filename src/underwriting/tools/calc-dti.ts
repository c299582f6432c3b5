import type { Tool } from '../../index.ts';
import type { LoanApplication } from '../application.ts';
import { dollarsAndCents } from '../money.ts';
import { percentThatCompares } from '../percent.ts';
import { assess } from '../policy.ts';

/** Debt and income with the proposed loan, beside the tier's maximum. */
export const calcDti: Tool<Record<string, never>, LoanApplication> = {
  source: import.meta.url,
  run(_, application) {
    const assessment = assess(application);
    const { tier, monthlyIncome, existingMonthlyDebt, payment } = assessment;
    return [
      `Existing monthly debt: ${dollarsAndCents(existingMonthlyDebt)}`,
      `Proposed payment: ${dollarsAndCents(payment)} (30-year fixed at ${tier.rate}%)`,
      `Total monthly debt: ${dollarsAndCents(existingMonthlyDebt + payment)}`,
      `Monthly income: ${dollarsAndCents(monthlyIncome)}`,
      `Post-loan DTI: ${percentThatCompares(assessment)}%`,
      `Tier maximum DTI: ${tier.maximumDti}% (${tier.name})`,
    ].join('\n');
  },
};
