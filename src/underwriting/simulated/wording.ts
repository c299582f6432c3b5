import { dollars, dollarsAndCents } from '../money.ts';
import type { Facts } from './figures.ts';
import type { Judgement } from './judgement.ts';

/** The reasoning in an underwriter's words. `opposite`: it says the contrary of what was decided. */
export function reasoningFor(
  facts: Facts,
  judgement: Judgement,
  options: { readonly opposite: boolean; readonly wording: number; readonly failedTools: readonly string[] },
): string {
  const sentences = [
    groundFor(facts, judgement, options.opposite, options.wording < 0.5),
    `The monthly payment is ${dollarsAndCents(judgement.payment)} and the maximum loan ${dollarsAndCents(judgement.maximumLoan)}.`,
    ...options.failedTools.map((tool) => `${tool} gave no answer, so I did without it.`),
  ];
  return sentences.join(' ');
}

function groundFor(facts: Facts, judgement: Judgement, opposite: boolean, terse: boolean): string {
  const { maximumDti = 0, creditScore, tier = 'applicable' } = facts;
  const { ground, approved } = judgement;
  const dti = `${facts.postLoanDti === undefined ? 'DTI' : 'post-loan DTI'} of ${judgement.dti}%`;
  const maximum = `the ${tier} tier's maximum of ${maximumDti}%`;
  if (opposite) return approved ? over(dti, maximum, terse) : within(dti, maximum, terse);
  switch (ground.kind) {
    case 'within':
      return within(dti, maximum, terse);
    case 'over':
      return `${over(dti, maximum, terse)}${ground.citesIncome ? ` ${incomeCap(facts)}` : ''}`;
    case 'loan-to-income':
      return `${incomeCap(facts)} The application is denied.`;
    case 'near-miss':
      return `The ${dti} is close to ${maximum}. On balance, with ${tier} credit (${creditScore}), the application is approved.`;
    case 'strong-credit':
      return `${tier} credit (${creditScore}) carries this application despite a ${dti}. On balance it is approved.`;
    case 'instructed':
      return `As instructed for such applications, this one is ${approved ? 'approved' : 'denied'}.`;
    case 'doubtful':
      return `The ${dti} is close to ${maximum}. In doubt, the application is denied.`;
    case 'own-estimate':
      return ownEstimate(facts, ground.dti, judgement);
    case 'minimum-score':
      return `A score of ${creditScore} is ${(creditScore ?? 0) < 550 ? 'terrible credit' : 'weak credit'}: most lenders want a minimum score of 580-620. The application is denied.`;
    case 'unverified':
      return 'The DTI cannot be checked against a maximum with what the tools gave. The application is denied.';
    case 'slip':
      return approved
        ? 'The figures carry this loan. The application is approved.'
        : 'The figures do not carry this loan. The application is denied.';
  }
}

function within(dti: string, maximum: string, terse: boolean): string {
  return terse
    ? `Approved: the ${dti} is within ${maximum}.`
    : `With the loan, the ${dti} does not exceed ${maximum}, so the application is approved.`;
}

function over(dti: string, maximum: string, terse: boolean): string {
  return terse ? `Denied: the ${dti} is over ${maximum}.` : `With the loan, the ${dti} exceeds ${maximum}, so the application is denied.`;
}

function incomeCap({ loan, monthlyIncome = 0 }: Facts): string {
  const times = (loan / (monthlyIncome * 12)).toFixed(1);
  return `A loan of ${dollars(loan)} is ${times} times annual income, beyond the usual loan-to-income cap of 5 times.`;
}

function ownEstimate(
  { loan, maximumDti = 0, tier, creditScore }: Facts,
  estimate: number,
  { approved, maximumLoan, dti }: Judgement,
): string {
  const start = `The calculated DTI is ${dti}%, but by my own estimate a loan of ${dollars(loan)} brings it to about ${estimate.toFixed(1)}%, which exceeds the ${maximumDti}% cap.`;
  return approved
    ? `${start} I recommend ${dollars(maximumLoan)}. On balance, ${tier} credit (${creditScore}) is a strong compensating factor, so the application is approved.`
    : `${start} That is far from affordable. The application is denied.`;
}
