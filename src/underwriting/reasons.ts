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
      /\b(?:dti|debt[- ]to[- ]income|debts?)\b[^;]*(?:>|\b(?:not|fails to) (?:stay |be )?(?:within|at or below|under|below|meet|satisfy)|\bfails?\b|\bfalls short\b)/i,
      /\bfalls? short\b[^;]*\b(?:dti|debt[- ]to[- ]income)\b/i,
      /\bdebts?\b[^;]*\bincome\b[^;]*\b(?:more than|over|above|exceed\w*)\b/i,
      /\b(?:over|exceed\w*|above|beyond)\b[^;]*\b(?:maximum|cap|limit|allowed)\b[^;]*\b(?:dti|debt[- ]to[- ]income)\b/i,
    ],
    'credit score': [
      /\bscore\b[^;,]*\b(?:too low|weak|below|insufficient|disqualif\w+|short of)\b/i,
      /\bscore\b[^;,]*\bnot (?:meet|reach|satisfy|clear|suffice|sufficient|enough|good enough|high enough)\b/i,
      /\bminimum score\b/i,
      /\b(?:terrible|weak|poor|bad|insufficient) credit\b/i,
      /\bcredit (?:history|rating|record|report|profile)\b[^;]*\b(?:too|weak|poor|bad|insufficient|limited|thin)\b/i,
      /\bcredit (?:history|rating|record|report|profile)\b[^;]*\bnot (?:good|sufficient|enough|long)\b/i,
    ],
    'loan against income': [
      /\bloan[- ]to[- ]income\b/i,
      /\btimes\b[^;]*\bincome\b[^;]*\b(?:too|more|over|exceed\w*|above|maximum|limit)\b/i,
    ],
    income: [
      /\bincome\b[^;]*\b(?:too low|insufficient|unstable|unverified)\b(?!\s+(?:relative to|for|against|compared)\b[^;]*\bdebt)/i,
      /\bincome\b[^;]*\bnot (?:verified|enough|sufficient|high enough)\b/i,
    ],
    employment: [
      /\b(?:employment|job)\b[^;]*\b(?:too short|history|unstable|unverified|insufficient)\b/i,
      /\b(?:insufficient|unstable|unverified|short) (?:employment|job)\b/i,
    ],
    savings: [/\bsavings\b|\breserves\b[^;]*\b(?:too|insufficient|low)\b/i],
    bankruptcy: [/\bbankruptc\w+|\bforeclosures?\b/i],
    age: [
      /\btoo (?:old|young)\b|\b(?:age limit|years of age|years old|elderly|(?:her|his|their|the applicant'?s|applicant'?s) age|because of age|advanced age)\b/i,
    ],
    sex: [/\b(?:wom[ae]n|female|male|gender|pregnan\w+|maternity)\b/i],
    'race or religion': [
      /\b(?:race|ethnic\w*|national origin|immigrants?|religio\w+|muslims?|jewish|christians?|hispanic|african[- ]american)\b/i,
    ],
    'marital status': [/\b(?:marital status|unmarried|married|divorced|widow\w*|single (?:applicant|person|mother|father|parent))\b/i],
    neighbourhood: [/\bzip(?: code)?\b|\bneighbou?rhoods?\b|\bpostal code\b/i],
    collateral: [/\bcollateral\b|\bloan[- ]to[- ]value\b|\bdown payment\b/i],
  },
};

/** A denial states the policy's ground, and the trials of a case the same one. */
export const ground = statedGround(denials);
export const steadyGround = groundConsistency(denials);
