import fc from 'fast-check';
import type { LoanApplication } from '../application.ts';
import { assess } from '../policy.ts';

const dollars = (least: number, most: number) => fc.integer({ min: least * 100, max: most * 100 }).map((cents) => cents / 100);

/** Applications of all sizes, in whole cents; a third of them ask for the very most that is approved, or one cent more. */
export function arbitraryApplication(): fc.Arbitrary<LoanApplication> {
  const anywhere = fc.record({
    annual_income: fc.oneof(dollars(12, 300_000), dollars(10_000, 10_000_000)),
    total_debt: fc.oneof(fc.constant(0), dollars(0, 100_000)),
    credit_score: fc.integer({ min: 300, max: 850 }),
    loan_amount: fc.oneof(dollars(1, 50_000), dollars(1000, 5_000_000)),
  });
  return fc
    .tuple(anywhere, fc.constantFrom('as-it-is', 'as-it-is', 'as-it-is', 'as-it-is', 'largest', 'one-cent-more'))
    .map(([application, kind]) => {
      const { maximumLoan } = assess(application);
      if (kind === 'as-it-is' || maximumLoan === 0) return application;
      const cents = Math.round(maximumLoan * 100) + (kind === 'largest' ? 0 : 1);
      return { ...application, loan_amount: cents / 100 };
    });
}
