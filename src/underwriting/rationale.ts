import type { LoanApplication } from './application.ts';
import { dollarsAndCents } from './money.ts';
import { assess } from './policy.ts';

/** The policy's arithmetic for one application, step by step, as it stands in the labels of the cases. */
export function rationale(application: LoanApplication): string {
  const { tier, payment, existingMonthlyDebt, monthlyIncome, postLoanDti, approved, maximumLoan } = assess(application);
  const room = (monthlyIncome * tier.maximumDti) / 100 - existingMonthlyDebt;
  const [debt, income] = [dollarsAndCents(existingMonthlyDebt), dollarsAndCents(monthlyIncome)];
  return [
    `Score ${application.credit_score} is ${tier.name}: maximum DTI ${tier.maximumDti} %, rate ${tier.rate} %.`,
    `Payment: ${dollarsAndCents(application.loan_amount)} x i / (1 - (1 + i)^-360) with i = ${tier.rate} % / 12 is ${dollarsAndCents(payment)} a month.`,
    `Post-loan DTI: (${debt} + ${dollarsAndCents(payment)}) / ${income} = ${postLoanDti.toFixed(2)} %, ${approved ? `at or below ${tier.maximumDti} %: approve` : `over ${tier.maximumDti} %: deny`}.`,
    `Room for a payment: ${income} x ${tier.maximumDti} % - ${debt} = ${dollarsAndCents(room)}; max_loan = ${
      maximumLoan > 0 ? `${dollarsAndCents(room)} x (1 - (1 + i)^-360) / i = ${dollarsAndCents(maximumLoan)}` : '$0'
    }.`,
  ].join(' ');
}
