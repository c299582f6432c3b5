import { z } from 'zod';

const amount = (what: string) => z.number(`${what} must be a finite number of dollars`);

/**
 * What an applicant asks for. Dollars; `total_debt` is what is paid on existing debt in a year.
 * The model sees only `loan_amount`; the tools see all of it.
 */
export const loanApplicationSchema = z.strictObject({
  annual_income: amount('annual_income').positive('annual_income must be more than $0').describe('Income in a year, in dollars.'),
  total_debt: amount('total_debt')
    .nonnegative('total_debt must be $0 or more')
    .describe('Payments on existing debt in a year, in dollars.'),
  credit_score: z
    .int('credit_score must be a whole number')
    .min(300, 'credit_score must be 300 or more')
    .max(850, 'credit_score must be 850 or less')
    .describe('Credit score, 300 to 850.'),
  loan_amount: amount('loan_amount').positive('loan_amount must be more than $0').describe('The loan that is asked for, in dollars.'),
});

export type LoanApplication = z.infer<typeof loanApplicationSchema>;
