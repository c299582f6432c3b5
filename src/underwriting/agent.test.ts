import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defineAgent, defineToolVariant, resolveVersion } from '../index.ts';
import { underwriter } from './agent.ts';
import { type LoanApplication, loanApplicationSchema } from './application.ts';
import type { Decision, Tools } from './fixtures/with-arguments.generated.ts';
import { simulatedUnderwriter } from './simulated-underwriter.ts';
import { decide, runUnderwriter } from './testing/run-underwriter.ts';
import { creditRisk } from './tools/credit-risk.ts';
import { userMessage } from './user-message.ts';

const example = ['85000', '12000', '720', '250000'];
const application = { annual_income: 85_000, total_debt: 12_000, credit_score: 720, loan_amount: 250_000 };

describe('the versions', () => {
  test("version 1's prompt and tools are the original's, word for word", () => {
    const { prompt, toolVariant, model } = resolveVersion(underwriter, 'v1');
    expect(prompt.text).toBe('You are a loan underwriter. Use the provided tools to assess the applicant, then make a decision.');
    expect(toolVariant.definitions.map(({ name, description }) => [name, description])).toEqual([
      ['calc_dti', 'Calculate debt-to-income ratio including the proposed loan.'],
      ['credit_risk', 'Look up credit risk category and max DTI allowed.'],
    ]);
    expect(Object.keys(toolVariant.decisionJsonSchema.properties as object)).toEqual([
      'approved',
      'max_loan',
      'monthly_payment',
      'reasoning',
    ]);
    expect(model).toBe('claude-sonnet-4-6');
  });

  test('version 2 says what version 1 does, and adds calc_max_loan and post_loan_dti', () => {
    const { prompt, toolVariant } = resolveVersion(underwriter, 'v2');
    expect(prompt.text).toContain(resolveVersion(underwriter, 'v1').prompt.text);
    expect(toolVariant.definitions.map(({ name }) => name)).toEqual(['calc_dti', 'calc_max_loan', 'credit_risk']);
    expect(Object.keys(toolVariant.decisionJsonSchema.properties as object)).toContain('post_loan_dti');
  });

  test.each(['v1', 'v2'])('%s sends strict, closed schemas', (version) => {
    const { toolVariant } = resolveVersion(underwriter, version);
    for (const { strict, input_schema } of toolVariant.definitions) {
      expect(strict).toBe(true);
      expect(input_schema).toEqual({ type: 'object', properties: {}, required: [], additionalProperties: false });
    }
    const { properties, required, additionalProperties } = toolVariant.decisionJsonSchema;
    expect(additionalProperties).toBe(false);
    expect(required).toEqual(Object.keys(properties as object));
  });

  test('version 2 decides the example: approved, $1,696.97 a month, 38.07 %', async () => {
    expect(await decide({ application, version: 'v2' })).toMatchObject({ approved: true, monthly_payment: 1696.97, post_loan_dti: 38.07 });
  });
});

describe('the user message', () => {
  test.each([
    [250_000, 'Evaluate this loan application for $250,000'],
    [1500.5, 'Evaluate this loan application for $1,500.50'],
    [0.07, 'Evaluate this loan application for $0.07'],
  ])('for %d says nothing but the loan', (loan_amount, expected) => {
    expect(userMessage.render({ ...application, loan_amount })).toBe(expected);
  });
});

describe('the application', () => {
  test('takes its own boundaries', () => {
    for (const credit_score of [300, 850]) expect(loanApplicationSchema.safeParse({ ...application, credit_score }).success).toBe(true);
    expect(loanApplicationSchema.safeParse({ ...application, total_debt: 0 }).success).toBe(true);
  });

  test.each([
    [{ annual_income: 0 }, 'annual_income must be more than $0'],
    [{ annual_income: Number.POSITIVE_INFINITY }, 'annual_income must be a finite number of dollars'],
    [{ annual_income: '85000' }, 'annual_income must be a finite number of dollars'],
    [{ total_debt: -1 }, 'total_debt must be $0 or more'],
    [{ credit_score: 720.5 }, 'credit_score must be a whole number'],
    [{ credit_score: 299 }, 'credit_score must be 300 or more'],
    [{ credit_score: 851 }, 'credit_score must be 850 or less'],
    [{ loan_amount: 0 }, 'loan_amount must be more than $0'],
    [{ loan_amount: Number.NaN }, 'loan_amount must be a finite number of dollars'],
  ])('refuses %j: %s', (change, message) => {
    const parsed = loanApplicationSchema.safeParse({ ...application, ...change });
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  test('refuses a field it does not know and one that is missing', () => {
    expect(loanApplicationSchema.safeParse({ ...application, income: 1 }).success).toBe(false);
    expect(loanApplicationSchema.safeParse({ ...application, loan_amount: undefined }).error?.issues[0]?.message).toMatch(/loan_amount/);
  });
});

describe('the command line', () => {
  const parse = (words: readonly string[]) => underwriter.commandLine?.parse(words);

  test('reads four numbers', () => {
    expect(parse(example)).toEqual(application);
    expect(parse(['85000.50', '0', '720', '1e5'])).toEqual({
      annual_income: 85_000.5,
      total_debt: 0,
      credit_score: 720,
      loan_amount: 100_000,
    });
  });

  test.each(['1e3x', '', ' ', '0x10', 'abc', '12,000', 'Infinity', 'NaN', '1_000', '$5', '1.', '--5'])('names %j as no number', (word) => {
    expect(() => parse(['85000', word, '720', '250000'])).toThrow(`total_debt: ${JSON.stringify(word)} is not a number`);
  });

  test('says how many words it wants', () => {
    expect(() => parse(['85000'])).toThrow(
      /1 words? came where 4 numbers were expected: annual_income total_debt credit_score loan_amount/,
    );
    expect(() => parse([...example, '1'])).toThrow(/5 words came/);
  });
});

test('the simulated underwriter copes with tools that take arguments and a decision it has never seen', async () => {
  const paymentHistory = {
    source: import.meta.url,
    run: ({ years, kind, loan_amount }: Tools['payment_history']) => `${years} ${kind} ${loan_amount}`,
  };
  const assessor = defineAgent<LoanApplication, Decision>({
    name: 'assessor',
    input: loanApplicationSchema,
    prompts: { plain: readFileSync(new URL('prompts/v2.md', import.meta.url), 'utf8') },
    toolVariants: {
      fixture: defineToolVariant<Tools, Decision, LoanApplication>({
        directory: new URL('fixtures/with-arguments/', import.meta.url),
        tools: { payment_history: paymentHistory, credit_risk: creditRisk },
      }),
    },
    versions: { one: { prompt: 'plain', toolVariant: 'fixture', model: 'claude-sonnet-4-6' } },
    userMessage,
    scorers: [],
    simulator: simulatedUnderwriter,
  });
  const { outcome, transcript } = await runUnderwriter({ agent: assessor, version: 'one', application });
  expect(transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [[step.tool, step.input, step.isError]] : []))).toEqual([
    ['credit_risk', {}, false],
    ['payment_history', { years: 1, kind: 'mortgage', loan_amount: 250_000 }, false],
  ]);
  // Nobody told it a DTI, so it cannot approve.
  expect(outcome).toMatchObject({ kind: 'decided', decision: { verdict: 'deny' } });
});
