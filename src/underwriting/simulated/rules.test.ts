import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutRule } from '../testing/rule-lines.ts';
import { type Rules, readRules } from './rules.ts';

const prompt = (name: string) => readFileSync(new URL(`../prompts/${name}.md`, import.meta.url), 'utf8');
const toolNames = ['calc_dti', 'calc_max_loan', 'credit_risk'];
const opening = prompt('v1');

const none: Rules = {
  callAllTools: false,
  capApproval: false,
  maximumLoanFromTool: false,
  paymentOfProposedLoan: false,
  thirtyYears: false,
  noInventedRules: false,
  reasoningAgrees: false,
};
const all = Object.fromEntries(Object.keys(none).map((name) => [name, true])) as unknown as Rules;

/** For each rule: sentences that lay it down, and sentences that do not. */
const sayings: { readonly [Name in keyof Rules]: { readonly says: readonly string[]; readonly doesNotSay: readonly string[] } } = {
  callAllTools: {
    says: [
      'Call all tools, even if you think you do not need them.',
      'Do not decide before all tools have answered.',
      'Before you decide, every tool must have been called.',
      'Use each of the tools before making a decision.',
      'Never decide without having called all the tools.',
      'Do not skip any tool.',
      'Run the complete set of tools first.',
      'Do not decide unless every tool has been called.',
      'Call calc_dti, credit_risk and calc_max_loan before deciding.',
    ],
    doesNotSay: [
      'You need not call all tools.',
      'Calling all tools is optional.',
      'Do not call all tools before deciding.',
      "You don't have to use every tool.",
      'You may call all tools.',
      'Call every tool unless the case is obvious.',
      'Call tools as needed.',
      'Not every tool needs to be called.',
      'Decide before calling all tools.',
    ],
  },
  capApproval: {
    says: [
      'Reject any loan whose post-loan DTI is greater than the maximum allowed for the tier, even if it is close.',
      'If the post-loan DTI exceeds the max DTI, you must not approve.',
      "Never approve a loan whose post-loan DTI is above the tier's maximum.",
      "Deny the application whenever its post-loan DTI exceeds the tier's cap.",
      'A loan is approved only when the DTI with the loan does not exceed the maximum for the tier.',
      'Only approve if post-loan DTI <= max DTI of the tier.',
      "You may approve only if the post-loan debt-to-income ratio is within the tier's limit.",
      "Do not approve unless the post-loan DTI is at or below the tier's maximum.",
    ],
    doesNotSay: [
      "You may approve even if the post-loan DTI exceeds the tier's maximum.",
      "Do not approve only because the post-loan DTI is at or below the tier's maximum.",
      "Approve if the post-loan DTI is roughly at or below the tier's maximum.",
      "You need not deny when the post-loan DTI is above the tier's maximum.",
      "Approve when the post-loan DTI is above the tier's maximum.",
      "Compare the post-loan DTI with the tier's maximum.",
      'Approve whether or not the post-loan DTI is at or below the maximum DTI.',
    ],
  },
  maximumLoanFromTool: {
    says: [
      'max_loan must come from calc_max_loan, never from your own estimate.',
      'Report as max_loan exactly what calc_max_loan returns.',
      'Never estimate the maximum loan.',
      'The max_loan field is copied from the calc_max_loan tool and must not be guessed.',
      'Do not estimate max_loan; take it from calc_max_loan.',
    ],
    doesNotSay: [
      'Estimate max_loan yourself rather than calling calc_max_loan.',
      'max_loan need not come from calc_max_loan.',
      'max_loan may be an estimate instead of the figure from calc_max_loan.',
      'Do not take max_loan from calc_max_loan.',
      'Call calc_max_loan.',
      'max_loan is an estimate, not the result of calc_max_loan.',
    ],
  },
  paymentOfProposedLoan: {
    says: [
      'In monthly_payment, put the payment of the new loan, never the current debt.',
      'monthly_payment means what the requested loan costs a month according to calc_dti.',
      "The monthly payment is not the applicant's existing debt.",
      "Copy the proposed payment of calc_dti into monthly_payment; existing debt doesn't belong there.",
    ],
    doesNotSay: [
      'monthly_payment is the existing debt.',
      "monthly_payment is the existing debt, not the proposed loan's payment.",
      "monthly_payment need not be the proposed loan's payment.",
      "monthly_payment may be the existing debt or the proposed loan's payment.",
    ],
  },
  thirtyYears: {
    says: [
      'No loan has a term other than 30 years.',
      'All loans run for thirty years at a fixed rate.',
      'The term is always 360 months.',
      'Assume a 30-year fixed term for every loan, never a 5-year one.',
      'There is no other term than 30 years.',
    ],
    doesNotSay: [
      'Not every loan is a 30-year fixed-rate loan.',
      'Most loans are 30-year fixed-rate loans.',
      'A loan may be 30-year or shorter.',
      'Loans are not 30-year loans.',
      'You need not assume a 30-year term.',
      'No loan is a 30-year fixed-rate loan.',
    ],
  },
  noInventedRules: {
    says: [
      'Rules that are not written here do not exist.',
      'Do not make up any criteria of your own.',
      'Apply no other rules than these.',
      "Don't add requirements, such as a minimum score.",
      'Only the rules stated here apply: only these rules count.',
      'There are no further conditions.',
    ],
    doesNotSay: [
      'You may invent rules.',
      'Feel free to add criteria of your own; no rule is off limits.',
      'Invent rules where they help.',
      'Do not hesitate to add further requirements.',
      'Additional rules may be invented.',
    ],
  },
  reasoningAgrees: {
    says: [
      'The explanation must be consistent with the decision fields.',
      'Never let the reasoning contradict approved.',
      'Make sure that what you write as reasoning matches the structured output.',
      'Your rationale has to support the values you return.',
    ],
    doesNotSay: [
      'Your reasoning need not agree with the structured fields.',
      'The reasoning may contradict the structured fields.',
      'Your reasoning must not agree with the structured fields.',
      'Give your reasoning and the structured fields.',
    ],
  },
};
const names = Object.keys(sayings) as (keyof Rules)[];

