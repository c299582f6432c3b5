import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { amortizedPayment, assess, policyDecision, roundToCent, tierOf } from './policy.ts';
import { arbitraryApplication } from './testing/arbitrary-application.ts';
import { tenApplications } from './testing/run-underwriter.ts';

describe('the tier of a score', () => {
  test.each([
    [850, 'Excellent', 45, 6.5],
    [740, 'Excellent', 45, 6.5],
    [739, 'Good', 40, 7.2],
    [670, 'Good', 40, 7.2],
    [669, 'Fair', 36, 9.1],
    [580, 'Fair', 36, 9.1],
    [579, 'Poor', 30, 12.5],
    [300, 'Poor', 30, 12.5],
  ])('%i is %s: at most %d %%, at %d %%', (score, name, maximumDti, rate) => {
    expect(tierOf(score)).toMatchObject({ name, maximumDti, rate });
  });
});

describe('the payment', () => {
  test.each([
    // P i / (1 - (1 + i)^-n), worked out with 50 decimal digits.
    [250_000, 7.2, 360, 1696.97],
    [300_000, 6.5, 360, 1896.2],
    [5000, 6.5, 360, 31.6],
    [5000, 6.5, 60, 97.83],
    [800_000, 12.5, 360, 8538.06],
  ])('of $%d at %d %% over %i months is $%d', (principal, rate, months, expected) => {
    expect(roundToCent(amortizedPayment(principal, rate, months))).toBe(expected);
  });
});

describe('the assessment', () => {
  test('of the example on the command line', () => {
    const assessment = assess({ annual_income: 85_000, total_debt: 12_000, credit_score: 720, loan_amount: 250_000 });
    expect(assessment.approved).toBe(true);
    expect(assessment.existingMonthlyDebt).toBe(1000);
    expect(assessment.postLoanDti).toBeCloseTo(38.07, 2);
    // Room: 7083.33 x 40 % - 1000 = 1833.33; times (1 - 1.006^-360) / 0.006 = 147.32136.
    expect(assessment.maximumLoan).toBeCloseTo(1833.3333 * 147.321356, 1);
  });

  test.each([
    [1, false, 67.75, 0],
    [2, false, 66.34, 0],
    [3, false, 60.96, 39_553],
    [4, false, 62.36, 0],
    [5, true, 25.49, 976_022],
    [6, false, 47.78, 139_753],
    [7, false, 382.02, 110_491],
    [8, true, 0.19, 1_186_581],
    [9, false, 51.23, 175_684],
    [10, false, 90.41, 7366],
  ])('of case %i: approved %s at %d %%, at most $%d', (number, approved, dti, maximumLoan) => {
    const application = tenApplications[number - 1];
    if (!application) throw new Error(`no case ${number}`);
    const assessment = assess(application);
    expect(assessment.approved).toBe(approved);
    expect(assessment.postLoanDti).toBeCloseTo(dti, 2);
    expect(Math.round(assessment.maximumLoan)).toBe(maximumLoan);
  });

  test('approves exactly the maximum and nothing more: the largest loan is approved, one cent more is not', () => {
    fc.assert(
      fc.property(arbitraryApplication(), (application) => {
        const { maximumLoan, tier } = assess(application);
        if (maximumLoan > 0) expect(assess({ ...application, loan_amount: maximumLoan })).toMatchObject({ approved: true, maximumLoan });
        const more = assess({ ...application, loan_amount: maximumLoan + 0.01 });
        expect(more.postLoanDti).toBeGreaterThan(tier.maximumDti - 1e-9);
        // On very large incomes a cent is less than the tolerance of the comparison.
        const cent = (amortizedPayment(0.01, tier.rate) / more.monthlyIncome) * 100;
        expect(assess({ ...application, loan_amount: maximumLoan + 0.01 * Math.ceil(1 + 2e-9 / cent) }).approved).toBe(false);
      }),
    );
  });

  test('grows no kinder with a larger loan, more debt, less income or a lower score', () => {
    fc.assert(
      fc.property(arbitraryApplication(), fc.double({ min: 1.01, max: 10, noNaN: true }), (application, factor) => {
        fc.pre(!assess(application).approved);
        const { annual_income, total_debt, credit_score, loan_amount } = application;
        expect(assess({ ...application, loan_amount: loan_amount * factor }).approved).toBe(false);
        expect(assess({ ...application, total_debt: total_debt * factor }).approved).toBe(false);
        expect(assess({ ...application, annual_income: annual_income / factor }).approved).toBe(false);
        expect(assess({ ...application, credit_score: Math.max(300, credit_score - Math.round(factor * 20)) }).approved).toBe(false);
      }),
    );
  });

  test('as a decision is rounded to cents', () => {
    fc.assert(
      fc.property(arbitraryApplication(), (application) => {
        const { max_loan, monthly_payment } = policyDecision(application);
        expect(roundToCent(max_loan)).toBe(max_loan);
        expect(roundToCent(monthly_payment)).toBe(monthly_payment);
      }),
    );
  });
});
