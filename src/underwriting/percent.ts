import type { Assessment } from './policy.ts';

/**
 * Two decimals, or as many as it takes for the printed DTI to stand on the same side of the maximum as the true one:
 * a loan one cent too large must not read "45.00%".
 */
export function percentThatCompares({ postLoanDti, tier, approved }: Assessment): string {
  for (let decimals = 2; decimals < 12; decimals += 1) {
    const text = inDigits(postLoanDti, decimals);
    if (Number(text) <= tier.maximumDti === approved) return text;
  }
  return inDigits(postLoanDti, 12);
}

/** Digits however large the number is; `toFixed` turns to exponents. */
function inDigits(value: number, decimals: number): string {
  return value.toLocaleString('en-US', { useGrouping: false, minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
