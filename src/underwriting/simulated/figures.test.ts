import { describe, expect, test } from 'vitest';
import { calcDti } from '../tools/calc-dti.ts';
import { calcDtiWithoutLoan } from '../tools/calc-dti-without-loan.ts';
import { calcMaxLoan } from '../tools/calc-max-loan.ts';
import { creditRisk } from '../tools/credit-risk.ts';
import { readFigures } from './figures.ts';

const application = { annual_income: 85_000, total_debt: 12_000, credit_score: 720, loan_amount: 250_000 };
const read = (...tools: readonly { run: typeof calcDti.run }[]) => readFigures(tools.map((tool) => tool.run({}, application) as string));

const version2 = {
  existingDebt: 1000,
  totalDebt: 2696.97,
  monthlyIncome: 7083.33,
  proposedPayment: 1696.97,
  postLoanDti: 38.07,
  plainDti: undefined,
  maximumDti: 40,
  maximumLoan: 270_089.15,
  creditScore: 720,
  tier: 'Good',
  rate: 7.2,
};

test("version 2's tools give every figure, in any order", () => {
  expect(read(calcDti, calcMaxLoan, creditRisk)).toEqual(version2);
  expect(read(creditRisk, calcMaxLoan, calcDti)).toEqual(version2);
  expect(readFigures([read, calcMaxLoan, creditRisk].map(() => ''))).toMatchObject({ postLoanDti: undefined, maximumDti: undefined });
});

test("version 1's tools give a DTI that does not say post-loan, and neither payment nor maximum loan", () => {
  expect(read(calcDtiWithoutLoan, creditRisk)).toEqual({
    ...version2,
    monthlyIncome: 7083,
    totalDebt: undefined,
    proposedPayment: undefined,
    postLoanDti: undefined,
    plainDti: 14.1,
    maximumLoan: undefined,
  });
});

describe('figures are known by what they are called', () => {
  test.each([
    ['Debt-to-income ratio with the proposed loan: 41.2%', { postLoanDti: 41.2 }],
    ['DTI after the loan is 41.2 %', { postLoanDti: 41.2 }],
    ['DTI limit: 36%', { maximumDti: 36, plainDti: undefined }],
    ['Maximum allowed DTI = 36%', { maximumDti: 36, plainDti: undefined }],
    ['Total monthly debt: $2,696.97. Current debt: $1,000', { existingDebt: 1000 }],
    ['New loan payment: $1,696.97', { proposedPayment: 1696.97 }],
    ['Largest loan: $270,089.15', { maximumLoan: 270_089.15 }],
    ['Interest rate 7.2% a year', { rate: 7.2 }],
  ])('%s', (text, expected) => {
    expect(readFigures([text])).toMatchObject(expected);
  });
});
