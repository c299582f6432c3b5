import type { Tool } from '../../index.ts';
import type { LoanApplication } from '../application.ts';
import { wholeDollars } from '../money.ts';

/**
 * Version 1's calculation, kept with its bug: its description promises the proposed loan and it leaves the loan out.
 * It is what the baseline that fails was measured with.
 */
export const calcDtiWithoutLoan: Tool<Record<string, never>, LoanApplication> = {
  source: import.meta.url,
  run(_, { annual_income, total_debt }) {
    const dti = ((total_debt / annual_income) * 100).toFixed(1);
    return `DTI: ${dti}% (monthly debt: ${wholeDollars(total_debt / 12)}, monthly income: ${wholeDollars(annual_income / 12)})`;
  },
};
