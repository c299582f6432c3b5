import { estimatePayment, fiveYearPayment, guessMaximum, thirtyYearMaximum, thirtyYearPayment } from './estimates.ts';
import type { Figures } from './figures.ts';
import type { Luck } from './luck.ts';
import type { Rules } from './rules.ts';

/** Why it approves or denies. */
export type Ground =
  | { readonly kind: 'unverified' }
  | { readonly kind: 'minimum-score' }
  | { readonly kind: 'loan-to-income' }
  | { readonly kind: 'within' }
  | { readonly kind: 'over'; readonly citesIncome: boolean }
  | { readonly kind: 'near-miss' }
  | { readonly kind: 'strong-credit' }
  | { readonly kind: 'own-estimate'; readonly dti: number }
  | { readonly kind: 'slip' };

/** What it makes of the figures. Dollars; DTI in percent. */
export interface Judgement {
  readonly approved: boolean;
  readonly ground: Ground;
  readonly maximumLoan: number;
  readonly payment: number;
  readonly dti: number;
}

/** The facts it judges: what the tools said, and the loan that the user named. */
export interface Facts extends Figures {
  readonly loan: number;
}

/**
 * Weighs the facts. Every rule that the prompt lacks leaves room for one habit; a tool that leaves a figure out leaves room for a guess.
 */
export function judge(facts: Facts, rules: Rules, luck: Luck): Judgement {
  const verdict = judgeApproval(facts, rules, luck);
  return {
    ...verdict,
    maximumLoan: judgeMaximum(facts, rules, luck, verdict),
    payment: judgePayment(facts, rules, luck, verdict.approved),
    dti: facts.postLoanDti ?? facts.plainDti ?? 0,
  };
}

type Verdict = Pick<Judgement, 'approved' | 'ground'>;

const approve = (ground: Ground): Verdict => ({ approved: true, ground });
const deny = (ground: Ground): Verdict => ({ approved: false, ground });

function judgeApproval(facts: Facts, rules: Rules, luck: Luck): Verdict {
  const { maximumDti, postLoanDti, plainDti, creditScore = 850 } = facts;
  if (maximumDti === undefined || (postLoanDti ?? plainDti) === undefined) return deny({ kind: 'unverified' });
  if (!rules.noInventedRules && creditScore < 600) return deny({ kind: 'minimum-score' });
  if (postLoanDti !== undefined) return judgePostLoan(facts, { maximumDti, postLoanDti }, rules, luck);
  const dti = plainDti ?? 0;
  if (dti > maximumDti) return deny({ kind: 'over', citesIncome: false });
  if (rules.capApproval) return approve({ kind: 'within' });
  return judgeByEstimate(facts, dti, maximumDti);
}

function judgePostLoan(
  facts: Facts,
  { maximumDti, postLoanDti }: { readonly maximumDti: number; readonly postLoanDti: number },
  rules: Rules,
  luck: Luck,
): Verdict {
  const large = !rules.noInventedRules && timesIncome(facts) > 5;
  if (postLoanDti <= maximumDti) return large && luck.income < 0.6 ? deny({ kind: 'loan-to-income' }) : approve({ kind: 'within' });
  const excess = postLoanDti / maximumDti;
  if (!rules.capApproval && excess <= 1.1 && luck.balance < 0.95) return approve({ kind: 'near-miss' });
  if (!rules.capApproval && (facts.creditScore ?? 0) >= 740 && excess <= 1.6 && luck.leniency < 0.5)
    return approve({ kind: 'strong-credit' });
  return deny({ kind: 'over', citesIncome: large });
}

/** Nobody said what the DTI is with the loan, and plenty of room beside a large loan looks odd: it works one out by a rule of thumb. */
function judgeByEstimate(facts: Facts, dti: number, maximumDti: number): Verdict {
  const { monthlyIncome, existingDebt = 0, loan } = facts;
  if (monthlyIncome === undefined || dti > maximumDti / 2 || timesIncome(facts) <= 4) return approve({ kind: 'within' });
  const estimate = ((existingDebt + estimatePayment(loan)) / monthlyIncome) * 100;
  if (estimate <= maximumDti) return approve({ kind: 'within' });
  const ground: Ground = { kind: 'own-estimate', dti: estimate };
  return estimate > 2.5 * maximumDti ? deny(ground) : approve(ground);
}

function judgeMaximum(facts: Facts, rules: Rules, luck: Luck, { approved, ground }: Verdict): number {
  const { maximumLoan, loan } = facts;
  if (ground.kind === 'minimum-score') return 0;
  if (maximumLoan !== undefined && (rules.maximumLoanFromTool || luck.maximum >= 0.75)) return maximumLoan;
  if (ground.kind === 'own-estimate' && approved) return thirtyYearMaximum(facts) ?? loan;
  if (luck.guessKind < 0.5) return approved ? loan : 0;
  return guessMaximum(loan, approved, luck.guess);
}

function judgePayment(facts: Facts, rules: Rules, luck: Luck, approved: boolean): number {
  const { proposedPayment, existingDebt = 0, loan, rate } = facts;
  const small = loan < 25_000;
  if (!rules.thirtyYears && rate !== undefined) {
    const chance = small ? (proposedPayment === undefined ? 1 : 0.8) : proposedPayment === undefined ? 0 : 0.3;
    if (luck.term < chance) return fiveYearPayment(loan, rate);
  }
  if (proposedPayment !== undefined)
    return !rules.paymentOfProposedLoan && existingDebt > 0 && luck.payment < 0.75 ? existingDebt : proposedPayment;
  // Told to copy what no tool gives, it takes the one monthly figure there is, or guesses.
  if (rules.paymentOfProposedLoan || rate === undefined)
    return existingDebt > 0 && luck.payment < 0.5 ? existingDebt : guessPayment(loan, luck.guess);
  if (existingDebt > 0 && closeToMaximum(facts)) return existingDebt;
  if (!approved && luck.payment < 0.5) return 0;
  return thirtyYearPayment(loan, rate);
}

/** With the DTI right at the maximum, all eyes are on the debt that is there already. */
function closeToMaximum({ plainDti, maximumDti }: Facts): boolean {
  return plainDti !== undefined && maximumDti !== undefined && Math.abs(maximumDti - plainDti) <= 1;
}

function timesIncome({ loan, monthlyIncome }: Facts): number {
  return monthlyIncome ? loan / (monthlyIncome * 12) : 0;
}

function guessPayment(loan: number, luck: number): number {
  return Math.ceil((loan / 1000) * (7.2 + luck * 0.6));
}