test('the first prompt lays down nothing, the second one everything', () => {
  expect(readRules(prompt('v1'), toolNames)).toEqual(none);
  expect(readRules(prompt('v2'), toolNames)).toEqual(all);
});

describe.each(names)('%s', (name) => {
  test.each(sayings[name].says)('is laid down, and nothing else, by: %s', (sentence) => {
    expect(readRules(`${opening}\n${sentence}\n`, toolNames)).toEqual({ ...none, [name]: true });
  });

  test.each(sayings[name].doesNotSay)('is not laid down by: %s', (sentence) => {
    expect(readRules(`${opening}\n${sentence}\n`, toolNames)[name]).toBe(false);
  });

  test('goes when its line is deleted, and takes no other rule along', () => {
    expect(readRules(withoutRule(prompt('v2'), name), toolNames)).toEqual({ ...all, [name]: false });
  });

  test('is taken back by a later sentence', () => {
    const takenBack = sayings[name].doesNotSay[0] ?? '';
    expect(readRules(`${prompt('v2')}\n${takenBack}\n`, toolNames)).toEqual({ ...all, [name]: false });
  });
});

describe('a tool of its own that gives the payment is where the payment comes from', () => {
  const offered = [...toolNames, 'calc_monthly_payment'];
  const payment = { ...none, paymentOfProposedLoan: true };

  test.each([
    'Take monthly_payment from calc_monthly_payment; it is not an estimate, and never the "monthly debt" of calc_dti.',
    'monthly_payment is what calc_monthly_payment returns.',
    "Copy the result of calc_monthly_payment into monthly_payment, never calc_dti's monthly debt.",
    'For monthly_payment use calc_monthly_payment and nothing that calc_dti says.',
    'Report the monthly payment as calc_monthly_payment gives it.',
    'monthly_payment must not be the "monthly debt" of calc_dti.',
  ])('%s', (sentence) => {
    expect(readRules(`${opening}\n${sentence}\n`, offered)).toEqual(payment);
  });

  test.each([
    'Do not take monthly_payment from calc_monthly_payment.',
    'monthly_payment need not come from calc_monthly_payment.',
    'monthly_payment may be an estimate instead of what calc_monthly_payment gives.',
    'monthly_payment is the "monthly debt" of calc_dti, not what calc_monthly_payment gives.',
    'Call calc_monthly_payment.',
    'Take monthly_payment from credit_risk.',
  ])('and not by: %s', (sentence) => {
    expect(readRules(`${opening}\n${sentence}\n`, offered).paymentOfProposedLoan).toBe(false);
  });

  test('where no such tool is offered, its name tells nothing', () => {
    const sentence = 'Take monthly_payment from calc_monthly_payment.';
    expect(readRules(`${opening}\n${sentence}\n`, toolNames).paymentOfProposedLoan).toBe(false);
  });
});

test('order, numbering, line breaks and markdown change nothing', () => {
  const rules = prompt('v2')
    .split('\n')
    .flatMap((line) => /^\d\. (.*)$/.exec(line)?.[1] ?? []);
  const decorations: readonly ((rule: string, index: number) => string)[] = [
    (rule) => `- ${rule}`,
    (rule, index) => `${index + 1}) **${rule}**`,
    (rule) => `${rule} `,
    (rule) => `* ${rule.replaceAll(' ', '\n  ')}`,
    (rule) => `### Rule\n${rule.replace(/\.$/, '')}\n`,
    (rule) => rule.replaceAll(/(\w+_\w+)/g, '`$1`'),
  ];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(rules, { minLength: rules.length }),
      fc.constantFrom(...decorations),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      (order, decorate, lineEnd) => {
        expect(readRules([opening, ...order.map(decorate)].join(lineEnd), toolNames)).toEqual(all);
      },
    ),
    { numRuns: 300 },
  );
});
