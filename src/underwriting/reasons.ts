import { groundConsistency, type JsonObject, type StatedGroundOptions, statedGround, tracedNumbers } from '../index.ts';
import type { LoanApplication } from './application.ts';
import { dollarsAndCents } from './money.ts';
import { assess, termInMonths, tiers } from './policy.ts';

/** Figures of the policy for an application, as a person would write them, and the borders of its tiers. */
function policyFigures(input: JsonObject): string {
  const { tier, monthlyIncome, existingMonthlyDebt, payment, postLoanDti, maximumLoan } = assess(
    input as unknown as LoanApplication & JsonObject,
  );
  const dollars = [
    monthlyIncome,
    existingMonthlyDebt,
    payment,
    existingMonthlyDebt + payment,
    maximumLoan,
    (monthlyIncome * tier.maximumDti) / 100,
  ];
  return [
    `${postLoanDti.toFixed(12)}% ${tier.maximumDti}% ${tier.rate}% ${termInMonths} months ${termInMonths / 12} years`,
    dollars.map(dollarsAndCents).join(' '),
    tiers.map(({ minimumScore }) => minimumScore).join(' '),
  ].join(' ');
}

/** Every figure in the reasoning comes from somewhere. */
export const figures = tracedNumbers({ alsoKnown: policyFigures });

/** The policy denies for one reason. The others are those that lenders are known to give. */
const denials: StatedGroundOptions = {
  when: ({ approved }) => approved === false,
  policy: (input) => (assess(input as unknown as LoanApplication & JsonObject).approved ? [] : ['debt-to-income']),
  grounds: {
    'debt-to-income': [
      /\b(?:dti|debt[- ]to[- ]income|debt load|obligations?)\b[^;]*\b(?:over|exceed\w*|above|beyond|past|higher than|greater than|more than|too high|breach\w*|outside|surpass\w*)\b/i,
      /\b(?:dti|debt[- ]to[- ]income)\b[^;]*(?:>|\bnot (?:within|at or below|under|below|meet))/i,
      /\b(?:over|exceed\w*|above|beyond)\b[^;]*\b(?:maximum|cap|limit|allowed)\b[^;]*\b(?:dti|debt[- ]to[- ]income)\b/i,
    ],
    'credit score': [
      /\bscore\b[^;]*\b(?:too low|weak|minimum|below|insufficient|disqualif\w+)\b/i,
      /\b(?:terrible|weak|poor|bad|insufficient) credit\b/i,
    ],
    'loan against income': [/\bloan[- ]to[- ]income\b/i, /\btimes\b[^;]*\bincome\b/i],
    income: [/\bincome\b[^;]*\b(?:too low|insufficient|unstable|not verified|unverified)\b/i],
    employment: [/\b(?:employment|job)\b[^;]*\b(?:too short|history|unstable|unverified|insufficient)\b/i],
    collateral: [/\bcollateral\b|\bloan[- ]to[- ]value\b|\bdown payment\b/i],
  },
};

/** A denial states the policy's ground, and the trials of a case the same one. */
export const ground = statedGround(denials);
export const steadyGround = groundConsistency(denials);
