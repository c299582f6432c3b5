import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assess } from '../policy.ts';
import { arbitraryApplication } from '../testing/arbitrary-application.ts';
import { calcDti } from './calc-dti.ts';
import { calcDtiWithoutLoan } from './calc-dti-without-loan.ts';
import { calcMaxLoan } from './calc-max-loan.ts';
import { creditRisk } from './credit-risk.ts';

const first = { annual_income: 100_000, total_debt: 45_000, credit_score: 745, loan_amount: 300_000 };
const example = { annual_income: 85_000, total_debt: 12_000, credit_score: 720, loan_amount: 250_000 };

describe('what the model reads', () => {
  test("version 1's tools, as the original printed them", () => {
    expect(calcDtiWithoutLoan.run({}, first)).toBe('DTI: 45.0% (monthly debt: $3,750, monthly income: $8,333)');
    expect(creditRisk.run({}, first)).toBe('Score 745: Excellent. Max DTI: 45%. Rate: 6.5%');
  });

  test("version 2's tools", () => {
    expect(calcDti.run({}, example)).toBe(
      [
        'Existing monthly debt: $1,000.00',
        'Proposed payment: $1,696.97 (30-year fixed at 7.2%)',
        'Total monthly debt: $2,696.97',
        'Monthly income: $7,083.33',
        'Post-loan DTI: 38.07%',
        'Tier maximum DTI: 40% (Good)',
      ].join('\n'),
    );
    expect(calcMaxLoan.run({}, example)).toBe('Maximum loan: $270,089.15 (30-year fixed at 7.2%)');
  });
});

describe('the printed DTI', () => {
  const printed = (text: string, label: string) => Number(new RegExp(`^${label}: ([\\d.]+)%`, 'm').exec(text)?.[1]);

  test('compares with the printed maximum as the true ones do, at the boundary and one cent beyond it too', () => {
    fc.assert(
      fc.property(arbitraryApplication(), (application) => {
        const text = calcDti.run({}, application) as string;
        const { approved, postLoanDti } = assess(application);
        expect(printed(text, 'Post-loan DTI') <= printed(text, 'Tier maximum DTI')).toBe(approved);
        expect(Math.abs(printed(text, 'Post-loan DTI') - postLoanDti)).toBeLessThanOrEqual(0.005 + postLoanDti * 1e-12);
      }),
      { numRuns: 500 },
    );
  });

  test('has more than two decimals only where two would mislead', () => {
    const largest = assess(example).maximumLoan;
    expect(calcDti.run({}, { ...example, loan_amount: largest })).toContain('Post-loan DTI: 40.00%');
    expect(calcDti.run({}, { ...example, loan_amount: largest + 0.01 })).toMatch(/Post-loan DTI: 40\.0000\d*[1-9]%/);
  });

  test('is written in digits however large it is', () => {
    expect(calcDti.run({}, { ...example, annual_income: 1e-20 })).toMatch(/Post-loan DTI: \d{22,}\.\d\d%/);
  });
});
