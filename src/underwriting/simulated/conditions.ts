import type { Facts } from './figures.ts';

/** Whether an instruction is about an application. */
export type Condition = (facts: Facts) => boolean;

const less = 'under|below|less than|smaller than|lower than|up to|at most|no more than|not more than';
const more = String.raw`over|above|more than|greater than|larger than|higher than|exceed\w*|at least|beyond|from`;
const comparison = `(${less}|${more})`;
const amount = String.raw`(?:usd )?\$?\s?(\d[\d,]*(?:\.\d+)?)\s?(k\b|thousand\b|m\b|million\b)?(?!\s*(?:%|percent|points?|times|x\b|-?years?|months?))`;
const words: Readonly<Record<string, number>> = { two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 };
const tierNames = ['excellent', 'good', 'fair', 'poor'];

const ofLoan = new RegExp(
  String.raw`(?<!post-)(?<!max_)(?<!maximum )\b(?:loans?|amounts?|requests?|applications?|principal)\b[^.;$\d]{0,30}?\b${comparison}\s+${amount}`,
);
const ofIncome = new RegExp(String.raw`\b(monthly )?incomes?\b[^.;$\d]{0,30}?\b${comparison}\s+${amount}`);
const ofEarnings = new RegExp(String.raw`\bearn\w*\b[^.;$\d]{0,20}?\b${comparison}\s+${amount}( (?:a|per) month\b)?`);
const orMore = /\bscores?\b[^.;\d]{0,15}(\d{3}) (?:or|and) (?:more|higher|above|better|up)\b/;
const ofScore = new RegExp(String.raw`\bscores?\b[^.;\d]{0,30}?\b${comparison}\s+(\d{3})\b`);
const ofTier =
  /\b(excellent|good|fair|poor)\b[ -]?(?:credit|tier|applicants?|borrowers?|scores?|rating)|\btier (?:is |of )?(excellent|good|fair|poor)\b/;
const withoutDebt = /\b(?:without|no|zero|lack\w*)\b[^.;]{0,30}\b(?:debts?|credit history)\b/;
const timesIncome = new RegExp(String.raw`\b(\d+(?:\.\d+)?|${Object.keys(words).join('|')})\s*(?:times|x)\b[^.;]{0,30}\bincome`);

/** The condition that a sentence names, on the loan, the income, the score, the tier or the debt; undefined where it names none. */
export function conditionIn(sentence: string): Condition | undefined {
  const times = timesIncome.exec(sentence);
  if (times) {
    const limit = words[times[1] ?? ''] ?? Number(times[1]);
    return ({ loan, monthlyIncome }) => monthlyIncome !== undefined && loan > limit * monthlyIncome * 12;
  }
  const loan = ofLoan.exec(sentence);
  if (loan) return (facts) => compares(facts.loan, loan[1], dollarsOf(loan[2], loan[3]));
  const income = ofIncome.exec(sentence);
  if (income) {
    const months = income[1] ? 1 : 12;
    return ({ monthlyIncome }) =>
      monthlyIncome !== undefined && compares(monthlyIncome * months, income[2], dollarsOf(income[3], income[4]));
  }
  const earned = ofEarnings.exec(sentence);
  if (earned) {
    const months = earned[4] ? 1 : 12;
    return ({ monthlyIncome }) =>
      monthlyIncome !== undefined && compares(monthlyIncome * months, earned[1], dollarsOf(earned[2], earned[3]));
  }
  const reached = orMore.exec(sentence);
  if (reached) return ({ creditScore }) => creditScore !== undefined && creditScore >= Number(reached[1]);
  const score = ofScore.exec(sentence);
  if (score) return ({ creditScore }) => creditScore !== undefined && compares(creditScore, score[1], Number(score[2]));
  const tier = ofTier.exec(sentence);
  if (tier) return isOf(tier[1] ?? tier[2] ?? '');
  if (withoutDebt.test(sentence)) return ({ existingDebt }) => existingDebt === 0;
  return undefined;
}

/** The tiers for which a sentence says a percentage, with it. */
export function percentsOfTiers(sentence: string): [Condition, number][] {
  return tierNames.flatMap((name) => {
    const [, value] = new RegExp(String.raw`\b${name}\b[^.;%\d]{0,40}?(\d+(?:\.\d+)?)\s*(?:%|percent)`).exec(sentence) ?? [];
    return value === undefined ? [] : [[isOf(name), Number(value)] as [Condition, number]];
  });
}

/** A number written in digits or as a word. */
export function numberOf(text: string): number {
  return words[text] ?? (text === 'a' || text === 'one' ? 1 : Number(text));
}

/** Matches such a number. */
export const numberWord = String.raw`(\d+(?:\.\d+)?|an?|one|${Object.keys(words).join('|')})`;

function isOf(tier: string): Condition {
  return (facts) => facts.tier?.toLowerCase() === tier;
}

function compares(value: number, how: string | undefined, limit: number): boolean {
  if (!new RegExp(`^(?:${less})$`).test(how ?? '')) return how === 'at least' || how === 'from' ? value >= limit : value > limit;
  return how === 'under' || how === 'below' || how?.endsWith(' than') === true ? value < limit : value <= limit;
}

function dollarsOf(digits = '', unit = ''): number {
  return Number(digits.replaceAll(',', '')) * (/^[kt]/.test(unit) ? 1000 : /^m/.test(unit) ? 1_000_000 : 1);
}
