import type { LoanApplication } from './application.ts';
import type { Decision } from './tool-variants/v2.generated.ts';

/** What a credit score is worth: the highest DTI that is approved, in percent, and the rate, in percent a year. */
export interface Tier {
  readonly name: 'Excellent' | 'Good' | 'Fair' | 'Poor';
  readonly minimumScore: number;
  readonly maximumDti: number;
  readonly rate: number;
}

/** Best first. The last tier takes every score: there is no minimum. */
export const tiers: readonly [Tier, ...Tier[]] = [
  { name: 'Excellent', minimumScore: 740, maximumDti: 45, rate: 6.5 },
  { name: 'Good', minimumScore: 670, maximumDti: 40, rate: 7.2 },
  { name: 'Fair', minimumScore: 580, maximumDti: 36, rate: 9.1 },
  { name: 'Poor', minimumScore: 0, maximumDti: 30, rate: 12.5 },
];

/** All loans are 30-year fixed. */
export const termInMonths = 360;

/** Percentage points by which arithmetic in binary fractions may miss a boundary that is meant exactly. */
const dtiTolerance = 1e-9;

/** The rules applied to one application. Dollars a month unless it says otherwise; nothing is rounded but `maximumLoan`. */
export interface Assessment {
  readonly tier: Tier;
  readonly monthlyIncome: number;
  readonly existingMonthlyDebt: number;
  /** What the loan that is asked for costs a month. */
  readonly payment: number;
  /** Existing debt and the loan's payment against income, in percent. */
  readonly postLoanDti: number;
  /** True exactly when `postLoanDti` is at most the tier's maximum. There is no other rule. */
  readonly approved: boolean;
  /** The largest loan that would be approved, in dollars, rounded down to the cent; 0 if existing debt leaves no room. */
  readonly maximumLoan: number;
}

/** The policy: tier, payment, post-loan DTI and what follows from them. */
export function assess(application: LoanApplication): Assessment {
  const tier = tierOf(application.credit_score);
  const monthlyIncome = application.annual_income / 12;
  const existingMonthlyDebt = application.total_debt / 12;
  const payment = amortizedPayment(application.loan_amount, tier.rate);
  const postLoanDti = ((existingMonthlyDebt + payment) / monthlyIncome) * 100;
  const room = (monthlyIncome * tier.maximumDti) / 100 - existingMonthlyDebt;
  return {
    tier,
    monthlyIncome,
    existingMonthlyDebt,
    payment,
    postLoanDti,
    approved: postLoanDti <= tier.maximumDti + dtiTolerance,
    maximumLoan: room > 0 ? floorToCent(principalOf(room, tier.rate)) : 0,
  };
}

/** The fields of the decision that the policy fixes, rounded to cents; the same for every tool variant. */
export function policyDecision(application: LoanApplication): Pick<Decision, 'approved' | 'max_loan' | 'monthly_payment'> {
  const { approved, maximumLoan, payment } = assess(application);
  return { approved, max_loan: maximumLoan, monthly_payment: roundToCent(payment) };
}

/** The tier of a credit score; boundaries belong to the better tier. */
export function tierOf(creditScore: number): Tier {
  return tiers.find((tier) => creditScore >= tier.minimumScore) ?? (tiers.at(-1) as Tier);
}

/** Payment a month that pays a loan off: P i / (1 - (1 + i)^-n), with i a month's interest and n months. `rate` in percent a year. */
export function amortizedPayment(principal: number, rate: number, months: number = termInMonths): number {
  return principal / annuityFactor(rate, months);
}

/** The loan that a payment a month pays off: the formula of `amortizedPayment` solved for P. */
function principalOf(payment: number, rate: number): number {
  return payment * annuityFactor(rate, termInMonths);
}

function annuityFactor(rate: number, months: number): number {
  const interest = rate / 100 / 12;
  return (1 - (1 + interest) ** -months) / interest;
}

/** Dollars rounded to the nearest cent. */
export function roundToCent(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** A whole number of cents that arithmetic missed by a hair still counts as that number. */
function floorToCent(amount: number): number {
  return Math.floor(amount * 100 + 1e-6) / 100;
}
