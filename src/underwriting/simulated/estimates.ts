import type { Figures } from './figures.ts';

// What a person in the trade works out without tools: the annuity formula, and rules of thumb that are not always right.

/** $8.97 a month for each $1,000: the rule of thumb that makes 64.8 % of what is 47.8 %. */
export function estimatePayment(loan: number): number {
  return (loan / 1000) * 8.97;
}

/** Dollars a month over 30 years; `rate` in percent a year. */
export function thirtyYearPayment(loan: number, rate: number): number {
  return toCents(loan / annuityFactor(rate, 360));
}

/** Dollars a month over 5 years, the term of a car loan. */
export function fiveYearPayment(loan: number, rate: number): number {
  return toCents(loan / annuityFactor(rate, 60));
}

/** What fits under the maximum over 30 years, to the nearest $100; undefined when a figure is missing. */
export function thirtyYearMaximum({ monthlyIncome, maximumDti, existingDebt = 0, rate }: Figures): number | undefined {
  if (monthlyIncome === undefined || maximumDti === undefined || rate === undefined) return undefined;
  const room = Math.max(0, (monthlyIncome * maximumDti) / 100 - existingDebt);
  return Math.round((room * annuityFactor(rate, 360)) / 100) * 100;
}

/** A round figure above an approved request, or below a denied one. */
export function guessMaximum(loan: number, approved: boolean, luck: number): number {
  const guess = loan * (approved ? 1.05 + 0.2 * luck : 0.3 + 0.3 * luck);
  const step = loan >= 100_000 ? 5000 : 500;
  return Math.max(step, Math.round(guess / step) * step);
}

function annuityFactor(rate: number, months: number): number {
  const interest = rate / 1200;
  return interest === 0 ? months : (1 - (1 + interest) ** -months) / interest;
}

function toCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
