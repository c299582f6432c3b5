import { describe, expect, test } from 'vitest';
import { defineToolVariant, type Tool } from '../index.ts';
import type { LoanApplication } from './application.ts';
import type { Decision, Tools } from './fixtures/with-arguments.generated.ts';
import { policyDecision } from './policy.ts';
import type * as v2 from './tool-variants/v2.generated.ts';
import { calcDti } from './tools/calc-dti.ts';
import { calcMaxLoan } from './tools/calc-max-loan.ts';
import { creditRisk } from './tools/credit-risk.ts';

// Each `@ts-expect-error` is a proof: the type check fails if the line below it compiles.

const directory = new URL('fixtures/with-arguments/', import.meta.url);
const source = import.meta.url;
const paymentHistory: Tool<Tools['payment_history'], LoanApplication> = {
  source,
  run: ({ years, kind }) => `No late ${kind} payment in ${years} years`,
};
type Fixture = Parameters<typeof defineToolVariant<Tools, Decision, LoanApplication>>[0]['tools'];
type Version2 = Parameters<typeof defineToolVariant<v2.Tools, v2.Decision, LoanApplication>>[0]['tools'];

describe('a tool variant with arguments', () => {
  test('compiles and is accepted when tools and files match', async () => {
    const tools: Fixture = { payment_history: paymentHistory, credit_risk: creditRisk };
    const variant = defineToolVariant<Tools, Decision, LoanApplication>({ directory, tools });
    expect([...variant.tools.keys()].sort()).toEqual(['credit_risk', 'payment_history']);
    expect(variant.inputSchemas.get('payment_history')?.safeParse({ years: 3, kind: 'card', loan_amount: 5000 }).success).toBe(true);
    expect(variant.inputSchemas.get('payment_history')?.safeParse({ years: 3, kind: 'car', loan_amount: 5000 }).success).toBe(false);
    expect(variant.decisionSchema.safeParse({ verdict: 'approve', max_loan: 1, reasoning: '' }).success).toBe(true);
    expect(variant.decisionSchema.safeParse({ verdict: 'approve', maximum: 1, reasoning: '' }).success).toBe(false);
  });

  test('with a tool missing neither compiles nor is accepted', () => {
    // @ts-expect-error payment_history is missing
    const tools: Fixture = { credit_risk: creditRisk };
    expect(() => defineToolVariant<Tools, Decision, LoanApplication>({ directory, tools })).toThrow(
      /"payment_history" has a JSON file and no implementation/,
    );
  });

  test('with a tool too many neither compiles nor is accepted', () => {
    // @ts-expect-error calc_dti has no JSON file
    const tools: Fixture = { payment_history: paymentHistory, credit_risk: creditRisk, calc_dti: calcDti };
    expect(() => defineToolVariant<Tools, Decision, LoanApplication>({ directory, tools })).toThrow(
      /"calc_dti" is implemented and has no JSON file/,
    );
  });

  test('with a tool renamed neither compiles nor is accepted', () => {
    // @ts-expect-error the file says payment_history
    const tools: Fixture = { paymentHistory, credit_risk: creditRisk };
    expect(() => defineToolVariant<Tools, Decision, LoanApplication>({ directory, tools })).toThrow(/payment_?history/i);
  });

  test('with a wrong argument does not compile', async () => {
    const wrongName: Fixture = {
      // @ts-expect-error the argument is called years
      payment_history: { source, run: ({ months }) => `${months}` },
      credit_risk: creditRisk,
    };
    const wrongType: Fixture = {
      // @ts-expect-error years is a number
      payment_history: { source, run: ({ years }: { years: string }) => years.trim() },
      credit_risk: creditRisk,
    };
    const tooMany: Fixture = {
      // @ts-expect-error there is no argument called country
      payment_history: { source, run: ({ years, country }: Tools['payment_history'] & { country: string }) => `${years} ${country}` },
      credit_risk: creditRisk,
    };
    const noArguments: Version2 = {
      // @ts-expect-error calc_dti takes no arguments
      calc_dti: { source, run: ({ loan }: { loan: number }) => `${loan}` },
      calc_max_loan: calcMaxLoan,
      credit_risk: creditRisk,
    };
    const application = { annual_income: 1, total_debt: 0, credit_score: 700, loan_amount: 1 };
    expect(await wrongName.payment_history.run({ years: 3, kind: 'card', loan_amount: 1 }, application)).toBe('undefined');
    expect(() => wrongType.payment_history.run({ years: 3, kind: 'card', loan_amount: 1 }, application)).toThrow('trim');
    expect(await tooMany.payment_history.run({ years: 3, kind: 'card', loan_amount: 1 }, application)).toBe('3 undefined');
    expect(await noArguments.calc_dti.run({}, application)).toBe('undefined');
  });
});

test('a wrong decision field does not compile', () => {
  const policy = (application: LoanApplication): Partial<v2.Decision> => ({
    approved: policyDecision(application).approved,
    // @ts-expect-error the field is called max_loan
    maximum_loan: policyDecision(application).max_loan,
  });
  const text: Partial<v2.Decision> = {
    // @ts-expect-error approved is true or false
    approved: 'yes',
  };
  const application = { annual_income: 85_000, total_debt: 12_000, credit_score: 720, loan_amount: 250_000 };
  expect(Object.keys(policy(application))).toEqual(['approved', 'maximum_loan']);
  expect(text.approved).not.toBe(true);
});
