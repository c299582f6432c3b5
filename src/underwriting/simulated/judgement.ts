import { estimatePayment, fiveYearPayment, guessMaximum, thirtyYearMaximum, thirtyYearPayment } from './estimates.ts';
import type { Facts } from './figures.ts';
import type { Instructions } from './instructions.ts';
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
  | { readonly kind: 'instructed' }
  | { readonly kind: 'doubtful' }
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

/** What its prompt says. */
export interface Told {
  readonly rules: Rules;
  readonly instructions: Instructions;
}

/**
 * Weighs the facts. Every rule that the prompt lacks leaves room for one habit; a tool that leaves a figure out leaves room for a guess. What
 * the prompt asks for besides is done.
 */
export function judge(facts: Facts, told: Told, luck: Luck): Judgement {
  const { rules, instructions } = told;
  const verdict = judgeApproval(facts, told, luck);
  const { approved } = verdict;
  return {
    ...verdict,
    maximumLoan: asInstructed(judgeMaximum(facts, rules, luck, verdict), facts, instructions, approved),
    payment: judgeInstructedPayment(facts, instructions, approved) ?? judgePayment(facts, rules, luck, approved),
    dti: facts.postLoanDti ?? facts.plainDti ?? 0,
  };
}

function asInstructed(maximumLoan: number, { loan }: Facts, { maximumLoan: told }: Instructions, approved: boolean): number {
  if (told.zeroOnDenial && !approved) return 0;
  const share = maximumLoan * told.share;
  const most = told.atMostRequested ? Math.min(share, loan) : share;
  return told.step === undefined ? most : Math.round(most / told.step) * told.step;
}

function judgeInstructedPayment(
  { existingDebt, proposedPayment }: Facts,
  { payment }: Instructions,
  approved: boolean,
): number | undefined {
  if (payment.zeroOnDenial && !approved) return 0;
  if (!payment.ofAllDebts || existingDebt === undefined || proposedPayment === undefined) return undefined;
  return Math.round((existingDebt + proposedPayment) * 100) / 100;
}

type Verdict = Pick<Judgement, 'approved' | 'ground'>;

const approve = (ground: Ground): Verdict => ({ approved: true, ground });
const deny = (ground: Ground): Verdict => ({ approved: false, ground });

function judgeApproval(facts: Facts, { rules, instructions }: Told, luck: Luck): Verdict {
  const { maximumDti: ofTier, postLoanDti, plainDti, creditScore = 850 } = facts;
  if (ofTier === undefined || (postLoanDti ?? plainDti) === undefined) return deny({ kind: 'unverified' });
  const instructed = instructions.decides.findLast(({ when }) => when(facts));
  if (instructed) return { approved: instructed.approved, ground: { kind: 'instructed' } };
  if (!rules.noInventedRules && creditScore < 600) return deny({ kind: 'minimum-score' });
  const maximumDti = instructions.maximumDti({ ...facts, maximumDti: ofTier });
  const capped = (rules.capApproval || instructions.ownMaximum) && !instructions.exampleOverMaximum;
  const before = instructions.beforeLoan && facts.monthlyIncome ? (100 * (facts.existingDebt ?? 0)) / facts.monthlyIncome : undefined;
  if (postLoanDti !== undefined)
    return judgePostLoan(
      facts,
      { maximumDti, postLoanDti: before ?? postLoanDti },
      { rules: { ...rules, capApproval: capped }, instructions },
      luck,
    );
  const dti = plainDti ?? 0;
  if (dti > maximumDti) return deny({ kind: 'over', citesIncome: false });
  if (capped) return approve({ kind: 'within' });
  return judgeByEstimate(facts, dti, maximumDti);
}

function judgePostLoan(
  facts: Facts,
  { maximumDti, postLoanDti }: { readonly maximumDti: number; readonly postLoanDti: number },
  { rules, instructions: { strictly, leans } }: Told,
  luck: Luck,
): Verdict {
  const large = !rules.noInventedRules && timesIncome(facts) > 5;
  const excess = postLoanDti / maximumDti;
  if (excess < 1 || (excess === 1 && !strictly)) {
    if (leans === 'to-deny' && excess > 0.9 && luck.balance < 0.7) return deny({ kind: 'doubtful' });
    return large && luck.income < 0.6 ? deny({ kind: 'loan-to-income' }) : approve({ kind: 'within' });
  }
  if ((!rules.capApproval && excess <= 1.1 && luck.balance < 0.95) || (leans === 'to-approve' && excess <= 1.1 && luck.balance < 0.6))
    return approve({ kind: 'near-miss' });
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
