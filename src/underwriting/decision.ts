import type { Finding, JsonObject } from '../index.ts';
import type { LoanApplication } from './application.ts';
import { contradictions } from './contradictions.ts';
import { inventedRules } from './invented-rules.ts';
import { dollarsAndCents } from './money.ts';
import { percentThatCompares } from './percent.ts';
import { type Assessment, amortizedPayment, assess } from './policy.ts';

/** Dollars a month; two cents of rounding on the way are no fault. */
const paymentTolerance = 0.02;
/** Dollars. */
const maximumLoanTolerance = 1;
/** Percentage points. */
const dtiTolerance = 0.01;
/** Differences are compared with a little room for binary fractions. */
const hair = 1e-9;

/**
 * Everything that is wrong with a decision, judged by the policy, by its own figures and by its own words. Takes the decisions of every
 * tool variant; a field that a variant does not have is not judged. No finding means that the decision may be used.
 *
 * Codes: `wrong-monthly-payment`, `wrong-max-loan`, `wrong-post-loan-dti`, `approval-against-dti`, `denial-against-dti`, `contradiction`,
 * `invented-rule`, and `missing-field` for a field that is absent or of another type.
 */
export function validateDecision(decision: JsonObject, application: LoanApplication): Finding[] {
  const assessment = assess(application);
  const { approved, max_loan, monthly_payment, post_loan_dti, reasoning } = decision;
  const missing = [
    typeof approved === 'boolean' ? [] : missingField('approved', 'true or false', approved),
    typeof max_loan === 'number' ? [] : missingField('max_loan', 'a number', max_loan),
    typeof monthly_payment === 'number' ? [] : missingField('monthly_payment', 'a number', monthly_payment),
    typeof reasoning === 'string' && reasoning.trim() !== '' ? [] : missingField('reasoning', 'a text', reasoning),
    post_loan_dti === undefined || typeof post_loan_dti === 'number' ? [] : missingField('post_loan_dti', 'a number', post_loan_dti),
  ].flat();
  const ownDti = typeof post_loan_dti === 'number' ? post_loan_dti : undefined;
  return [
    ...missing,
    ...(typeof monthly_payment === 'number' ? checkPayment(monthly_payment, application, assessment) : []),
    ...(ownDti === undefined ? [] : checkDti(ownDti, assessment)),
    ...(typeof max_loan === 'number' ? checkMaximumLoan(max_loan, application, assessment) : []),
    ...(typeof approved === 'boolean' ? checkApproval(approved, ownDti, assessment) : []),
    ...(typeof approved === 'boolean' && typeof reasoning === 'string' ? contradictions(reasoning, approved) : []),
    ...(typeof reasoning === 'string' ? inventedRules(reasoning) : []),
  ];
}

function missingField(field: string, expected: string, actual: unknown): Finding {
  return { code: 'missing-field', message: `${field} is ${JSON.stringify(actual) ?? 'absent'}, expected ${expected}` };
}

function checkPayment(actual: number, { loan_amount }: LoanApplication, { payment, existingMonthlyDebt, tier }: Assessment): Finding[] {
  const equals = (expected: number) => Math.abs(actual - expected) <= paymentTolerance + hair;
  if (equals(payment)) return [];
  const term = [5, 10, 15, 20, 25, 40].find((years) => equals(amortizedPayment(loan_amount, tier.rate, years * 12)));
  const likeness =
    existingMonthlyDebt > 0 && equals(existingMonthlyDebt)
      ? ', which is the existing monthly debt'
      : term !== undefined
        ? `, which is a ${term}-year payment`
        : equals((loan_amount * tier.rate) / 1200)
          ? ', which is the interest alone'
          : '';
  return [
    {
      code: 'wrong-monthly-payment',
      message: `monthly_payment is ${dollarsAndCents(actual)}${likeness}; the 30-year payment is ${dollarsAndCents(payment)}`,
    },
  ];
}

function checkDti(actual: number, { postLoanDti, existingMonthlyDebt, monthlyIncome }: Assessment): Finding[] {
  if (Math.abs(actual - postLoanDti) <= dtiTolerance + hair) return [];
  const withoutLoan = Math.abs(actual - (existingMonthlyDebt / monthlyIncome) * 100) <= 0.05 + hair;
  const likeness = withoutLoan ? ', which leaves the loan out' : '';
  return [
    { code: 'wrong-post-loan-dti', message: `post_loan_dti is ${actual} %${likeness}; with the loan it is ${postLoanDti.toFixed(2)} %` },
  ];
}

function checkMaximumLoan(actual: number, { loan_amount }: LoanApplication, { maximumLoan }: Assessment): Finding[] {
  if (Math.abs(actual - maximumLoan) <= maximumLoanTolerance + hair) return [];
  const likeness = actual === loan_amount ? ', which is the amount requested' : '';
  return [
    {
      code: 'wrong-max-loan',
      message: `max_loan is ${dollarsAndCents(actual)}${likeness}; the policy gives ${dollarsAndCents(maximumLoan)}`,
    },
  ];
}

/** Against its own figure first, because that is what the agent can be told; then against the true one. */
function checkApproval(approved: boolean, ownDti: number | undefined, assessment: Assessment): Finding[] {
  const { maximumDti } = assessment.tier;
  // A figure rounded to two decimals may lie on either side of the maximum.
  const ownIsClear = ownDti !== undefined && Math.abs(ownDti - maximumDti) > 0.005 + hair;
  const agreesWithOwn = !ownIsClear || ownDti <= maximumDti === approved;
  if (agreesWithOwn && approved === assessment.approved) return [];
  const figure =
    agreesWithOwn || ownDti === undefined
      ? `the post-loan DTI is ${percentThatCompares(assessment)} %`
      : `its own post_loan_dti is ${ownDti} %`;
  return [
    {
      code: approved ? 'approval-against-dti' : 'denial-against-dti',
      message: `approved is ${approved}, but ${figure}, ${approved ? 'above' : 'within'} the ${assessment.tier.name} tier's maximum of ${maximumDti} %`,
    },
  ];
}
