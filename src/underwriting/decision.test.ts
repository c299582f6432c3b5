import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../index.ts';
import { validateDecision } from './decision.ts';
import { assess, policyDecision } from './policy.ts';
import { arbitraryApplication } from './testing/arbitrary-application.ts';

const application = { annual_income: 85_000, total_debt: 12_000, credit_score: 720, loan_amount: 250_000 };
const right = {
  ...policyDecision(application),
  post_loan_dti: 38.07,
  reasoning: 'Approved: the post-loan DTI of 38.07% is within the maximum of 40%.',
};
const denied = { annual_income: 28_000, total_debt: 2000, credit_score: 790, loan_amount: 150_000 };
const rightDenial = {
  ...policyDecision(denied),
  post_loan_dti: 47.78,
  reasoning: 'Denied: the post-loan DTI of 47.78% exceeds the maximum of 45%.',
};

const codes = (decision: JsonObject, about = application) => validateDecision(decision, about).map(({ code }) => code);
const messages = (decision: JsonObject, about = application) => validateDecision(decision, about).map(({ message }) => message);

test('finds nothing wrong with a right decision of either version', () => {
  expect(validateDecision(right, application)).toEqual([]);
  expect(validateDecision(rightDenial, denied)).toEqual([]);
  const { post_loan_dti: _, ...withoutDti } = right;
  expect(validateDecision(withoutDti, application)).toEqual([]);
});

test('finds nothing wrong with what the policy decides, on any application, its DTI rounded to two decimals', () => {
  fc.assert(
    fc.property(arbitraryApplication(), (any) => {
      const post_loan_dti = Math.round(assess(any).postLoanDti * 100) / 100;
      expect(validateDecision({ ...policyDecision(any), post_loan_dti, reasoning: 'As computed.' }, any)).toEqual([]);
    }),
  );
});

describe('monthly_payment', () => {
  test.each([1696.97, 1696.96, 1696.98])('may be %d', (monthly_payment) => {
    expect(codes({ ...right, monthly_payment })).toEqual([]);
  });

  test.each([
    [1000, 'which is the existing monthly debt'],
    [4973.92, 'which is a 5-year payment'],
    [2275.12, 'which is a 15-year payment'],
    [1500, 'which is the interest alone'],
  ])('of %d is wrong, and named: %s', (monthly_payment, likeness) => {
    expect(codes({ ...right, monthly_payment })).toEqual(['wrong-monthly-payment']);
    expect(messages({ ...right, monthly_payment })[0]).toContain(`, ${likeness}; the 30-year payment is $1,696.97`);
  });

  test.each([0, 1697, 1696.94, -1696.97, 16_969.7])('of %d is wrong and looks like nothing known', (monthly_payment) => {
    expect(codes({ ...right, monthly_payment })).toEqual(['wrong-monthly-payment']);
    expect(messages({ ...right, monthly_payment })[0]).toMatch(/the 30-year payment is \$1,696\.97$/);
  });

  test('of $0 is not called the existing debt of someone without debt', () => {
    const free = { ...application, total_debt: 0 };
    expect(messages({ ...policyDecision(free), monthly_payment: 0, reasoning: '' }, free)[0]).not.toContain('existing');
  });
});

describe('post_loan_dti', () => {
  test.each([38.07, 38.08, 38.065, 38.0748])('may be %d', (post_loan_dti) => {
    expect(codes({ ...right, post_loan_dti })).toEqual([]);
  });

  test.each([38.05, 38.1, 0.3807, 37])('of %d is wrong', (post_loan_dti) => {
    expect(codes({ ...right, post_loan_dti })).toEqual(['wrong-post-loan-dti']);
  });

  test('that leaves the loan out is named so', () => {
    expect(messages({ ...right, post_loan_dti: 14.1 })[0]).toBe(
      'post_loan_dti is 14.1 %, which leaves the loan out; with the loan it is 38.07 %',
    );
  });
});

describe('max_loan', () => {
  test.each([270_089.15, 270_090, 270_088.2])('may be %d', (max_loan) => {
    expect(codes({ ...right, max_loan })).toEqual([]);
  });

  test.each([0, 270_000, 270_091, 270_088])('of %d is wrong', (max_loan) => {
    expect(codes({ ...right, max_loan })).toEqual(['wrong-max-loan']);
  });

  test('that repeats the request is named so', () => {
    expect(messages({ ...right, max_loan: 250_000 })[0]).toContain('which is the amount requested');
  });
});

describe('approved', () => {
  const silent = (decision: JsonObject) => ({ ...decision, reasoning: 'See the figures.' });

  test('must agree with the policy, whatever the version', () => {
    expect(codes(silent({ ...right, approved: false }))).toEqual(['denial-against-dti']);
    expect(codes(silent({ ...rightDenial, approved: true }), denied)).toEqual(['approval-against-dti']);
    const { post_loan_dti: _, ...version1 } = rightDenial;
    expect(messages(silent({ ...version1, approved: true }), denied)).toEqual([
      "approved is true, but the post-loan DTI is 47.78 %, above the Excellent tier's maximum of 45 %",
    ]);
  });

  test('must agree with its own figure too, even where the policy would agree by accident', () => {
    expect(codes(silent({ ...rightDenial, post_loan_dti: 44 }), denied)).toEqual(['wrong-post-loan-dti', 'denial-against-dti']);
    expect(codes(silent({ ...right, post_loan_dti: 41 }))).toEqual(['wrong-post-loan-dti', 'approval-against-dti']);
    expect(messages(silent({ ...right, post_loan_dti: 41 }))[1]).toContain(
      "its own post_loan_dti is 41 %, above the Good tier's maximum of 40 %",
    );
  });

  test('at the boundary a figure rounded to the maximum serves both answers, as the policy has it', () => {
    const largest = { ...application, loan_amount: assess(application).maximumLoan };
    const oneCentMore = { ...application, loan_amount: largest.loan_amount + 0.01 };
    expect(codes(silent({ ...policyDecision(largest), post_loan_dti: 40 }), largest)).toEqual([]);
    expect(codes(silent({ ...policyDecision(oneCentMore), post_loan_dti: 40 }), oneCentMore)).toEqual([]);
    expect(codes(silent({ ...policyDecision(oneCentMore), approved: true, post_loan_dti: 40 }), oneCentMore)).toEqual([
      'approval-against-dti',
    ]);
    expect(codes(silent({ ...policyDecision(largest), approved: false, post_loan_dti: 40 }), largest)).toEqual(['denial-against-dti']);
  });
});

test('a field that is missing or of another type is named', () => {
  expect(messages({}).sort()).toEqual([
    'approved is absent, expected true or false',
    'max_loan is absent, expected a number',
    'monthly_payment is absent, expected a number',
    'reasoning is absent, expected a text',
  ]);
  expect(codes({ ...right, post_loan_dti: '38.07' })).toEqual(['missing-field']);
  expect(codes({ ...right, approved: 'true' })).toEqual(['missing-field']);
});
