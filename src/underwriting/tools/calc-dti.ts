import type { Tool } from '../../index.ts';
import type { LoanApplication } from '../application.ts';
import { dollarsAndCents } from '../money.ts';
import { type Assessment, assess } from '../policy.ts';

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

/**
 * Two decimals, or as many as it takes for the printed DTI to stand on the same side of the maximum as the true one:
 * a loan one cent too large must not read "45.00%".
 */
export function percentThatCompares({ postLoanDti, tier, approved }: Assessment): string {
  for (let decimals = 2; decimals < 12; decimals += 1) {
    const text = inDigits(postLoanDti, decimals);
    if (Number(text) <= tier.maximumDti === approved) return text;
  }
  return inDigits(postLoanDti, 12);
}

/** Digits however large the number is; `toFixed` turns to exponents. */
function inDigits(value: number, decimals: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
